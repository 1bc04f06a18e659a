import { describe, expect, test } from 'vitest'
import { lowerShare, signTestP, upperShare } from '../../../src/core/statistics/exact-binomial.ts'

describe('Clopper-Pearson bounds, one-sided at 95 % (STATS section 7)', () => {
  test.each([
    [0, 3, 0.632],
    [0, 5, 0.451],
    [1, 5, 0.657],
    [2, 5, 0.811],
    [0, 15, 0.181],
    [1, 15, 0.279],
    [0, 60, 0.0487],
    [0, 150, 0.0198],
    [1, 150, 0.0312],
    [0, 299, 0.00997],
  ])('%d of %d runs: at most %d', (events, runs, upper) => {
    expect(upperShare(events, runs, 0.95)).toBeCloseTo(upper, 3)
  })

  test.each([
    [1, 5, 0.0102],
    [2, 5, 0.0764],
    [1, 15, 0.0034],
    [1, 150, 0.00034],
  ])('%d of %d runs: at least %d', (events, runs, lower) => {
    expect(lowerShare(events, runs, 0.95)).toBeCloseTo(lower, 3)
  })

  test('no runs tell nothing, all events bound nothing from above', () => {
    expect(upperShare(0, 0, 0.95)).toBe(1)
    expect(lowerShare(0, 0, 0.95)).toBe(0)
    expect(upperShare(4, 4, 0.95)).toBe(1)
  })

  test('"below 1 %" takes 299 clean runs at 95 % and 459 at 99 %', () => {
    expect(upperShare(0, 298, 0.95)).toBeGreaterThan(0.01)
    expect(upperShare(0, 299, 0.95)).toBeLessThan(0.01)
    expect(upperShare(0, 458, 0.99)).toBeGreaterThan(0.01)
    expect(upperShare(0, 459, 0.99)).toBeLessThan(0.01)
  })
})

describe('the exact sign test', () => {
  test.each([
    [0, 0, 1],
    [0, 5, 1],
    [5, 5, 1 / 32],
    [14, 14, 2 ** -14],
    [4, 5, 6 / 32],
  ])('%d worse of %d discordant: p = %d', (worse, discordant, p) => {
    expect(signTestP(worse, discordant)).toBeCloseTo(p, 9)
  })
})
