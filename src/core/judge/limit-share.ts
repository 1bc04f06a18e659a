/** A share of events against a limit, by exact bounds. */
import { metricDefinition } from '../../model/metric-catalog.ts'
import { formatBound, formatValue } from '../../model/number-format.ts'
import { meanOf } from '../statistics/descriptive.ts'
import { lowerShare, upperShare } from '../statistics/exact-binomial.ts'
import { type Bounds, type LimitFinding, limitConfidence } from './limit-value.ts'

/** From 0 and 100 for each of at least one trial: violated, met, or not shown (STATS section 7). */
export function judgeShare({ metric, warn, fail }: Bounds, values: readonly number[]): LimitFinding {
  const trials = values.length
  const events = values.filter((value) => value > 0).length
  const low = lowerShare(events, trials, limitConfidence) * 100
  const high = upperShare(events, trials, limitConfidence) * 100
  const seen = `${metricDefinition(metric).label}: ${events} of ${trials} trials, so between ${formatValue(metric, low)} and ${formatValue(metric, high)} at 95 %`
  const judged = { value: meanOf(values), trials }
  for (const [level, bound] of [
    ['fail', fail],
    ['warn', warn],
  ] as const)
    if (bound !== undefined && low > bound)
      return { ...judged, status: level, message: `${seen}: the limit is broken.` }
  const strictest = warn ?? fail ?? 0
  if (high <= strictest) return { ...judged, status: 'pass', message: `${seen}.` }
  return {
    ...judged,
    status: 'inconclusive',
    message: `${seen}: not shown to be within ${formatBound(metric, strictest)}.`,
  }
}
