/** Which metrics a cell can have: what it offers against what a metric needs. Knows no cell and no policy. */
import type { MetricNeed } from './metric-catalog.ts'
import type { Task } from './plan.ts'
import type { Workload } from './policy.ts'

/** What an agent does, as far as it decides what can be measured of it. */
export interface AgentShape {
  readonly kind: Task['kind']
  /** Whether its answers must have headings; a workflow's report always must. */
  readonly hasHeadings: boolean
  /** Whether a program tells its steps. */
  readonly hasMetrics: boolean
}

/** A cell or a matrix entry, with what its protocol adds. */
export interface CellShape {
  readonly workload: Workload
  readonly agents: readonly AgentShape[]
  readonly cold: boolean
  readonly exactRepeats: number
  readonly hasPrice: boolean
}

/** Needs that single agents meet, each for itself; the others are met by the cell as a whole. */
const agentNeeds: Partial<Record<MetricNeed, (agent: AgentShape) => boolean>> = {
  'own-calls': ({ kind }) => kind !== 'program',
  turns: ({ kind }) => kind !== 'chat',
  steps: ({ kind, hasMetrics }) => kind === 'workflow' || (kind === 'program' && hasMetrics),
  program: ({ kind }) => kind === 'program',
  headings: ({ kind, hasHeadings }) => kind === 'workflow' || hasHeadings,
}

/** Whether the agent can give its part of a metric with these needs. */
export const agentMeets = (agent: AgentShape, needs: readonly MetricNeed[]): boolean =>
  needs.every((need) => agentNeeds[need]?.(agent) ?? true)

const isTurnBased = ({ workload }: CellShape): boolean => workload !== 'batch' && workload !== 'sustained'

const cellNeeds: Partial<Record<MetricNeed, (cell: CellShape) => boolean>> = {
  solo: isTurnBased,
  together: (cell) => isTurnBased(cell) && cell.agents.length >= 2,
  cold: ({ cold }) => cold,
  batch: ({ workload }) => workload === 'batch',
  sustained: ({ workload }) => workload === 'sustained',
  repeats: (cell) =>
    isTurnBased(cell) && cell.exactRepeats > 0 && cell.agents.some(({ kind }) => kind === 'chat'),
  price: ({ hasPrice }) => hasPrice,
}

/** The first need that the cell does not meet; null when it can have the metric. */
export const unmetNeed = (cell: CellShape, needs: readonly MetricNeed[]): MetricNeed | null =>
  needs.find(
    (need) => !(cellNeeds[need]?.(cell) ?? cell.agents.some((agent) => agentMeets(agent, [need]))),
  ) ?? null
