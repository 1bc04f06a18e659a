/** How well few values tell a standard deviation or a coefficient of variation. Both take the values to be normal. */
import { chiSquareQuantile } from './chi-square.ts'

/** One-sided bounds, each at the confidence that was asked for; `high` is Infinity where nothing bounds it. */
export interface ScatterBounds {
  readonly low: number
  readonly high: number
}

/** Bounds of the true standard deviation, from that of `count` ≥ 2 values. Unit: that of the values. */
export function sdBounds(sd: number, count: number, confidence: number): ScatterBounds {
  const bound = (p: number) => sd * Math.sqrt((count - 1) / chiSquareQuantile(p, count - 1))
  return { low: bound(confidence), high: bound(1 - confidence) }
}

/**
 * Bounds of the true coefficient of variation (sd over mean, a ratio) from that of `count` ≥ 2 values, by Vangel's
 * modification of McKay's approximation (The American Statistician 50, 1996, p. 21): good for ratios below a third.
 */
export function cvBounds(cv: number, count: number, confidence: number): ScatterBounds {
  const bound = (p: number) => {
    const u = chiSquareQuantile(p, count - 1)
    const square = ((u + 2) / count - 1) * cv ** 2 + u / (count - 1)
    return square > 0 ? cv / Math.sqrt(square) : Number.POSITIVE_INFINITY
  }
  return { low: bound(confidence), high: bound(1 - confidence) }
}
