import { describe, expect, test } from 'vitest'
import { compareStored } from '../../../src/core/compare/stored.ts'
import { metricDefinition } from '../../../src/model/metric-catalog.ts'

const decode = metricDefinition('decodeTokensPerSecond')

describe('a stored baseline', () => {
  test.each([
    [1, 0.112],
    [3, 0.092],
    [10, 0.083],
    [30, 0.081],
  ])('with %d sessions tells %d at best (STATS section 3A)', (sessions, floor) => {
    const base = Array.from({ length: sessions }, () => 100)
    const found = compareStored({ metric: decode, target: 0.05, base, head: 100 }).floor
    // The table is linear, drops are stated as ratios: e^-x ≈ 1 - x + x²/2.
    expect(Math.abs(found - floor)).toBeLessThan(0.008)
  })

  test.each([
    ['a drop of half', 50, 0.05, 'warn'],
    ['no change under a target of 5 %', 100, 0.05, 'undecided'],
    ['no change under a target of 20 %', 100, 0.2, 'not-worse'],
    ['a drop of 8 % under a target of 20 %', 92, 0.2, 'not-worse'],
    ['nothing measured at all', 0, 0.2, 'undecided'],
  ])(
    '%s: %d against 100 with a target of %d is %s, and never a conviction',
    (_what, head, target, decision) => {
      expect(compareStored({ metric: decode, target, base: [100], head }).decision).toBe(decision)
    },
  )
})
