import { describe, expect, test } from 'vitest'
import { meanOf, medianOf, percentileOf, sdOf } from '../../../src/core/statistics/descriptive.ts'

describe('descriptive statistics', () => {
  test('the textbook values', () => {
    expect(meanOf([2, 4, 4, 4, 5, 5, 7, 9])).toBe(5)
    expect(sdOf([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(2.138, 3)
    expect(medianOf([3, 1, 2])).toBe(2)
  })

  test('one value has no spread', () => {
    expect(sdOf([1])).toBeNull()
  })

  test.each([[[1, Number.NaN, 3]], [[Number.POSITIVE_INFINITY]], [[]]])(
    '%j is refused, not averaged',
    (values) => {
      expect(() => meanOf(values)).toThrow(RangeError)
      expect(() => medianOf(values)).toThrow(RangeError)
    },
  )

  test.each([
    ['p50', 11],
    ['p90', 64],
    ['p95', 130],
    ['p99', 662],
  ] as const)('%s is certified from %d requests on, and not before', (which, least) => {
    const values = Array.from({ length: least }, (_, i) => i)
    expect(percentileOf(values.slice(1), which)).toBeNull()
    expect(percentileOf(values, which)).not.toBeNull()
  })
})
