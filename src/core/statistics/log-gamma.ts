/** The logarithm of the gamma function, on which the incomplete beta and gamma functions rest. */

/** ln Γ(x) for x > 0 by Lanczos' approximation (g = 7, n = 9), good to about 1e-14. */
export function logGamma(x: number): number {
  const coefficients = [
    676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
    -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
  ]
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const shifted = x - 1
  const series = coefficients.reduce(
    (sum, coefficient, i) => sum + coefficient / (shifted + i + 1),
    0.9999999999998099,
  )
  const t = shifted + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(series)
}
