import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { meanOf, sdOf } from '../../../src/core/statistics/descriptive.ts'
import { cvBounds, sdBounds } from '../../../src/core/statistics/scatter-bounds.ts'

const confidence = 0.95

describe('bounds of a standard deviation', () => {
  test('by hand: five values, chi-square of 4 degrees from 0.711 to 9.488', () => {
    const { low, high } = sdBounds(2, 5, confidence)
    expect(low).toBeCloseTo(2 * Math.sqrt(4 / 9.488), 3)
    expect(high).toBeCloseTo(2 * Math.sqrt(4 / 0.711), 2)
  })

  test('two values tell next to nothing', () => {
    const { low, high } = sdBounds(1, 2, confidence)
    expect(low).toBeCloseTo(0.51, 2)
    expect(high).toBeGreaterThan(15)
  })

  test('no scatter at all has no width', () => {
    expect(sdBounds(0, 5, confidence)).toEqual({ low: 0, high: 0 })
    expect(cvBounds(0, 5, confidence)).toEqual({ low: 0, high: 0 })
  })
})

describe('bounds of a coefficient of variation', () => {
  test('are nearly those of the standard deviation where it is small', () => {
    const [cv, sd] = [cvBounds(0.02, 8, confidence), sdBounds(0.02, 8, confidence)]
    expect(cv.low).toBeCloseTo(sd.low, 4)
    expect(cv.high).toBeCloseTo(sd.high, 3)
  })

  test('have no upper end where few values scatter as much as they are large', () => {
    expect(cvBounds(1.3, 3, confidence).high).toBe(Number.POSITIVE_INFINITY)
  })
})

describe('the truth lies beyond a bound in one of twenty samples', () => {
  const random = seededRandom(20)
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  const samples = (count: number, cv: number) =>
    Array.from({ length: 4000 }, () => Array.from({ length: count }, () => 100 * (1 + cv * normal())))

  test.each([
    [5, 0.05],
    [5, 0.3],
    [12, 0.15],
  ])('%d values that scatter by %d', (count, cv) => {
    const missed = { sdLow: 0, sdHigh: 0, cvLow: 0, cvHigh: 0 }
    const all = samples(count, cv)
    for (const values of all) {
      const sd = sdOf(values) ?? 0
      const [ofSd, ofCv] = [sdBounds(sd, count, confidence), cvBounds(sd / meanOf(values), count, confidence)]
      if (ofSd.low > 100 * cv) missed.sdLow++
      if (ofSd.high < 100 * cv) missed.sdHigh++
      if (ofCv.low > cv) missed.cvLow++
      if (ofCv.high < cv) missed.cvHigh++
    }
    for (const number of Object.values(missed)) {
      expect(number / all.length).toBeGreaterThan(0.04)
      expect(number / all.length).toBeLessThan(0.06)
    }
  })
})
