/** Makers of analyses for tests: empty by default, or a sweep of 18 cells whose figures can be told by hand. */
import type {
  Analysis,
  AxisEffect,
  Comparison,
  Interaction,
  Ranking,
  TopologyContrast,
} from '../../src/model/analysis.ts'
import type { Verdict } from '../../src/model/verdict.ts'
import { aCheck, aSummary, aVerdict, someTrials } from './a-verdict.ts'

/** Nothing to say, unless said otherwise. */
export const anAnalysis = (overrides: Partial<Analysis> = {}): Analysis => ({
  axes: [],
  interactions: [],
  rankings: [],
  success: [],
  topologies: [],
  published: [],
  boundaries: [],
  notes: [],
  ...overrides,
})

/** num_ctx from 512 to 2048 moves decode from 100 to 112 tok/s; noise 2 %. */
export const anEffect = (overrides: Partial<AxisEffect> = {}): AxisEffect => ({
  metric: 'decodeTokensPerSecond',
  axis: 'num_ctx',
  levels: [
    { value: '512', cells: 6, mean: 112 },
    { value: '1024', cells: 6, mean: 106 },
    { value: '2048', cells: 6, mean: 100 },
  ],
  leftOut: [],
  spread: 12,
  spreadPercent: 11.3,
  noisePercent: 2,
  ...overrides,
})

/** Three cells, the second tied with the first. */
export const aRanking = (overrides: Partial<Ranking> = {}): Ranking => ({
  metric: 'decodeTokensPerSecond',
  by: 'typical',
  among: null,
  cells: [
    { cellId: sweepCell(0), value: 112, sd: 1.1, cvPercent: 1, worst: 110.5, trials: 5, tiedWithBest: true },
    {
      cellId: sweepCell(1),
      value: 111.4,
      sd: 1.4,
      cvPercent: 1.3,
      worst: 109,
      trials: 5,
      tiedWithBest: true,
    },
    {
      cellId: sweepCell(2),
      value: 104,
      sd: 0.9,
      cvPercent: 0.9,
      worst: 102.7,
      trials: 5,
      tiedWithBest: false,
    },
  ],
  ...overrides,
})

/** Decode over num_ctx and num_gpu: greatest 1.4 tok/s beyond the sum, 1.3 %, within a noise of 2 %. */
export const anInteraction = (overrides: Partial<Interaction> = {}): Interaction => ({
  metric: 'decodeTokensPerSecond',
  rowAxis: 'num_ctx',
  columnAxis: 'num_gpu',
  rows: ['512', '1024'],
  columns: ['60', '80'],
  means: [
    [110, 114],
    [100, null],
  ],
  greatest: 1.4,
  greatestPercent: 1.3,
  noisePercent: 2,
  ...overrides,
})

/** Throughput from one server to two. */
export const aContrast = (overrides: Partial<TopologyContrast> = {}): TopologyContrast => ({
  metric: 'aggregateTokensPerSecond',
  fromCellId: 'two-agents/chimera_homo/one-server/gemma3/gpu80-ctx512-t0.8',
  toCellId: 'two-agents/chimera_homo/two-servers/gemma3/gpu80-ctx512-t0.8',
  from: 100,
  to: 190,
  ...overrides,
})

/** A published decode of 114 tok/s that was measured here as 112. */
export const aComparison = (
  published: Partial<Comparison['published']> = {},
  overrides: Partial<Comparison> = {},
): Comparison => ({
  published: {
    id: 'decode',
    label: 'Decode of the best configuration',
    of: null,
    metric: 'decodeTokensPerSecond',
    statistic: 'mean',
    value: 114,
    unit: 'tokens/s',
    n: 5,
    source: 'TR108 4.2',
    supersededBy: null,
    doubt: null,
    ...published,
  },
  cellIds: [sweepCell(0)],
  measured: 112,
  trials: 5,
  deviationRatio: -0.0175,
  ...overrides,
})

/** Id of a cell of the sweep: three contexts, three offloads, two temperatures. */
export function sweepCell(index: number): string {
  const context = [512, 1024, 2048][index % 3]
  const gpu = [60, 80, 120][Math.floor(index / 3) % 3]
  const temperature = ['0.6', '0.8'][Math.floor(index / 9) % 2]
  return `single-agent/single/one-server/gemma3/gpu${gpu}-ctx${context}-t${temperature}`
}

/** An analysis with something of every kind. */
export const aFullAnalysis = (overrides: Partial<Analysis> = {}): Analysis =>
  anAnalysis({
    axes: [
      anEffect(),
      anEffect({
        axis: 'temperature',
        levels: [
          { value: '0.6', cells: 9, mean: 106.4 },
          { value: '0.8', cells: 9, mean: 105.6 },
        ],
        spread: 0.8,
        spreadPercent: 0.75,
      }),
      anEffect({
        metric: 'warmTtftMs',
        levels: [
          { value: '512', cells: 6, mean: 80 },
          { value: '1024', cells: 6, mean: 95 },
          { value: '2048', cells: 6, mean: 140 },
        ],
        leftOut: ['32768'],
        spread: 60,
        spreadPercent: 57.1,
        noisePercent: 9,
      }),
      anEffect({
        metric: 'warmTtftMs',
        axis: 'model',
        levels: [
          { value: 'gemma3:4b', cells: 1, mean: 100 },
          { value: 'llama3.1:8b-instruct-q4_0', cells: 1, mean: 110 },
        ],
        spread: 10,
        spreadPercent: 9.5,
        noisePercent: null,
      }),
      anEffect({
        metric: 'aggregateTokensPerSecond',
        axis: 'topology',
        levels: [
          { value: 'one-server', cells: 1, mean: 100 },
          { value: 'two-servers', cells: 1, mean: 190 },
        ],
        spread: 90,
        spreadPercent: 62,
        noisePercent: 3,
      }),
    ],
    interactions: [
      anInteraction({ greatest: 4, greatestPercent: 3.8 }),
      anInteraction({ rowAxis: 'temperature', columnAxis: 'num_ctx' }),
    ],
    rankings: [
      aRanking(),
      aRanking({
        by: 'consistency',
        cells: [aRanking().cells[2], aRanking().cells[0]].filter((one) => !!one),
      }),
    ],
    success: [
      {
        metric: 'decodeTokensPerSecond',
        baselineCellId: 'single-agent/single/one-server/gemma3/defaults',
        configurations: 18,
        better: 12,
        shown: 7,
      },
    ],
    topologies: [aContrast()],
    published: [
      aComparison(),
      aComparison(
        {
          id: 'size',
          label: 'Binary size',
          metric: null,
          value: 12.4,
          unit: 'MB',
          n: null,
          source: 'TR112 3',
          supersededBy: 'TR112 v2, 4.1',
          doubt: 'the same for two languages',
        },
        { measured: null, cellIds: [], trials: 0, deviationRatio: null },
      ),
    ],
    boundaries: [
      {
        what: 'warm TTFT',
        included: 'the request’s way to the server, prefill, the first token',
        excluded: 'loading the model',
        source: 'appendix L',
      },
    ],
    notes: ['num_gpu never moves alone: its effect cannot be told from that of model.'],
    ...overrides,
  })

/** A verdict on a sweep of that many cells, with figures of two agents at once in some. */
export const aSweepVerdict = (cells = 18, overrides: Partial<Verdict> = {}): Verdict => {
  const ids = Array.from({ length: cells }, (_, index) =>
    index < 18 ? sweepCell(index) : `${sweepCell(index)}-num_batch${index}`,
  )
  const pairs = [aContrast().fromCellId, aContrast().toCellId]
  return aVerdict({
    outcome: 'pass',
    title: `${cells} cells within ${cells} limits`,
    policy: { name: 'tr108', file: 'policies/tr108.yml', sha256: '0'.repeat(64) },
    analysis: aFullAnalysis(),
    checks: ids.map((cellId) => aCheck({ cellId })),
    figures: [
      ...ids.flatMap((cellId, index) => [
        aSummary({ cellId, metric: 'warmTtftMs', typical: 80 + index }),
        aSummary({ cellId, metric: 'decodeTokensPerSecond', typical: 112 - index / 2 }),
        aSummary({ cellId, metric: 'outputTokens', typical: 128, cvPercent: 3.1 }),
        aSummary({ cellId, metric: 'repetitionPercent', typical: 4.2 }),
        aSummary({ cellId, metric: 'costPerMillionTokens', typical: 1.37 }),
      ]),
      ...pairs.flatMap((cellId, index) => [
        aSummary({ cellId, metric: 'overlapEfficiencyPercent', typical: 99.2 }),
        aSummary({ cellId, metric: 'parallelEfficiencyPercent', typical: index === 0 ? 52.4 : 98.1 }),
        aSummary({ cellId, metric: 'ttftAnomalyContentionPercent', typical: 0 }),
        aSummary({ cellId, metric: 'throughputContentionPercent', typical: index === 0 ? 100 : 0 }),
      ]),
    ],
    trials: someTrials(cells * 5),
    ...overrides,
  })
}

/** An analysis whose every name comes from somebody who means harm. */
export const aHostileAnalysis = (evil: string): Analysis => {
  const cells = [0, 1].map((index) => ({
    cellId: `${evil}/${index}-${evil}`,
    value: 100 - index,
    sd: 1,
    cvPercent: 1,
    worst: 98,
    trials: 3,
    tiedWithBest: true,
  }))
  const level = (value: string, mean: number) => ({ value, cells: 1, mean })
  return anAnalysis({
    axes: [anEffect({ axis: evil, levels: [level(evil, 112), level(`"${evil}`, 100)], leftOut: [evil] })],
    interactions: [
      anInteraction({
        rowAxis: evil,
        columnAxis: evil,
        rows: [evil, 'b'],
        columns: ['a', evil],
        greatestPercent: 9,
      }),
    ],
    rankings: [aRanking({ cells }), aRanking({ by: 'consistency', cells })],
    success: [
      { metric: 'decodeTokensPerSecond', baselineCellId: evil, configurations: 2, better: 1, shown: 0 },
    ],
    topologies: [aContrast({ fromCellId: evil, toCellId: `${evil}${evil}` })],
    published: [aComparison({ label: evil, unit: evil, source: evil, supersededBy: evil, doubt: evil })],
    boundaries: [{ what: evil, included: evil, excluded: evil, source: evil }],
    notes: [evil],
  })
}
