import { describe, expect, test } from 'vitest'
import { analyzeRun } from '../../../src/core/analysis/analyze-run.ts'
import { gatherEvidence } from '../../../src/core/judge/evidence.ts'
import type { MetricId } from '../../../src/model/metric-catalog.ts'
import type { Cell } from '../../../src/model/plan.ts'
import { aCall, aCell, aLeg, anAgent, aRun, aTrial, aVisit } from '../../model/a-run.ts'
import { defaultsCell, type SweepRow, sweepEvidence, sweptCell } from './a-sweep.ts'

const row = (num_ctx: number, ...trials: SweepRow[1]): SweepRow => [sweptCell({ num_ctx }), trials]

function rankingOf(
  rows: readonly SweepRow[],
  by: 'typical' | 'consistency',
  metric: MetricId = 'decodeTokensPerSecond',
) {
  const found = analyzeRun(sweepEvidence(rows)).rankings.find((one) => one.metric === metric && one.by === by)
  return found?.cells.map(({ cellId, tiedWithBest }) => [cellId.replace('num_ctx', ''), tiedWithBest])
}

describe('by typical value', () => {
  test('the best is first, whichever way the metric is better', () => {
    const rows = [
      row(1, { rate: 100, ttftMs: 10 }, { rate: 100.5, ttftMs: 10.1 }),
      row(2, { rate: 120, ttftMs: 90 }, { rate: 120.5, ttftMs: 91 }),
    ]
    expect(rankingOf(rows, 'typical')?.map(([id]) => id)).toEqual(['2', '1'])
    expect(rankingOf(rows, 'typical', 'warmTtftMs')?.map(([id]) => id)).toEqual(['1', '2'])
  })

  test.each([
    ['a third less in five steady trials', [80, 81, 80, 79, 80], false],
    ['1 % less in trials that scatter by 2 %', [119, 121, 117, 120, 116], true],
    ['a third less in one trial, which has no scatter', [80], true],
    ['a third less in two trials that are far apart', [70, 90], true],
  ])('%s: tied with the best: %s', (_what, trials, isTied) => {
    const rows = [row(1, 120, 121, 120, 119, 120), row(2, ...trials)]
    expect(rankingOf(rows, 'typical')).toEqual([
      ['1', true],
      ['2', isTied],
    ])
  })

  test('a difference that one of two cells shows, the best of forty may be by luck', () => {
    const first = row(1, 101.5, 102.5, 103.5)
    const second = row(2, 98.5, 99.5, 100.5)
    const others = Array.from({ length: 38 }, (_, i) => row(3 + i, 50, 51, 52))
    expect(rankingOf([first, second], 'typical')?.[1]).toEqual(['2', false])
    expect(rankingOf([first, second, ...others], 'typical')?.[1]).toEqual(['2', true])
  })

  test('has the scatter and the worst of the trials beside it', () => {
    const [ranking] = analyzeRun(sweepEvidence([row(1, 90, 100, 110), row(2, 50, 51, 52)])).rankings
    expect(ranking?.cells[0]).toEqual({
      cellId: 'num_ctx1',
      value: expect.closeTo(100, 9),
      sd: expect.closeTo(10, 9),
      cvPercent: expect.closeTo(10, 9),
      worst: expect.closeTo(90, 9),
      trials: 3,
      tiedWithBest: true,
    })
  })

  test('ends after fifty cells', () => {
    const rows = Array.from({ length: 60 }, (_, i) => row(i + 1, 100 + i))
    expect(rankingOf(rows, 'typical')).toHaveLength(50)
  })

  test('a cell alone has no rank', () => {
    expect(analyzeRun(sweepEvidence([row(1, 100, 101)])).rankings).toEqual([])
  })
})

describe('cells that do different work', () => {
  const working = (id: string, workload: Cell['workload'], agents: number, rate: number): SweepRow => [
    sweptCell(
      {},
      { id, workload, head: { model: 'm', agents: Array.from({ length: agents }, () => anAgent()) } },
    ),
    [rate, rate + 1, rate + 2],
  ]
  const rankedOf = (...rows: readonly SweepRow[]) =>
    analyzeRun(sweepEvidence(rows))
      .rankings.filter(({ metric, by }) => metric === 'decodeTokensPerSecond' && by === 'typical')
      .map(({ among, cells }) => [among, cells.map(({ cellId }) => cellId)])

  test('are ranked each among their own, and one alone is not', () => {
    expect(
      rankedOf(
        working('alone-1', 'single-agent', 1, 100),
        working('alone-2', 'single-agent', 1, 110),
        working('pair-1', 'two-agents', 2, 60),
        working('pair-2', 'two-agents', 2, 50),
        working('queue', 'batch', 2, 40),
      ),
    ).toEqual([
      ['single-agent cells', ['alone-2', 'alone-1']],
      ['two-agents cells', ['pair-1', 'pair-2']],
    ])
  })

  test('are those of one workload with more agents, too', () => {
    const rows = [2, 2, 4, 4].map((agents, i) => working(`cell-${i}`, 'many-agents', agents, 100 + i))
    expect(rankedOf(...rows)).toEqual([
      ['many-agents cells of 2 agents', ['cell-1', 'cell-0']],
      ['many-agents cells of 4 agents', ['cell-3', 'cell-2']],
    ])
  })

  test('need no name where all do the same', () => {
    expect(rankedOf(row(1, 100, 101), row(2, 90, 91))).toEqual([[null, ['num_ctx1', 'num_ctx2']]])
  })
})

test('an answer is not best for its length, but can be the steadiest', () => {
  const { rankings, success } = analyzeRun(
    sweepEvidence([[defaultsCell(), [100, 101]], row(1, 100, 101), row(2, 90, 91)]),
  )
  const lengths = rankings.filter(({ metric }) => metric === 'outputTokens')
  expect(lengths.map(({ by }) => by)).toEqual(['consistency'])
  expect(success.map(({ metric }) => metric)).not.toContain('outputTokens')
  expect(success.map(({ metric }) => metric)).toContain('warmTtftMs')
})

describe('by consistency', () => {
  test('the steadiest is first, though it is slow: TR115', () => {
    const rows = [row(1, 150, 100, 150, 100, 150), row(2, 80, 80.5, 80, 80.5, 80)]
    expect(rankingOf(rows, 'consistency')).toEqual([
      ['2', true],
      ['1', false],
    ])
  })

  test('twice the scatter in three trials is no difference', () => {
    expect(rankingOf([row(1, 99, 100, 101), row(2, 98, 100, 102)], 'consistency')).toEqual([
      ['1', true],
      ['2', true],
    ])
  })

  test('leaves out a cell of one trial', () => {
    expect(rankingOf([row(1, 99, 101), row(2, 98, 102), row(3, 100)], 'consistency')).toHaveLength(2)
  })
})

describe('a share of trials', () => {
  /** Two agents together, the second of whom waits five seconds where `late` says so. */
  const contended = (cellId: string, late: readonly boolean[]) =>
    late.map((isLate, round) =>
      aTrial({
        visit: aVisit({ cellId, round }),
        legs: (['solo', 'concurrent'] as const).map((kind) =>
          aLeg(
            kind,
            ...[0, 1].map((agent) => {
              const ttftMs = isLate && agent === 1 && kind === 'concurrent' ? 5100 : 100
              return aCall({ agent, ttftMs, durationMs: ttftMs + 900 })
            }),
          ),
        ),
      }),
    )
  const ranked = (calm: number, late: number) => {
    const cells = ['late', 'calm'].map((id) => aCell({ id }))
    const trials = [
      ...contended('late', Array<boolean>(late).fill(true)),
      ...contended('calm', Array<boolean>(calm).fill(false)),
    ]
    return analyzeRun(gatherEvidence(aRun({ cells, trials }), null)).rankings.filter(
      ({ metric }) => metric === 'ttftAnomalyContentionPercent',
    )
  }

  test('of 0 of 6 is told from 6 of 6, and has no consistency', () => {
    const rankings = ranked(6, 6)
    expect(rankings.map(({ by }) => by)).toEqual(['typical'])
    expect(rankings[0]?.cells.map(({ cellId, tiedWithBest }) => [cellId, tiedWithBest])).toEqual([
      ['calm', true],
      ['late', false],
    ])
  })

  test('of 0 of 2 is not told from 2 of 2, though none of them scatters', () => {
    expect(ranked(2, 2)[0]?.cells.every(({ tiedWithBest }) => tiedWithBest)).toBe(true)
  })
})
