import { describe, expect, test } from 'vitest'
import type { AxisEffect, TopologyContrast } from '../../src/model/analysis.ts'
import {
  byEffect,
  effectText,
  effectTold,
  interactionTitle,
  topologyText,
} from '../../src/render/effect-words.ts'
import { keyFindings, topologiesInOrder, topologyFindings } from '../../src/render/key-findings.ts'
import { byReading, leadingOf } from '../../src/render/main-metrics.ts'
import {
  deviationText,
  measuredValue,
  publishedLabel,
  publishedTitle,
  remarksText,
} from '../../src/render/published-words.ts'
import { rankingTitle } from '../../src/render/ranking-words.ts'
import { shortNames } from '../../src/render/short-names.ts'
import {
  aComparison,
  aContrast,
  aFullAnalysis,
  anAnalysis,
  anEffect,
  anInteraction,
  aRanking,
} from '../model/an-analysis.ts'

describe('an effect in words', () => {
  test.each([
    [
      'beyond the noise: where it is best and worst',
      {},
      'num_ctx moves decode by 11 %, noise 2 %; best at 512 (112.0 tok/s), worst at 2048 (100.0 tok/s)',
    ],
    [
      'as large as the noise: none',
      { spreadPercent: 2 },
      'num_ctx has no effect on decode that shows: 2 % is within the noise of 2 %',
    ],
    [
      'of nothing at all',
      { spread: 0, spreadPercent: null, noisePercent: null },
      'num_ctx has no effect on decode: it is the same everywhere',
    ],
    [
      'without a noise to compare with',
      { noisePercent: null },
      'num_ctx: decode differs by 11 %, and what is noise of it is unknown',
    ],
    [
      'around a mean of zero, in the unit',
      { spreadPercent: null, noisePercent: null },
      'num_ctx: decode differs by 12.0 tok/s, and what is noise of it is unknown',
    ],
    [
      'of what is better low, the least is best',
      { metric: 'warmTtftMs' as const },
      'num_ctx moves warm TTFT by 11 %, noise 2 %; best at 2048 (100 ms), worst at 512 (112 ms)',
    ],
    [
      'of a percentage, in points of it',
      { metric: 'parallelEfficiencyPercent' as const, spreadPercent: 10, noisePercent: 1 },
      'num_ctx moves parallel efficiency by 10.6 points, noise 1.1 points; best at 512 (112.0 %), worst at 2048 (100.0 %)',
    ],
  ])('%s', (_, overrides, expected) => {
    expect(effectText(anEffect(overrides))).toBe(expected)
  })

  test('what shows comes first, then what cannot be told, then what is none, each by size', () => {
    const effects = [
      anEffect({ axis: 'none', spreadPercent: 1.9 }),
      anEffect({ axis: 'unknown', spreadPercent: 50, noisePercent: null }),
      anEffect({ axis: 'small', spreadPercent: 3 }),
      anEffect({ axis: 'large', spreadPercent: 30 }),
    ]
    expect(effects.toSorted(byEffect).map(({ axis }) => axis)).toEqual(['large', 'small', 'unknown', 'none'])
    expect(effects.map(effectTold)).toEqual(['within-noise', 'unknown', 'shown', 'shown'])
  })
})

test.each([
  [
    'of nothing at all',
    { greatest: 0, greatestPercent: null },
    'num_ctx and num_gpu do nothing more to decode together than alone',
  ],
  [
    'beyond the noise',
    { greatestPercent: 8 },
    'num_ctx and num_gpu together move decode by up to 8 % beyond what each does alone, noise 2 %',
  ],
  [
    'within it',
    {},
    'num_ctx and num_gpu do no more to decode together than alone: 1.3 % is within the noise of 2 %',
  ],
  [
    'without one',
    { noisePercent: null },
    'num_ctx and num_gpu together: decode is up to 1.3 % from what each does alone, and what is noise of it is unknown',
  ],
])('an interaction %s', (_, overrides, expected) => {
  expect(interactionTitle(anInteraction(overrides))).toBe(expected)
})

const alongTopology = (overrides: Partial<AxisEffect> = {}) => [anEffect({ axis: 'topology', ...overrides })]
const aggregate = 'aggregateTokensPerSecond'

describe('a second server', () => {
  test.each<[string, Partial<TopologyContrast>, readonly AxisEffect[], string]>([
    [
      'more of what is better high',
      {},
      alongTopology({ metric: aggregate }),
      'aggregate 100.0 → 190.0 tok/s (+90 %, better)',
    ],
    [
      'more of what is better low',
      { metric: 'concurrentTtftMs' },
      alongTopology({ metric: 'concurrentTtftMs' }),
      'concurrent TTFT 100 → 190 ms (+90 %, worse)',
    ],
    [
      'a percentage, in points',
      { metric: 'parallelEfficiencyPercent', from: 98.2, to: 95 },
      alongTopology({ metric: 'parallelEfficiencyPercent' }),
      'parallel efficiency 98.2 → 95.0 % (-3.2 points, worse)',
    ],
    [
      'less than the noise is neither better nor worse',
      {},
      alongTopology({ metric: aggregate, spreadPercent: 1 }),
      'aggregate 100.0 → 190.0 tok/s (+90 %, within the noise)',
    ],
    [
      'the noise of another metric says nothing of this one',
      {},
      alongTopology(),
      'aggregate 100.0 → 190.0 tok/s (+90 %, noise unknown)',
    ],
    [
      'from nothing',
      { from: 0, to: 3 },
      alongTopology({ metric: aggregate }),
      'aggregate 0.00 → 3.00 tok/s (better)',
    ],
    ['no change', { to: 100 }, [], 'aggregate 100.0 → 100.0 tok/s (0.0 %, the same)'],
  ])('%s', (_, overrides, axes, expected) => {
    expect(topologyText(aContrast(overrides), axes)).toBe(`one-server → two-servers: ${expected}`)
  })

  test('what shows is told first', () => {
    const decode = aContrast({ metric: 'decodeTokensPerSecond' })
    const analysis = anAnalysis({
      axes: alongTopology({ metric: aggregate }),
      topologies: [decode, aContrast()],
    })
    expect(topologiesInOrder(analysis)).toEqual([aContrast(), decode])
  })

  test('of several pairs each says which it is of', () => {
    const hetero = aContrast({
      fromCellId: 'two-agents/chimera_hetero/one-server/gemma3/gpu80-ctx512-t0.8',
      toCellId: 'two-agents/chimera_hetero/two-servers/gemma3/gpu80-ctx512-t0.8',
    })
    const words = 'one-server → two-servers: aggregate 100.0 → 190.0 tok/s (+90 %, noise unknown)'
    expect(topologyFindings(anAnalysis({ topologies: [aContrast()] }))).toEqual([words])
    expect(topologyFindings(anAnalysis({ topologies: [aContrast(), hetero] }))).toEqual([
      `chimera_homo, ${words}`,
      `chimera_hetero, ${words}`,
    ])
  })
})

describe('a ranking in words', () => {
  const [first, second, third] = aRanking().cells
  if (!first || !second || !third) throw new Error('a ranking of three cells')
  test.each([
    ['some are tied', [first, second, third], '; 1 of 2 others cannot be told from it'],
    ['none is', [first, third, { ...third, cellId: 'x' }], '; all 2 others are behind it'],
    ['all are', [first, second, { ...second, cellId: 'x' }], '; none of 2 others can be told from it'],
    ['of two cells', [first, second], '; the other cell cannot be told from it'],
    ['of two cells apart', [first, third], '; the other cell is behind it'],
    ['of one', [first], ''],
  ])('%s', (_, cells, expected) => {
    const title = rankingTitle(aRanking({ cells }), shortNames([]))
    expect(title).toBe(`Best decode: ${first.cellId} (112.0 tok/s ± 1.1)${expected}`)
  })

  test('of one kind of work says of which', () => {
    expect(rankingTitle(aRanking({ among: 'two-agents cells' }), shortNames([]))).toMatch(
      /^Best decode of two-agents cells: /,
    )
  })

  test('of nothing is nothing', () => {
    expect(rankingTitle(aRanking({ cells: [] }), shortNames([]))).toBe('')
  })
})

describe('a published figure in words', () => {
  test.each([
    ['a mean', aComparison(), 'Decode of the best configuration', '112.0 tok/s', '-1.8 %', ''],
    [
      'a cv is in percent',
      aComparison({ statistic: 'cv' }, { measured: 1.23 }),
      'Decode of the best configuration (cv)',
      '1.2 %',
      '-1.8 %',
      '',
    ],
    [
      'a statistic that the label names',
      aComparison({ label: 'Peak decode', statistic: 'peak' }),
      'Peak decode',
      '112.0 tok/s',
      '-1.8 %',
      '',
    ],
    [
      'not measured',
      aComparison({ metric: null }, { measured: null, deviationRatio: null }),
      'Decode of the best configuration',
      '–',
      '–',
      '',
    ],
    [
      'doubted and superseded',
      aComparison({ doubt: 'too smooth', supersededBy: 'v2' }),
      'Decode of the best configuration',
      '112.0 tok/s',
      '-1.8 %',
      'In doubt: too smooth. Superseded by v2',
    ],
  ])('%s', (_, row, label, measured, deviation, remarks) => {
    expect([publishedLabel(row), measuredValue(row), deviationText(row), remarksText(row)]).toEqual([
      label,
      measured,
      deviation,
      remarks,
    ])
  })

  test('all of them are counted', () => {
    const rows = [
      aComparison(),
      aComparison({}, { deviationRatio: 0.3 }),
      aComparison({ doubt: 'x' }, { measured: null, deviationRatio: null }),
    ]
    expect(publishedTitle(rows)).toBe(
      '2 of 3 published figures were measured here, 1 within 10 % of what was published, 1 of the published ones in doubt',
    )
  })
})

describe('the findings of a sweep', () => {
  test('nothing of nothing', () => {
    expect(keyFindings(anAnalysis())).toEqual([])
  })

  test('four effects, the greatest against their noise first', () => {
    const axes = Array.from({ length: 8 }, (_, index) =>
      anEffect({ axis: `axis-${index}`, spreadPercent: 50 - index, noisePercent: 10 - index }),
    )
    expect(keyFindings(anAnalysis({ axes })).map((text) => text.split(' ')[0])).toEqual([
      'axis-7',
      'axis-6',
      'axis-5',
      'axis-4',
    ])
  })

  test('nothing of which the noise is unknown', () => {
    const analysis = anAnalysis({ axes: [anEffect({ noisePercent: null })], topologies: [aContrast()] })
    expect(keyFindings(analysis)).toEqual([])
  })

  test('the steadiest cell only where another is less steady', () => {
    const steady = aRanking({ by: 'consistency' })
    const tied = { ...steady, cells: steady.cells.map((cell) => ({ ...cell, tiedWithBest: true })) }
    expect(keyFindings(anAnalysis({ rankings: [steady] }))[0]).toMatch(/^Most consistent decode: /)
    expect(keyFindings(anAnalysis({ rankings: [tied] }))).toEqual([])
  })

  test('axes without effect share a sentence; one that moves something else is not among them', () => {
    const quiet = (axis: string) => anEffect({ axis, spreadPercent: 1 })
    const axes = [
      quiet('temperature'),
      quiet('top_k'),
      quiet('num_ctx'),
      anEffect({ metric: 'warmTtftMs', spreadPercent: 30 }),
    ]
    expect(keyFindings(anAnalysis({ axes })).slice(1)).toEqual([
      'temperature, top_k: no effect that shows on decode',
    ])
  })

  test('effects on what nobody looks for first come only where there is no other', () => {
    const side = anEffect({ metric: 'outputTokens', spreadPercent: 90 })
    expect(keyFindings(anAnalysis({ axes: [side] }))[0]).toContain('moves answer length by 90 %')
    expect(keyFindings(anAnalysis({ axes: [side, anEffect()] }))).toEqual([effectText(anEffect())])
  })

  test('a handful, however much there is', () => {
    expect(keyFindings(aFullAnalysis()).length).toBe(8)
  })
})

describe('the order of reading', () => {
  test('has what a kind of cell is measured for in front', () => {
    expect(
      leadingOf(new Set(['gpuPowerWatts', 'decodeTokensPerSecond', 'warmTtftMs', 'turnTimeMs'])),
    ).toEqual(['turnTimeMs', 'warmTtftMs', 'decodeTokensPerSecond'])
  })

  test('has all metrics, those of no table in the catalog’s order at the end', () => {
    const metrics = (['gpuPowerWatts', 'queueWaitMs', 'decodeTokensPerSecond'] as const).map((metric) => ({
      metric,
    }))
    expect(metrics.toSorted(byReading).map(({ metric }) => metric)).toEqual([
      'decodeTokensPerSecond',
      'queueWaitMs',
      'gpuPowerWatts',
    ])
  })
})
