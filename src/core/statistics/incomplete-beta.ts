/** The regularized incomplete beta function, on which Student's t and the exact binomial bounds rest. */
import { logGamma } from './log-gamma.ts'

/** Lentz's continued fraction of I_x(a, b), for x below (a + 1) / (a + b + 2) (Numerical Recipes 6.4). */
function continuedFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300
  const keep = (value: number) => (Math.abs(value) < tiny ? tiny : value)
  let c = 1
  let d = 1 / keep(1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / keep(1 + even * d)
    c = keep(1 + even / c)
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / keep(1 + odd * d)
    c = keep(1 + odd / c)
    h *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return h
}

/** I_x(a, b) for a, b > 0 and x from 0 to 1: the probability that a Beta(a, b) variable is at most x. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  return x < (a + 1) / (a + b + 2)
    ? (front * continuedFraction(x, a, b)) / a
    : 1 - (front * continuedFraction(1 - x, b, a)) / b
}

/** The x at which an increasing function of [low, high] reaches the target, by bisection. */
export function bisect(
  increasing: (x: number) => number,
  target: number,
  range: readonly [number, number],
): number {
  let [low, high] = range
  for (let i = 0; i < 200 && high - low > 1e-13 * Math.max(1, Math.abs(high)); i++) {
    const middle = (low + high) / 2
    if (increasing(middle) < target) low = middle
    else high = middle
  }
  return (low + high) / 2
}
