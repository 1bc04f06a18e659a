import { describe, expect, test } from 'vitest'
import { comparePairs, type Pair } from '../../../src/core/compare/paired.ts'
import { metricDefinition } from '../../../src/model/metric-catalog.ts'

/** A small seeded generator (mulberry32), so that the behaviour below is the same on every machine. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

interface Noise {
  readonly pairs: number
  readonly sd: number
  readonly factor: number
}

/** Pairs around 100 with log-normal noise on each side, a common drift, and head slowed by `factor`. */
const noisyPairs = (random: () => number, { pairs, sd, factor }: Noise): readonly Pair[] =>
  Array.from({ length: pairs }, (_, i) => {
    const drift = 1 - 0.03 * (1 - Math.exp(-i / 4))
    return {
      base: 100 * drift * Math.exp(sd * normal(random)),
      head: 100 * drift * factor * Math.exp(sd * normal(random)),
    }
  })

const decode = metricDefinition('decodeTokensPerSecond')
const ttft = metricDefinition('warmTtftMs')
const efficiency = metricDefinition('parallelEfficiencyPercent')
const contention = metricDefinition('throughputContentionPercent')

const share = (count: number, decision: string, noise: Noise, target = 0.05): number => {
  const random = generator(20_261_121)
  const answers = Array.from({ length: count }, () =>
    comparePairs(noisyPairs(random, noise), { metric: decode, target, checks: 20 }),
  )
  return answers.filter((answer) => answer.decision === decision).length / count
}

describe('pairs of one session', () => {
  test('A/A: at most 1 % of matrices may fail, so at most 0.05 % of 20 checks each', () => {
    expect(share(4000, 'worse', { pairs: 8, sd: 0.018, factor: 1 })).toBeLessThan(0.002)
  })

  test('A/A on a quiet machine is acquitted', () => {
    expect(share(500, 'not-worse', { pairs: 8, sd: 0.01, factor: 1 })).toBeGreaterThan(0.95)
  })

  test('a drop of 20 % is convicted', () => {
    expect(share(500, 'worse', { pairs: 8, sd: 0.018, factor: 0.8 })).toBeGreaterThan(0.95)
  })

  test('a drop of the target is never called a pass more often than 3 % allows', () => {
    expect(share(2000, 'not-worse', { pairs: 8, sd: 0.018, factor: 0.95 })).toBeLessThan(0.045)
  })

  test('clearly worse, and as clearly by less than the target, is neither a conviction nor silence', () => {
    const pairs = Array.from({ length: 8 }, (_, i) => ({ base: 100, head: 130 + (i % 3) }))
    expect(comparePairs(pairs, { metric: ttft, target: 0.4, checks: 4 }).decision).toBe('less-than-target')
  })

  test('direction belongs to the metric: the same rise is bad for TTFT and good for tokens', () => {
    const pairs = Array.from({ length: 8 }, (_, i) => ({
      base: 100 + (i % 3) * 0.2,
      head: 130 + (i % 2) * 0.2,
    }))
    expect(comparePairs(pairs, { metric: ttft, target: 0.1, checks: 1 }).decision).toBe('worse')
    expect(comparePairs(pairs, { metric: decode, target: 0.05, checks: 1 }).decision).toBe('better')
  })

  test('the change is stated as users read it: a ratio of medians’ logs, with its interval', () => {
    const pairs = Array.from({ length: 6 }, (_, i) => ({ base: 100, head: 115 + (i % 2) }))
    const { change } = comparePairs(pairs, { metric: ttft, target: 0.1, checks: 1 })
    expect(change?.estimate).toBeCloseTo(0.155, 2)
    expect(change?.low).toBeLessThan(0.155)
    expect(change?.high).toBeGreaterThan(0.155)
  })

  test('efficiency is compared in points', () => {
    const pairs = Array.from({ length: 8 }, (_, i) => ({
      base: 98 + (i % 2) * 0.2,
      head: 91 + (i % 3) * 0.2,
    }))
    const answer = comparePairs(pairs, { metric: efficiency, target: 3, checks: 1 })
    expect(answer.decision).toBe('worse')
    expect(answer.change?.kind).toBe('points')
    expect(answer.change?.estimate).toBeCloseTo(-6.9, 1)
  })

  test('identical values are floored, never a division by zero', () => {
    const pairs = Array.from({ length: 4 }, () => ({ base: 100, head: 100 }))
    const answer = comparePairs(pairs, { metric: decode, target: 0.05, checks: 1 })
    expect(answer.decision).toBe('not-worse')
    expect(answer.detectable).toBeGreaterThan(0)
  })

  test.each([
    ['no pair', []],
    ['one pair', [{ base: 100, head: 50 }]],
    [
      'a ratio to zero',
      [
        { base: 0, head: 50 },
        { base: 0, head: 50 },
      ],
    ],
  ])('%s cannot tell', (_what, pairs) => {
    expect(comparePairs(pairs, { metric: decode, target: 0.05, checks: 1 })).toMatchObject({
      decision: 'undecided',
      change: null,
      detectable: null,
    })
  })

  test('two pairs far apart cannot convict: their spread is not known', () => {
    const pairs = [
      { base: 100, head: 60 },
      { base: 100, head: 80 },
    ]
    expect(comparePairs(pairs, { metric: decode, target: 0.05, checks: 20 }).decision).toBe('undecided')
  })

  test('five clean pairs do not exclude five points of contention, a hundred do', () => {
    const clean = (count: number) => Array.from({ length: count }, () => ({ base: 0, head: 0 }))
    const question = { metric: contention, target: 5, checks: 1 }
    expect(comparePairs(clean(5), question).decision).toBe('undecided')
    expect(comparePairs(clean(100), question).decision).toBe('not-worse')
  })

  test('pairs that cannot be used forbid an acquittal: what they would have said is not known', () => {
    const unchanged = Array.from({ length: 8 }, (_, i) => ({ base: 100, head: 100 + (i % 2) * 0.1 }))
    const appeared = Array.from({ length: 5 }, () => ({ base: 0, head: 500 }))
    expect(comparePairs(unchanged, { metric: ttft, target: 0.1, checks: 1 }).decision).toBe('not-worse')
    expect(comparePairs([...unchanged, ...appeared], { metric: ttft, target: 0.1, checks: 1 }).decision).toBe(
      'undecided',
    )
  })

  test('the interval of a share is exact: five of five do not make 100 % certain', () => {
    const pairs = Array.from({ length: 5 }, () => ({ base: 0, head: 100 }))
    const { change, detectable } = comparePairs(pairs, { metric: contention, target: 5, checks: 78 })
    expect(change?.estimate).toBe(100)
    expect(change?.low).toBeLessThan(10)
    expect(detectable).toBeNull()
  })

  test('contention is convicted by discordant pairs only', () => {
    const event = (base: number, head: number) => ({ base, head })
    const discordant = Array.from({ length: 12 }, () => event(0, 100))
    const concordant = Array.from({ length: 12 }, () => event(100, 100))
    const question = { metric: contention, target: 5, checks: 1 }
    expect(comparePairs([...discordant, ...concordant], question).decision).toBe('worse')
    expect(comparePairs([event(0, 100), event(0, 100), ...concordant], question).decision).not.toBe('worse')
  })
})
