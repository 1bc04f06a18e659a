import { describe, expect, test } from 'vitest'
import { studentTQuantile } from '../../../src/core/statistics/student-t.ts'

// Critical values as any printed table of Student's t gives them (NIST/SEMATECH e-Handbook 1.3.6.7.2).
const table: readonly (readonly [p: number, df: number, t: number])[] = [
  [0.95, 1, 6.314],
  [0.975, 1, 12.706],
  [0.99, 2, 6.965],
  [0.95, 4, 2.132],
  [0.975, 4, 2.776],
  [0.999, 4, 7.173],
  [0.975, 9, 2.262],
  [0.995, 14, 2.977],
  [0.95, 30, 1.697],
  [0.975, 100, 1.984],
]

describe('quantiles of Student’s t', () => {
  test.each(table)('p = %d with %d degrees of freedom is %d', (p, df, t) => {
    expect(studentTQuantile(p, df)).toBeCloseTo(t, 3)
  })

  test('p = 0.5 is zero', () => {
    expect(studentTQuantile(0.5, 7)).toBeCloseTo(0, 9)
  })

  test('far in the tail, as corrected tests need it (STATS section 3C rests on such values)', () => {
    expect(studentTQuantile(1 - 1e-4, 4)).toBeCloseTo(13.034, 2)
  })
})
