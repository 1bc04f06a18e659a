/** Values of one agent, one a trial, against a limit: their typical one, or the worst of them. */
import { aggregateLabel, betterOf, formatAggregate, formatAggregateBound } from '../../model/aggregate.ts'
import { metricDefinition } from '../../model/metric-catalog.ts'
import { count, formatPercent } from '../../model/number-format.ts'
import type { Limit } from '../../model/policy.ts'
import type { CheckStatus } from '../../model/verdict.ts'
import { maxOf, meanOf, medianOf, minOf, sdOf } from '../statistics/descriptive.ts'
import { upperShare } from '../statistics/exact-binomial.ts'
import { studentTQuantile } from '../statistics/student-t.ts'

/** Of every one-sided bound here. */
export const limitConfidence = 0.95

/** What a limit found of one agent, or of a cell or run as a whole; `value` is the figure that was judged. */
export interface LimitFinding {
  readonly status: CheckStatus
  readonly message: string
  readonly value: number | null
  readonly trials: number
  /** What to do, where the finding knows better than the rule. */
  readonly fix?: string
}

/** A limit as far as it is asked of values. */
export type Bounds = Pick<Limit, 'metric' | 'of' | 'warn' | 'fail'>

/** Whether a value is worse than a bound. */
export const beyond = (value: number, bound: number, better: 'lower' | 'higher'): boolean =>
  better === 'lower' ? value > bound : value < bound

/** The worst level that the value breaks, with its bound; null when it breaks none. */
export function brokenLevel(
  bounds: Bounds,
  value: number,
): { readonly level: 'warn' | 'fail'; readonly bound: number } | null {
  for (const level of ['fail', 'warn'] as const) {
    const bound = bounds[level]
    if (bound !== undefined && beyond(value, bound, betterOf(bounds))) return { level, bound }
  }
  return null
}

/** "above the limit of 5 %". */
export const beyondText = (bounds: Bounds, bound: number): string =>
  `${betterOf(bounds) === 'lower' ? 'above' : 'below'} the limit of ${formatAggregateBound(bounds, bound)}`

/**
 * Whether these trials show that the limit is broken rather than that one was unlucky. Under three trials there is no
 * interval to ask, and the value decides.
 */
function isShown(values: readonly number[], bound: number, better: 'lower' | 'higher'): boolean {
  const sd = sdOf(values)
  if (values.length < 3 || sd === null) return true
  const margin = (studentTQuantile(limitConfidence, values.length - 1) * sd) / Math.sqrt(values.length)
  const mean = meanOf(values)
  return beyond(better === 'lower' ? mean - margin : mean + margin, bound, better)
}

/** The typical one (the median) of at least one value: beyond a bound, it counts only when the trials show it. */
export function judgeValue(bounds: Bounds, label: string, values: readonly number[]): LimitFinding {
  const value = medianOf(values)
  const seen = `${label} is ${formatAggregate(bounds, value)}`
  const judged = { value, trials: values.length }
  const broken = brokenLevel(bounds, value)
  if (!broken) return { ...judged, status: 'pass', message: `${seen}, within the limit.` }
  const relation = `${seen}, ${beyondText(bounds, broken.bound)}`
  if (isShown(values, broken.bound, metricDefinition(bounds.metric).better))
    return { ...judged, status: broken.level, message: `${relation}.` }
  return {
    ...judged,
    status: broken.level === 'fail' ? 'inconclusive' : 'warn',
    message: `${relation}, but its ${values.length} trials scatter too much to say so at 95 %.`,
  }
}

/**
 * The worst of at least one value: what was seen once was seen, so nothing more is asked of a broken limit. That none of a
 * few trials was worse says little of those to come, and the message says how little; of one trial it says nothing.
 */
export function judgeWorst(bounds: Bounds, label: string, values: readonly number[]): LimitFinding {
  const trials = values.length
  const value = (betterOf(bounds) === 'lower' ? maxOf : minOf)(values)
  const seen = `${aggregateLabel(bounds, label)} is ${formatAggregate(bounds, value)}`
  const judged = { value, trials }
  const broken = brokenLevel(bounds, value)
  if (broken)
    return {
      ...judged,
      status: broken.level,
      message: `${seen} in ${count(trials, 'trial')}, ${beyondText(bounds, broken.bound)}.`,
    }
  if (trials < 2)
    return { ...judged, status: 'inconclusive', message: `${seen}, of one trial: that one has no worst.` }
  const share = formatPercent(upperShare(0, trials, limitConfidence) * 100)
  return {
    ...judged,
    status: 'pass',
    message: `${seen}, within the limit: none of ${trials} trials was worse, so at 95 % at most ${share} of all would be.`,
  }
}
