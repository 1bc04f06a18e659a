import { describe, expect, test } from 'vitest'
import { chiSquareQuantile } from '../../../src/core/statistics/chi-square.ts'

// Critical values as any printed table of chi-square gives them (NIST/SEMATECH e-Handbook 1.3.6.7.4).
const table: readonly (readonly [p: number, df: number, x: number])[] = [
  [0.95, 1, 3.841],
  [0.975, 1, 5.024],
  [0.05, 1, 0.004],
  [0.9, 2, 4.605],
  [0.05, 2, 0.103],
  [0.95, 4, 9.488],
  [0.05, 4, 0.711],
  [0.025, 4, 0.484],
  [0.99, 9, 21.666],
  [0.01, 9, 2.088],
  [0.975, 10, 20.483],
  [0.95, 29, 42.557],
  [0.05, 29, 17.708],
  [0.95, 100, 124.342],
  [0.05, 100, 77.929],
  [0.999, 100, 149.449],
]

describe('quantiles of chi-square', () => {
  test.each(table)('p = %d with %d degrees of freedom is %d', (p, df, x) => {
    expect(chiSquareQuantile(p, df)).toBeCloseTo(x, 3)
  })

  test('with two degrees of freedom it is −2 ln(1 − p)', () => {
    for (const p of [0.001, 0.3, 0.5, 0.9, 0.9999])
      expect(chiSquareQuantile(p, 2)).toBeCloseTo(-2 * Math.log1p(-p), 9)
  })
})
