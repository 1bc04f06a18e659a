/** A plan as a list that people read: its cells in the order of measuring, or groups of them where there are many. */
import type { Plan, Visit } from '../../model/plan.ts'
import { planMinutes, type SizingPolicy } from './plan-size.ts'

/** More lines than this are not read. */
const mostLines = 40

/** Cells of one line; a single one, or all that differ in their options only. In minutes, by the estimate. */
export interface PlannedCells {
  readonly id: string
  readonly cells: number
  readonly trials: number
  readonly minutes: number
}

const grouped = (plan: Plan, policy: SizingPolicy, idOf: (visit: Visit) => string): readonly PlannedCells[] =>
  [...Map.groupBy(plan.visits, idOf)].map(([id, visits]) => ({
    id,
    cells: new Set(visits.map(({ cellId }) => cellId)).size,
    trials: visits.length,
    minutes: planMinutes({ ...plan, visits }, policy),
  }))

/** Every cell, in the order of measuring. */
export const plannedCells = (plan: Plan, policy: SizingPolicy): readonly PlannedCells[] =>
  grouped(plan, policy, ({ cellId }) => cellId)

/** The cells, or where they are many their groups: workload, phase, scenario, topology and model, without the options. */
export function plannedGroups(plan: Plan, policy: SizingPolicy): readonly PlannedCells[] {
  if (plan.cells.length <= mostLines) return plannedCells(plan, policy)
  return grouped(plan, policy, ({ cellId }) => cellId.replace(/\/[^/]*$/, '')).toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  )
}
