import { describe, expect, test } from 'vitest'
import { comparePublished } from '../../../src/core/analysis/compare-published.ts'
import { gatherEvidence } from '../../../src/core/judge/evidence.ts'
import type { Cell } from '../../../src/model/plan.ts'
import type { PublishedFigure } from '../../../src/model/published.ts'
import { aCall, aLeg, anAgent, aRun, aTrial, aVisit } from '../../model/a-run.ts'
import { aFigure, defaultsCell, type SweepRow, sweepEvidence, sweptCell } from './a-sweep.ts'

const rowOf = (rows: readonly SweepRow[], figure: Partial<PublishedFigure>) =>
  comparePublished(sweepEvidence(rows, { figures: [aFigure(figure)] }))[0]

describe('which cells a row speaks of', () => {
  const [first, second] = [{ num_ctx: 512, temperature: 0.8 }, { num_ctx: 1024 }]
  const cells: readonly Cell[] = [
    defaultsCell(),
    sweptCell(first, { id: 'one', phase: 'phase-1' }),
    sweptCell(first, {
      id: 'other-model',
      head: { model: 'gemma3:latest', agents: [anAgent({ options: first })] },
    }),
    sweptCell(
      {},
      {
        id: 'pair',
        scenario: 'hetero',
        topology: 'two-servers',
        head: {
          model: 'tiny:latest',
          agents: [
            anAgent({ name: 'baseline', serverDefaults: true, options: { num_ctx: 1024 } }),
            anAgent({ options: first }),
            anAgent({ name: 'third', options: second }),
          ],
        },
      },
    ),
  ]
  const rows = cells.map((cell): SweepRow => [cell, [100]])

  test.each<[string, PublishedFigure['of'], readonly string[]]>([
    ['nothing: all that can give the metric', {}, ['defaults', 'one', 'other-model', 'pair']],
    ['the whole report: the same', null, ['defaults', 'one', 'other-model', 'pair']],
    ['a phase', { phase: 'phase-1' }, ['one']],
    ['a scenario', { scenario: 'hetero' }, ['pair']],
    ['a topology', { topology: 'two-servers' }, ['pair']],
    ['a model, with or without ":latest"', { model: 'gemma3' }, ['other-model']],
    ['agents by name', { agents: ['baseline'] }, ['defaults']],
    [
      'options, of the first agent with its own',
      { options: { num_ctx: 512, temperature: 0.8 } },
      ['one', 'other-model', 'pair'],
    ],
    ['options of the second one', { options2: { num_ctx: 1024 } }, ['pair']],
    ['options that nobody has', { options: { num_ctx: 2048 } }, []],
  ])('says %s', (_what, of, ids) => {
    expect(rowOf(rows, { of })?.cellIds).toEqual(ids)
  })

  test.each<[string, PublishedFigure['of'], readonly string[]]>([
    ['the whole report', null, ['other-model']],
    ['a scenario of it', { scenario: 'hetero' }, []],
    ['another model', { model: 'tiny' }, ['defaults', 'one', 'pair']],
  ])('of a report on one model: %s', (_what, of, ids) => {
    const evidence = sweepEvidence(rows, { figures: [aFigure({ of })] })
    const { published } = evidence.run
    const run = { ...evidence.run, published: published && { ...published, model: 'gemma3' } }
    expect(comparePublished({ ...evidence, run })[0]?.cellIds).toEqual(ids)
  })

  test('a metric that no cell can have, and a figure that is no metric, have no cells', () => {
    expect(rowOf(rows, { metric: 'requestsPerHour' })).toMatchObject({
      cellIds: [],
      measured: null,
      trials: 0,
    })
    expect(rowOf(rows, { metric: null })).toMatchObject({ cellIds: [], measured: null, deviationRatio: null })
  })
})

describe('what was measured of it', () => {
  const rows: readonly SweepRow[] = [
    [sweptCell({ num_ctx: 1 }), [90, 100]],
    [sweptCell({ num_ctx: 2 }), [110, 120]],
  ]

  test.each([
    ['mean', 105],
    ['peak', 120],
    ['minimum', 90],
    ['sd', Math.sqrt(500 / 3)],
    ['cv', (Math.sqrt(500 / 3) / 105) * 100],
  ] as const)('%s, over the trials of all its cells', (statistic, measured) => {
    expect(rowOf(rows, { statistic, value: 100 })).toMatchObject({
      measured: expect.closeTo(measured, 9),
      trials: 4,
      deviationRatio: expect.closeTo(measured / 100 - 1, 9),
    })
  })

  test('the best of what is better low is the least', () => {
    const slow: readonly SweepRow[] = [[sweptCell({}), [{ ttftMs: 100 }, { ttftMs: 300 }]]]
    const ttft = { metric: 'warmTtftMs', value: 100 } as const
    expect(rowOf(slow, { ...ttft, statistic: 'peak' })?.measured).toBeCloseTo(100, 9)
    expect(rowOf(slow, { ...ttft, statistic: 'minimum' })?.measured).toBeCloseTo(300, 9)
  })

  test.each([
    ['no trial counted', [], 'mean', null, 0],
    ['one trial has no scatter', [100], 'sd', null, 1],
  ] as const)('%s', (_what, trials, statistic, measured, count) => {
    expect(rowOf([[sweptCell({}), trials]], { statistic })).toMatchObject({
      cellIds: [''],
      measured,
      trials: count,
      deviationRatio: null,
    })
  })

  test('nothing can be told in percent of a published 0', () => {
    expect(rowOf(rows, { value: 0 })).toMatchObject({ measured: 105, deviationRatio: null })
  })

  test('a trial of several agents counts as one, with their mean', () => {
    const cell = sweptCell({}, { head: { model: 'm', agents: [anAgent(), anAgent()] } })
    const legs = [aLeg('solo', ...[100, 300].map((ttftMs, agent) => aCall({ agent, ttftMs })))]
    const run = aRun({ cells: [cell], trials: [aTrial({ visit: aVisit({ cellId: cell.id }), legs })] })
    const figures = [aFigure({ metric: 'warmTtftMs', value: 200 })]
    const published = { report: 'TR0', title: '', machine: '', source: '', figures }
    const [row] = comparePublished(gatherEvidence({ ...run, published }, null))
    expect(row).toMatchObject({ measured: expect.closeTo(200, 9), trials: 1 })
  })
})

describe('doubts', () => {
  test('of the file and found ones stand together, each once', () => {
    const share = { metric: 'throughputContentionPercent', statistic: 'share', value: 1, n: 57 } as const
    const found = '1 % of 57 runs would be 0.57 of them'
    expect(rowOf([], share)?.published.doubt).toBe(found)
    expect(rowOf([], { ...share, doubt: 'as printed' })?.published.doubt).toBe(`as printed; ${found}`)
    expect(rowOf([], { ...share, doubt: found })?.published.doubt).toBe(found)
  })

  test('a policy without published figures has nothing to compare', () => {
    expect(comparePublished(sweepEvidence([[sweptCell({}), [100]]]))).toEqual([])
  })
})
