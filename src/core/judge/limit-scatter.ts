/** Scatter of one agent's trials against a limit: consistency beats peak (TR115). */
import { aggregateLabel, formatAggregate } from '../../model/aggregate.ts'
import { meanOf, sdOf } from '../statistics/descriptive.ts'
import { cvBounds, type ScatterBounds, sdBounds } from '../statistics/scatter-bounds.ts'
import { type Bounds, beyondText, brokenLevel, type LimitFinding, limitConfidence } from './limit-value.ts'

interface Scatter extends ScatterBounds {
  readonly value: number
}

/** In the unit of the limit: that of the metric, or percent of the mean. Null where the mean is zero. */
function scatterOf(of: 'sd' | 'cv', values: readonly number[], sd: number): Scatter | null {
  if (of === 'sd') return { value: sd, ...sdBounds(sd, values.length, limitConfidence) }
  const mean = Math.abs(meanOf(values))
  if (mean === 0) return null
  const { low, high } = cvBounds(sd / mean, values.length, limitConfidence)
  return { value: (sd / mean) * 100, low: low * 100, high: high * 100 }
}

/** Values that do not differ at all are rounded, cached or made up: no interval of theirs says how sure that 0 is. */
function boundsText(bounds: Bounds, { value, low, high }: Scatter): string {
  if (value === 0) return 'no two of them differ'
  return Number.isFinite(high)
    ? `${formatAggregate(bounds, low)} to ${formatAggregate(bounds, high)} at 95 %`
    : `at least ${formatAggregate(bounds, low)} at 95 %`
}

/**
 * The standard deviation, or the coefficient of variation, of one agent's values. Beyond a bound it counts only when the
 * one-sided 95 % bound is beyond it too; within, it passes as a typical value does, and its interval stands beside it.
 */
export function judgeScatter(
  bounds: Bounds & { readonly of: 'sd' | 'cv' },
  label: string,
  values: readonly number[],
): LimitFinding {
  const name = aggregateLabel(bounds, label)
  const trials = values.length
  const sd = sdOf(values)
  if (sd === null)
    return {
      status: 'inconclusive',
      message: `${name} needs at least two trials, and there is one.`,
      value: null,
      trials,
    }
  const scatter = scatterOf(bounds.of, values, sd)
  if (scatter === null)
    return {
      status: 'inconclusive',
      message: `${name} cannot be told: the mean of its ${trials} trials is zero. Limit its sd instead.`,
      value: null,
      trials,
    }
  const judged = { value: scatter.value, trials }
  const seen = `${name} is ${formatAggregate(bounds, scatter.value)} over ${trials} trials (${boundsText(bounds, scatter)})`
  const broken = brokenLevel(bounds, scatter.value)
  if (!broken) return { ...judged, status: 'pass', message: `${seen}, within the limit.` }
  const relation = `${seen}, ${beyondText(bounds, broken.bound)}`
  if (scatter.low > broken.bound) return { ...judged, status: broken.level, message: `${relation}.` }
  return {
    ...judged,
    status: broken.level === 'fail' ? 'inconclusive' : 'warn',
    message: `${relation}, but so few trials do not show it.`,
  }
}
