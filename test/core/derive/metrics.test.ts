import { describe, expect, test } from 'vitest'
import { deriveSamples } from '../../../src/core/derive/samples.ts'
import { summarizeSamples } from '../../../src/core/derive/summaries.ts'
import { metricIds } from '../../../src/model/metric-catalog.ts'
import { aCall, aLeg, aPolicy, aReason, aRun, aTrial, evenLegs } from '../../model/a-run.ts'
import { answerRows } from './answer-rows.ts'
import { costRows } from './cost-rows.ts'
import { loadRows } from './load-rows.ts'
import { machineRows } from './machine-rows.ts'
import { type MetricRow, withLegs } from './metric-row.ts'
import { requestRows } from './request-rows.ts'
import { togetherRows } from './together-rows.ts'
import { turnRows } from './turn-rows.ts'

const rows: readonly MetricRow[] = [
  ...requestRows,
  ...togetherRows,
  ...turnRows,
  ...loadRows,
  ...machineRows,
  ...answerRows,
  ...costRows,
]

const named = ([why, metric, trial, values, policy = aPolicy()]: MetricRow) => ({
  why,
  metric,
  trial,
  values,
  policy,
})

describe('figures from records', () => {
  test.each(rows.map(named))('$why: $metric', ({ metric, trial, values, policy }) => {
    const found = deriveSamples(aRun({ policy, trials: [trial] }))
      .filter((sample) => sample.metric === metric)
      .flatMap((sample) => sample.values)
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
