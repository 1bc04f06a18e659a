/** How much a plan comes to, in words: cells, runs, trials and minutes. */
import { count, formatMinutes } from '../../model/number-format.ts'
import type { Plan } from '../../model/plan.ts'
import type { Policy } from '../../model/policy.ts'
import { estimateMinutes } from './estimate-minutes.ts'

/** What a plan is held against. */
export type SizingPolicy = Pick<Policy, 'protocol' | 'servers'>

/** The estimate in minutes, rounded to hundredths. */
export const planMinutes = (plan: Plan, { protocol, servers }: SizingPolicy): number =>
  Math.round(estimateMinutes(plan, protocol, servers.restart) * 100) / 100

/** `26 cells × 6 runs = 156 trials`; without the product where not every cell is measured as often. */
function trialsText({ cells, visits }: Plan, runs: number): string {
  const [measured, trials] = [count(cells.length, 'cell'), count(visits.length, 'trial')]
  const sides = cells.every(({ base }) => base !== null) ? 2 : 1
  if (visits.length !== cells.length * runs * sides) return `${measured}, ${trials}`
  return `${measured} × ${count(runs, 'run')}${sides === 2 ? ' × base and head' : ''} = ${trials}`
}

/** `26 cells × 6 runs = 156 trials, roughly 52 minutes`. */
export const planSize = (plan: Plan, policy: SizingPolicy): string =>
  `${trialsText(plan, policy.protocol.runs)}, roughly ${formatMinutes(planMinutes(plan, policy))}`

/** The same with `; the budget is 180 minutes`, and whether that may end first. */
export function planAgainstBudget(plan: Plan, policy: SizingPolicy): string {
  const budget = policy.protocol['budget-minutes']
  const end = planMinutes(plan, policy) > budget ? ', which may end first' : ''
  return `${planSize(plan, policy)}; the budget is ${formatMinutes(budget)}${end}`
}

/** What the estimate takes for granted that nobody can know before: a sentence, or null where there is no such thing. */
export const planAssumption = ({ cells }: Plan): string | null =>
  cells.some(({ head }) => head.agents.some(({ task }) => task.kind === 'program'))
    ? 'Nobody knows how long a program takes before it ran: each of its turns is counted as two answers and a second.'
    : null
