/** Quantiles of the chi-square distribution, by the regularized incomplete gamma function. */
import { bisect } from './incomplete-beta.ts'
import { logGamma } from './log-gamma.ts'

const mostTerms = 1000
const enough = 1e-15

/** The series of P(a, x), for x below a + 1 (Numerical Recipes 6.2). */
function series(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let n = 1; n <= mostTerms && term > sum * enough; n++) {
    term *= x / (a + n)
    sum += term
  }
  return sum
}

/** Lentz's continued fraction of 1 − P(a, x), for x above a + 1 (Numerical Recipes 6.2). */
function continuedFraction(a: number, x: number): number {
  let b = x + 1 - a
  let c = 1e300
  let d = 1 / b
  let h = d
  for (let n = 1; n <= mostTerms; n++) {
    const factor = -n * (n - a)
    b += 2
    d = 1 / (factor * d + b)
    c = b + factor / c
    h *= d * c
    if (Math.abs(d * c - 1) < enough) break
  }
  return h
}

/** P(a, x) for a > 0 and x ≥ 0: the probability that a Gamma(a, 1) variable is at most x. */
function incompleteGamma(a: number, x: number): number {
  if (x <= 0) return 0
  const front = Math.exp(a * Math.log(x) - x - logGamma(a))
  return x < a + 1 ? front * series(a, x) : 1 - front * continuedFraction(a, x)
}

/** The x that a chi-square variable with `df` ≥ 1 degrees of freedom stays below with probability p, 0 < p < 1. */
export function chiSquareQuantile(p: number, df: number): number {
  const cdf = (x: number) => incompleteGamma(df / 2, x / 2)
  let high = df + 1
  while (cdf(high) < p && high < 1e12) high *= 2
  return bisect(cdf, p, [0, high])
}
