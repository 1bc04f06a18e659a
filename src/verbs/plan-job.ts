/** The verb `plan`: what a job would measure, in its order, and how long that may take. Measures nothing. */
import { formatJson } from '../adapters/files/json-file.ts'
import { type PlannedCells, plannedCells, plannedGroups } from '../core/plan/plan-list.ts'
import { planAgainstBudget, planAssumption, planMinutes } from '../core/plan/plan-size.ts'
import { count, formatMinutes } from '../model/number-format.ts'
import type { Plan } from '../model/plan.ts'
import type { Policy } from '../model/policy.ts'
import { planOffline } from '../offline-plan.ts'
import { readPolicy } from '../read-policy.ts'
import { plainText } from '../render/plain-text.ts'

/** Options of the verb. */
export interface PlanOptions {
  readonly policy: string
  readonly seed?: number
  readonly paired?: boolean
  readonly json?: boolean
}

const line = ({ id, cells, trials, minutes }: PlannedCells): string =>
  `  ${plainText(id, 200)}: ${cells > 1 ? `${count(cells, 'cell')}, ` : ''}${count(trials, 'trial')}, ${formatMinutes(minutes)}`

function asText(plan: Plan, policy: Policy): string {
  const groups = plannedGroups(plan, policy)
  const assumption = planAssumption(plan)
  return [
    ...groups.map(line),
    ...(groups.length < plan.cells.length ? ['  (--json lists every cell, in the order of measuring)'] : []),
    ...(assumption === null ? [] : [assumption]),
    `${planAgainstBudget(plan, policy)}. Order by seed ${plan.seed}.`,
    '',
  ].join('\n')
}

const asJson = (plan: Plan, policy: Policy, file: string): string =>
  formatJson({
    policy: file,
    seed: plan.seed,
    trials: plan.visits.length,
    minutes: planMinutes(plan, policy),
    budget: policy.protocol['budget-minutes'],
    cells: plannedCells(plan, policy).map(({ cells: _, ...cell }) => cell),
  })

/** Runs the verb; resolves to its exit code. Throws InputError for a policy that is wrong. */
export async function planJob({
  policy: file,
  seed = 1,
  paired = false,
  json = false,
}: PlanOptions): Promise<number> {
  const read = await readPolicy(file)
  const { policy } = read.loaded
  const plan = planOffline(read, { paired, seed })
  process.stdout.write(json ? asJson(plan, policy, file) : asText(plan, policy))
  return 0
}
