/**
 * Means, spreads and certified percentiles. The only file that opens the door to simple-statistics, which must not be
 * trusted with NaN (its median of [1, NaN, 3] is 3): values are checked here, and only here.
 */
import { max, mean, median, min, quantile, sampleStandardDeviation } from 'simple-statistics'

/** Throws RangeError for an empty list or a value that is not finite: figures must never rest on such. */
function checked(values: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError('statistics of no values')
  const odd = values.find((value) => !Number.isFinite(value))
  if (odd !== undefined) throw new RangeError(`statistics of a value that is ${odd}`)
  return [...values]
}

export const meanOf = (values: readonly number[]): number => mean(checked(values))

export const medianOf = (values: readonly number[]): number => median(checked(values))

export const minOf = (values: readonly number[]): number => min(checked(values))

export const maxOf = (values: readonly number[]): number => max(checked(values))

/** Sample standard deviation (n − 1), null under two values. */
export const sdOf = (values: readonly number[]): number | null =>
  values.length < 2 ? null : sampleStandardDeviation(checked(values))

/** The smallest samples that can certify a percentile: MLPerf LoadGen's, as PEERS reports them. */
const certifiableFrom = { p50: 11, p90: 64, p95: 130, p99: 662 } as const

/** A percentile, or null where the sample is too small to certify it. */
export function percentileOf(values: readonly number[], which: keyof typeof certifiableFrom): number | null {
  if (values.length < certifiableFrom[which]) return null
  return quantile(checked(values), Number(which.slice(1)) / 100)
}
