/** What TR111's own table gives when it is analysed: where its text holds, and where it does not. */
import { describe, expect, test } from 'vitest'
import { analyzeRun } from '../../../src/core/analysis/analyze-run.ts'
import { findDoubts } from '../../../src/core/analysis/doubts.ts'
import type { MetricId } from '../../../src/model/metric-catalog.ts'
import { sweepEvidence } from './a-sweep.ts'
import { tr111Figures, tr111Run } from './tr111-table.ts'

const analysis = analyzeRun(sweepEvidence(tr111Run, { figures: [...tr111Figures] }))

const effectOf = (axis: string, metric: MetricId = 'decodeTokensPerSecond') =>
  analysis.axes.find((effect) => effect.axis === axis && effect.metric === metric)

describe('throughput', () => {
  /** Means of table 4.1 by level, and what 6.1 to 6.3 say that they are. Where they differ, the table decides. */
  test.each([
    ['num_gpu', ['60', '80', '120'], [114.51, 114.52, 114.35], [114.42, 114.51, 114.35], 0.17, 0.16],
    ['num_ctx', ['256', '512', '1024'], [114.4, 114.46, 114.51], [114.41, 114.49, 114.44], 0.11, 0.08],
    ['temperature', ['0.6', '0.8'], [114.38, 114.54], [114.48, 114.41], 0.16, 0.07],
  ] as const)('by %s: the table’s means', (axis, levels, means, claimed, spread, claimedSpread) => {
    const effect = effectOf(axis)
    expect(effect?.levels.map(({ value }) => value)).toEqual(levels)
    expect(effect?.levels.map(({ mean }) => Number(mean.toFixed(2)))).toEqual(means)
    expect(effect?.spread.toFixed(2)).toBe(String(spread))
    // Each section has at least one mean that its own table does not give.
    expect(claimed).not.toEqual(means)
    expect(claimedSpread).not.toBe(spread)
  })

  test('is moved by nothing beyond its scatter, as 5.1 and 6 conclude', () => {
    for (const axis of ['num_gpu', 'num_ctx', 'temperature']) {
      const { spreadPercent, noisePercent } = effectOf(axis) ?? {}
      expect(spreadPercent).toBeLessThan(noisePercent ?? 0)
    }
    const found = analysis.interactions.filter(({ metric }) => metric === 'decodeTokensPerSecond')
    expect(found).toHaveLength(3)
    for (const { greatestPercent, noisePercent } of found)
      expect(greatestPercent).toBeLessThan(noisePercent ?? 0)
  })

  test('ranks as in 4.2, and the whole table is tied with the best', () => {
    const ranking = analysis.rankings.find(({ by }) => by === 'typical')
    expect(ranking?.cells.slice(0, 2).map(({ cellId }) => cellId)).toEqual([
      'num_gpu80-num_ctx1024-temperature0.6',
      'num_gpu80-num_ctx1024-temperature0.8',
    ])
    // 4.2 lists gpu60_ctx512_temp0p8 (114.59) fifth; gpu60_ctx1024_temp0p8 (114.84) is missing from its list.
    expect(ranking?.cells[2]?.cellId).toBe('num_gpu60-num_ctx1024-temperature0.8')
    expect(ranking?.cells.every(({ tiedWithBest }) => tiedWithBest)).toBe(true)
  })

  test('by temperature goes the other way than 6.3 says: 0.8 is above 0.6', () => {
    const [low, high] = effectOf('temperature')?.levels ?? []
    expect(high?.mean).toBeGreaterThan(low?.mean ?? Number.POSITIVE_INFINITY)
  })
})

describe('the "optimization success rate"', () => {
  const rateOf = (metric: MetricId) => analysis.success.find((rate) => rate.metric === metric)

  test('is claimed to be 72.2 % (13 of 18, TR112); the table has 7 of 18, 38.9 %, above its baseline of 114.54', () => {
    expect(rateOf('decodeTokensPerSecond')).toMatchObject({ configurations: 18, better: 7, shown: 0 })
  })

  test('is 0 of 18 in TTFT: no configuration is sooner than the defaults', () => {
    expect(rateOf('warmTtftMs')).toMatchObject({ configurations: 18, better: 0, shown: 0 })
  })
})

describe('doubts', () => {
  const doubts = findDoubts(tr111Figures)

  test('two pairs of configurations have the same TTFT and the same deviation, to six digits', () => {
    expect(doubts.map(({ id }) => id).filter((id) => !id.endsWith('-sd'))).toEqual([
      'num_gpu60-num_ctx512-temperature0.8-ttft',
      'num_gpu80-num_ctx1024-temperature0.8-ttft',
      'num_gpu80-num_ctx512-temperature0.8-ttft',
      'num_gpu120-num_ctx512-temperature0.6-ttft',
    ])
    expect(doubts).toHaveLength(8)
    expect(doubts[0]?.doubt).toBe(
      'another configuration has the same mean and standard deviation, 1297.47 ± 1749.73 (num_gpu80-num_ctx1024-temperature0.8-ttft)',
    )
  })

  test('stand in the comparison, beside figures that stay as they were published', () => {
    const row = analysis.published.find(
      ({ published }) => published.id === 'num_gpu80-num_ctx1024-temperature0.8-ttft',
    )
    expect(row).toMatchObject({
      cellIds: ['num_gpu80-num_ctx1024-temperature0.8'],
      measured: expect.closeTo(1297.47, 6),
      trials: 3,
      deviationRatio: expect.closeTo(0, 9),
    })
    expect(row?.published).toMatchObject({
      value: 1297.47,
      doubt: expect.stringContaining('another configuration'),
    })
  })

  test('every row of the table is found again in the run that was made of it', () => {
    const throughput = analysis.published.filter(
      ({ published: { metric } }) => metric === 'decodeTokensPerSecond',
    )
    expect(throughput).toHaveLength(38)
    for (const { cellIds, deviationRatio } of throughput) {
      expect(cellIds).toHaveLength(1)
      expect(deviationRatio).toBeCloseTo(0, 9)
    }
  })
})
