/** The verb `plan`: what a job would measure, in its order, and how long that may take. Measures nothing. */
import { formatJson } from '../adapters/files/json-file.ts'
import { estimateMinutes } from '../core/plan/estimate-minutes.ts'
import { count, formatMinutes } from '../model/number-format.ts'
import type { Plan } from '../model/plan.ts'
import type { Protocol } from '../model/policy.ts'
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

/** A cell with its trials and their estimate; in the order of measuring. */
interface PlannedCell {
  readonly id: string
  readonly trials: number
  readonly minutes: number
}

const cellsInOrder = (plan: Plan, protocol: Protocol): readonly PlannedCell[] =>
  [...Map.groupBy(plan.visits, ({ cellId }) => cellId)].map(([id, visits]) => ({
    id,
    trials: visits.length,
    minutes: Math.round(estimateMinutes({ ...plan, visits }, protocol) * 100) / 100,
  }))

const asText = (
  cells: readonly PlannedCell[],
  facts: { seed: number; trials: number; minutes: number; budget: number },
) =>
  [
    ...cells.map(
      ({ id, trials, minutes }) =>
        `  ${plainText(id, 200)}: ${count(trials, 'trial')}, ${formatMinutes(minutes)}`,
    ),
    `${count(cells.length, 'cell')}, ${count(facts.trials, 'trial')}, roughly ${formatMinutes(facts.minutes)}; the budget is ${formatMinutes(facts.budget)}${facts.minutes > facts.budget ? ', which may end first' : ''}. Order by seed ${facts.seed}.`,
    '',
  ].join('\n')

/** Runs the verb; resolves to its exit code. Throws InputError for a policy that is wrong. */
export async function planJob({
  policy: file,
  seed = 1,
  paired = false,
  json = false,
}: PlanOptions): Promise<number> {
  const read = await readPolicy(file)
  const { protocol } = read.loaded.policy
  const plan = planOffline(read, { paired, seed })
  const cells = cellsInOrder(plan, protocol)
  const minutes = Math.round(estimateMinutes(plan, protocol) * 100) / 100
  const facts = { seed, trials: plan.visits.length, minutes, budget: protocol['budget-minutes'] }
  process.stdout.write(json ? formatJson({ policy: file, ...facts, cells }) : asText(cells, facts))
  return 0
}
