/** Quantiles of Student's t distribution. */
import { bisect, incompleteBeta } from './incomplete-beta.ts'

/** P(T ≤ t) with `df` degrees of freedom. */
function studentTCdf(t: number, df: number): number {
  const tail = incompleteBeta(df / (df + t * t), df / 2, 0.5) / 2
  return t < 0 ? tail : 1 - tail
}

/**
 * The t with P(T ≤ t) = p, for df ≥ 1 and 0.5 ≤ p < 1. At one degree of freedom and p near 1 it is enormous, which is
 * right: two values tell next to nothing.
 */
export function studentTQuantile(p: number, df: number): number {
  let high = 2
  while (studentTCdf(high, df) < p && high < 1e12) high *= 2
  return bisect((t) => studentTCdf(t, df), p, [0, high])
}
