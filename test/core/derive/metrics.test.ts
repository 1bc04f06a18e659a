import { describe, expect, test } from 'vitest'
import { deriveSamples } from '../../../src/core/derive/samples.ts'
import { summarizeSamples } from '../../../src/core/derive/summaries.ts'
import type { MetricId } from '../../../src/model/metric-catalog.ts'
import { metricIds } from '../../../src/model/metric-catalog.ts'
import type { Leg, Trial } from '../../../src/model/run.ts'
import { aCall, aGpuSpan, aLeg, aReason, aRun, aTrial, aWatch, evenLegs } from '../../model/a-run.ts'

const valuesOf = (metric: MetricId, trial: Trial): readonly number[] =>
  deriveSamples(aRun({ trials: [trial] }))
    .filter((sample) => sample.metric === metric)
    .flatMap(({ values }) => values)

const withLegs = (...legs: Leg[]): Trial => aTrial({ legs })

/** Two agents of 10 tokens: alone a second each, together `together` ms from the same start. */
const slowed = (together: number, skewMs = 0, ttftMs = 100): Trial =>
  withLegs(
    aLeg('solo', aCall({ agent: 0 }), aCall({ agent: 1 })),
    aLeg(
      'concurrent',
      aCall({ agent: 0, durationMs: together, ttftMs }),
      aCall({ agent: 1, writeMs: skewMs, durationMs: together, ttftMs }),
    ),
  )

const gibibyte = 2 ** 30

/** Two GPUs that differ in everything. */
const watched = aTrial({
  watched: aWatch({
    gpus: [
      aGpuSpan({
        uuid: 'GPU-1',
        memoryUsedBytes: 6 * gibibyte,
        temperatureCelsius: 64,
        utilizationPercent: 93,
        smClockMegahertz: 1980,
        powerWatts: 140,
      }),
      aGpuSpan({
        uuid: 'GPU-2',
        memoryUsedBytes: 2 * gibibyte,
        temperatureCelsius: 71,
        utilizationPercent: 12,
        smClockMegahertz: 2400,
        powerWatts: 60,
      }),
    ],
    host: { cpuUtilizationPercent: 37.5, governor: null },
    serverRssBytes: 1.5 * gibibyte,
  }),
})

const halfTold = aTrial({
  watched: aWatch({ gpus: [aGpuSpan(), aGpuSpan({ uuid: 'GPU-2', powerWatts: null })] }),
})

const untold = aTrial({
  watched: aWatch({
    gpus: [aGpuSpan({ smClockMegahertz: null })],
    host: { cpuUtilizationPercent: null, governor: null },
  }),
})

const rows: readonly (readonly [why: string, metric: MetricId, trial: Trial, values: readonly number[]])[] = [
  [
    'from write to first token',
    'warmTtftMs',
    withLegs(aLeg('probe', aCall({ writeMs: 50, ttftMs: 12 }))),
    [12],
  ],
  ['cold and warm never mix', 'warmTtftMs', withLegs(aLeg('cold', aCall())), []],
  ['cold has its own', 'coldTtftMs', withLegs(aLeg('cold', aCall({ ttftMs: 4900 }))), [4900]],
  [
    'a repeated prompt may hit the cache',
    'warmTtftMs',
    withLegs(aLeg('probe', { ...aCall(), fresh: false })),
    [],
  ],
  [
    'thinking comes first, the answer later',
    'firstAnswerTokenMs',
    withLegs(aLeg('solo', aCall({ record: { firstAnswerTokenMs: 700 } }))),
    [700],
  ],
  [
    'no answer token, no figure',
    'firstAnswerTokenMs',
    withLegs(aLeg('solo', aCall({ record: { firstAnswerTokenMs: null } }))),
    [],
  ],
  ['nine intervals of ten tokens in 0.9 s', 'decodeTokensPerSecond', withLegs(aLeg('solo', aCall())), [10]],
  [
    'one chunk has no rate',
    'decodeTokensPerSecond',
    withLegs(aLeg('solo', aCall({ record: { chunks: 1 } }))),
    [],
  ],
  ['one token has no rate', 'decodeTokensPerSecond', withLegs(aLeg('solo', aCall({ tokens: 1 }))), []],
  [
    'ten tokens in 0.9 s by the server',
    'serverDecodeTokensPerSecond',
    withLegs(aLeg('solo', aCall())),
    [10 / 0.9],
  ],
  ['sixty tokens in 90 ms', 'prefillTokensPerSecond', withLegs(aLeg('solo', aCall())), [60 / 0.09]],
  ['ten tokens in a second', 'endToEndTokensPerSecond', withLegs(aLeg('solo', aCall())), [10]],
  [
    'the median gap',
    'interChunkGapMs',
    withLegs(aLeg('solo', aCall({ record: { chunkGapsUs: [1000, 9000, 2000] } }))),
    [2],
  ],
  [
    'total less its parts',
    'queueWaitMs',
    withLegs(
      aLeg(
        'concurrent',
        aCall({
          record: {
            server: {
              totalMs: 1500,
              loadMs: 5,
              promptEvalMs: 90,
              evalMs: 900,
              promptTokens: 60,
              outputTokens: 10,
            },
          },
        }),
      ),
    ),
    [505],
  ],
  [
    'rounding in the server never makes it negative',
    'queueWaitMs',
    withLegs(
      aLeg(
        'concurrent',
        aCall({
          record: {
            server: {
              totalMs: 990,
              loadMs: 5,
              promptEvalMs: 90,
              evalMs: 900,
              promptTokens: 60,
              outputTokens: 10,
            },
          },
        }),
      ),
    ),
    [0],
  ],
  [
    'a load that the server timed',
    'loadTimeMs',
    withLegs(
      aLeg(
        'cold',
        aCall({
          record: {
            server: {
              totalMs: 5000,
              loadMs: 4300,
              promptEvalMs: 90,
              evalMs: 10,
              promptTokens: 60,
              outputTokens: 1,
            },
          },
        }),
      ),
    ),
    [4300],
  ],
  ['both agents at once', 'aggregateTokensPerSecond', slowed(1000), [20]],
  ['no loss', 'parallelEfficiencyPercent', slowed(1000), [100]],
  ['each half as fast', 'parallelEfficiencyPercent', slowed(2000), [50]],
  ['overlap does not see that', 'overlapEfficiencyPercent', slowed(2000), [100]],
  ['one after the other', 'overlapEfficiencyPercent', slowed(1000, 1000), [50]],
  ['one after the other is no speedup', 'speedupRatio', slowed(1000, 1000), [1]],
  ['both at once is twice', 'speedupRatio', slowed(1000), [2]],
  ['seconds later than alone', 'ttftAnomalyContentionPercent', slowed(5000, 0, 3200), [100]],
  ['a little later than alone', 'ttftAnomalyContentionPercent', slowed(5000, 0, 3000), [0]],
  ['a fifth slower', 'throughputContentionPercent', slowed(1250), [100]],
  ['a twentieth slower', 'throughputContentionPercent', slowed(1050), [0]],
  ['one agent cannot contend', 'throughputContentionPercent', withLegs(aLeg('solo', aCall())), []],
  ['first to last write', 'startSkewMs', slowed(1000, 3), [3]],
  [
    'the lowest server',
    'vramResidencyPercent',
    aTrial({
      residency: [
        { server: 0, model: 'm', sizeBytes: 100, sizeVramBytes: 100, contextLength: 1 },
        { server: 1, model: 'm', sizeBytes: 100, sizeVramBytes: 77, contextLength: 1 },
      ],
    }),
    [77],
  ],
  ['nothing listed, nothing known', 'vramResidencyPercent', aTrial({ residency: [] }), []],
  ['this process itself', 'clientLagMs', aTrial(), [0.5]],
  ['the fullest GPU, 1 GiB being 2^30 bytes', 'vramUsedGibibytes', watched, [6]],
  ['the hottest GPU', 'gpuTemperatureCelsius', watched, [71]],
  ['the busiest GPU', 'gpuUtilizationPercent', watched, [93]],
  ['the GPUs together', 'gpuPowerWatts', watched, [200]],
  ['the slowest GPU', 'gpuClockMegahertz', watched, [1980]],
  ['no GPU watched, no temperature', 'gpuTemperatureCelsius', aTrial(), []],
  ['a GPU that does not tell its power counts for none', 'gpuPowerWatts', halfTold, [140]],
  ['no GPU tells its clock', 'gpuClockMegahertz', untold, []],
  ['all cores of the host', 'cpuUtilizationPercent', watched, [37.5]],
  ['an operating system that does not tell', 'cpuUtilizationPercent', untold, []],
  ['servers of our own', 'serverRssGibibytes', watched, [1.5]],
  ['servers that were found', 'serverRssGibibytes', aTrial(), []],
  ['while the other runs', 'concurrentTtftMs', withLegs(aLeg('concurrent', aCall({ ttftMs: 250 }))), [250]],
]

describe('figures from records', () => {
  test.each(rows)('%s: %s', (_why, metric, trial, values) => {
    const found = valuesOf(metric, trial)
    expect(found).toHaveLength(values.length)
    for (const [i, value] of values.entries()) expect(found[i]).toBeCloseTo(value, 6)
  })

  test('each agent has its own samples, and the typical value is that of the agent who suffers', () => {
    const probes = (agent: number, ttfts: readonly number[]) =>
      ttfts.map((ttftMs) => aCall({ agent, ttftMs }))
    const trial = withLegs(aLeg('probe', ...probes(0, [10, 11, 12]), ...probes(1, [50, 51, 52])))
    const samples = deriveSamples(aRun({ trials: [trial] })).filter(({ metric }) => metric === 'warmTtftMs')
    expect(samples.map(({ agent, values }) => [agent, values])).toEqual([
      [0, [10, 11, 12]],
      [1, [50, 51, 52]],
    ])
    expect(summarizeSamples(samples)[0]).toMatchObject({ typical: 51, trials: 1, samples: 6 })
  })

  test('every metric of the catalog is derived, and has a row here', () => {
    expect(
      [...metricIds].filter((id) => !rows.some(([, metric, , values]) => metric === id && values.length > 0)),
    ).toEqual([])
  })

  test.each([
    ['failed', { failure: 'the stream was cut' }],
    ['left-out', { spoiled: [aReason()] }],
  ])('a %s trial gives no figure', (_what, overrides) => {
    expect(deriveSamples(aRun({ trials: [aTrial({ legs: evenLegs(), ...overrides })] }))).toEqual([])
  })
})
