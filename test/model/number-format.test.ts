import { describe, expect, test } from 'vitest'
import type { MetricId } from '../../src/model/metric-catalog.ts'
import {
  count,
  formatBytes,
  formatChange,
  formatLeast,
  formatMinutes,
  formatPair,
  formatTarget,
  formatValue,
  leastInWords,
} from '../../src/model/number-format.ts'

describe('a value with its unit', () => {
  test.each<[MetricId, number | null, string]>([
    ['warmTtftMs', 612.4, '612 ms'],
    ['warmTtftMs', 0.43, '0.43 ms'],
    ['warmTtftMs', 0.0123, '0.012 ms'],
    ['warmTtftMs', 43.21, '43.2 ms'],
    ['warmTtftMs', 0, '0.000 ms'],
    ['coldTtftMs', 12345.6, '12346 ms'],
    ['decodeTokensPerSecond', 114.52, '114.5 tok/s'],
    ['decodeTokensPerSecond', 1618.4, '1618 tok/s'],
    ['overlapEfficiencyPercent', 97.2, '97.2 %'],
    ['ttftAnomalyContentionPercent', 0.31, '0.31 %'],
    ['ttftAnomalyContentionPercent', 0, '0.0 %'],
    ['speedupRatio', 1.934, '1.93 ×'],
    ['warmTtftMs', null, '–'],
    ['warmTtftMs', Number.NaN, '–'],
    ['warmTtftMs', Number.POSITIVE_INFINITY, '–'],
  ])('%s of %d is %s', (metric, value, text) => {
    expect(formatValue(metric, value)).toBe(text)
  })
})

describe('base and head in the same decimals', () => {
  test.each<[MetricId, number | null, number | null, string]>([
    ['warmTtftMs', 98.4, 104.2, '98 → 104 ms'],
    ['decodeTokensPerSecond', 114.9, 111, '114.9 → 111.0 tok/s'],
    ['warmTtftMs', null, 612, '612 ms'],
    ['warmTtftMs', 612, null, '612 → – ms'],
    ['warmTtftMs', null, null, '–'],
  ])('%s from %d to %d is %s', (metric, base, head, text) => {
    expect(formatPair(metric, base, head)).toBe(text)
  })
})

describe('a change with its interval', () => {
  test.each([
    [{ kind: 'ratio', estimate: 0.15, low: 0.12, high: 0.18 }, '+15 % (+12 to +18)'],
    [{ kind: 'ratio', estimate: -0.0042, low: -0.016, high: 0.008 }, '-0.4 % (-1.6 to +0.8)'],
    [{ kind: 'ratio', estimate: -0.0001, low: -0.0002, high: 0.0002 }, '0.0 % (0.0 to 0.0)'],
    [{ kind: 'points', estimate: -3.1, low: -4.2, high: -2 }, '-3.1 points (-4.2 to -2.0)'],
    [{ kind: 'ratio', estimate: 2.5, low: 2, high: 3 }, '+250 % (+200 to +300)'],
  ] as const)('%o is %s', (change, text) => {
    expect(formatChange(change)).toBe(text)
  })
})

test.each<[MetricId, number, string]>([
  ['decodeTokensPerSecond', 0.05, '5 %'],
  ['decodeTokensPerSecond', 0.075, '7.5 %'],
  ['parallelEfficiencyPercent', 3, '3 points'],
  ['parallelEfficiencyPercent', 1, '1 point'],
])('the target of %s, %d, is %s', (metric, size, text) => {
  expect(formatTarget(metric, size)).toBe(text)
})

test.each([
  [formatMinutes(96.4), '96 minutes'],
  [formatMinutes(3.21), '3.2 minutes'],
  [formatMinutes(300), '300 minutes'],
  [formatMinutes(450), '7.5 hours'],
  [formatMinutes(100_000), '1667 hours'],
  [formatMinutes(1), '1 minute'],
  [formatMinutes(0.4), '24 seconds'],
  [formatMinutes(0), '0 seconds'],
  [formatBytes(33_285_996_544), '33.3 GB'],
  [formatBytes(0), '0 B'],
  [count(1, 'cell'), '1 cell'],
  [count(0, 'cell'), '0 cells'],
])('%s', (text, expected) => {
  expect(text).toBe(expected)
})

test.each([
  ['decodeTokensPerSecond', 0.2799, '≥ 28 %', '28 % or more'],
  ['decodeTokensPerSecond', 10, '≥ 1000 %', '1000 % or more'],
  ['decodeTokensPerSecond', 2.26e12, '> 1000 %', 'more than 1000 %'],
  ['parallelEfficiencyPercent', 3.01, '≥ 3.1 points', '3.1 points or more'],
] as const)('the least change of %s that could be seen, of %d: %s', (metric, size, signs, words) => {
  expect([formatLeast(metric, size), leastInWords(metric, size)]).toEqual([signs, words])
})
