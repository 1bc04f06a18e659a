import { describe, expect, test } from 'vitest'
import { judgeRun } from '../../../src/core/judge/judge-run.ts'
import type { PublishedFigure } from '../../../src/model/published.ts'
import type { Check } from '../../../src/model/verdict.ts'
import { aCall, aCell, aLeg, anAgent, aPolicy, aRun, aTrial, aVisit } from '../../model/a-run.ts'
import { aFigure, type SweepRow, sweepRun, sweptCell } from '../analysis/a-sweep.ts'

const policyWith = (published: Record<string, unknown> | null) =>
  aPolicy(published === null ? {} : { published: { file: 'published/tr0.yml', ...published } })

const row = (...trials: readonly number[]): SweepRow => [sweptCell({ num_ctx: 512 }, { id: 'cell' }), trials]

/** The checks of published figures of a run of one cell. */
function checksOf(
  trials: readonly number[],
  figures: readonly Partial<PublishedFigure>[] = [{ value: 100 }],
  published: Record<string, unknown> | null = { within: '10 %', level: 'fail' },
): readonly Check[] {
  const run = sweepRun([row(...trials)], {
    policy: policyWith(published),
    figures: figures.map((figure, i) => aFigure({ id: `row-${i}`, ...figure })),
  })
  return judgeRun(run, null).checks.filter(({ kind }) => kind === 'reproduction')
}

const statusesOf = (...parts: Parameters<typeof checksOf>) => checksOf(...parts).map(({ status }) => status)

describe('a published mean', () => {
  test.each<[string, readonly number[], Check['status']]>([
    ['is reproduced at 9 % less', [90, 91, 92], 'pass'],
    ['is reproduced at 9 % more', [108, 109, 110], 'pass'],
    ['is not reproduced at 20 % less', [79, 80, 81], 'fail'],
    ['is not reproduced at 20 % more, either', [119, 120, 121], 'fail'],
    ['is open at 14 % less in trials that reach into the band', [76, 86, 96], 'inconclusive'],
    ['is told by the value where two trials leave no interval to ask', [86, 86.1], 'fail'],
    ['that was not measured is invalid', [], 'invalid'],
  ])('%s', (_what, trials, status) => {
    expect(statusesOf(trials)).toEqual([status])
  })

  test.each<[string, readonly number[], Check['status']]>([
    ['20 % less', [79, 80, 81], 'warn'],
    ['14 % less, perhaps', [76, 86, 96], 'warn'],
  ])('warns by default: %s', (_what, trials, status) => {
    expect(statusesOf(trials, [{ value: 100 }], { within: '10 %' })).toEqual([status])
  })

  test('is told in full: here, there, whence, how far, and what to do', () => {
    const [check] = checksOf([98.1, 98.2, 98.3], [{ value: 114.54, source: 'TR111 v2 4.1' }])
    expect(check).toMatchObject({
      id: 'reproduction/decodeTokensPerSecond/row-0',
      cellId: 'cell',
      message: 'decode 98.2 tok/s here, 114.54 published (TR111 v2 4.1, n 3): 14 % less, beyond 10 %.',
      fix: expect.stringContaining('record a baseline'),
      expected: 'within 10 % of 114.54 tok/s',
      head: expect.closeTo(98.2, 9),
      trials: 3,
      source: 'TR111 v2 4.1',
    })
  })

  test('points at its place in the policy', () => {
    const at = { file: 'policies/a-policy.yml', line: 30, column: 3 }
    const run = sweepRun([row(80, 80, 80)], { policy: policyWith({ within: '10 %' }), figures: [aFigure()] })
    const placed = { ...run, policy: { ...run.policy, positions: { 'published.within': at } } }
    expect(judgeRun(placed, null).checks.find(({ kind }) => kind === 'reproduction')?.at).toEqual(at)
  })
})

describe('a row that is only shown', () => {
  const required = { value: 100 }
  test.each<[string, Partial<PublishedFigure>]>([
    ['superseded', { supersededBy: 'TR0 v2' }],
    ['doubted by its file', { doubt: 'a copy of another row' }],
    ['of nothing that is measured', { metric: null }],
    ['of cells that are not planned', { of: { scenario: 'elsewhere' } }],
    ['of a metric that these cells cannot have', { metric: 'aggregateTokensPerSecond' }],
    ['a peak, which more trials raise', { statistic: 'peak' }],
    ['a scatter', { statistic: 'sd' }],
  ])('%s', (_what, figure) => {
    expect(checksOf([50, 50, 50], [{ value: 100, ...figure }, required])).toHaveLength(1)
  })

  test('doubted by what the figures themselves show', () => {
    const twins = ['a', 'b'].flatMap((scenario) => [
      { id: scenario, of: { scenario }, value: 114.63 },
      { id: `${scenario}-sd`, of: { scenario }, value: 2.451, statistic: 'sd' as const },
    ])
    const run = sweepRun(
      ['a', 'b'].map((scenario) => [sweptCell({}, { id: scenario, scenario }), [50]]),
      { policy: policyWith({ within: '10 %' }), figures: twins.map((twin) => aFigure(twin)) },
    )
    expect(judgeRun(run, null).checks.filter(({ kind }) => kind === 'reproduction')).toMatchObject([
      { id: 'reproduction', status: 'invalid' },
    ])
  })

  test('with no other beside it leaves a promise that cannot be kept: invalid, never green', () => {
    const [check] = checksOf([100, 100, 100], [{ of: { scenario: 'elsewhere' } }])
    expect(check).toMatchObject({
      status: 'invalid',
      cellId: '',
      message: 'No published figure of TR0 could be required of the cells of this plan.',
    })
  })

  test.each([
    ['the policy names no published figures', null],
    ['the policy says no `within`', {}],
  ])('all of them, where %s', (_what, published) => {
    expect(checksOf([50, 50, 50], [required], published)).toEqual([])
  })
})

describe('a published share of runs', () => {
  const policy = policyWith({ within: '10 %', level: 'fail' })
  const contended = (late: number, trials: number) =>
    Array.from({ length: trials }, (_, round) =>
      aTrial({
        visit: aVisit({ round }),
        legs: (['solo', 'concurrent'] as const).map((kind) =>
          aLeg(
            kind,
            ...[0, 1].map((agent) => {
              const ttftMs = kind === 'concurrent' && round < late ? 5100 : 100
              return aCall({ agent, ttftMs, durationMs: ttftMs + 900 })
            }),
          ),
        ),
      }),
    )
  const statusOf = (late: number, trials: number, value: number, n: number | null) => {
    const cells = [aCell({ head: { model: 'm', agents: [anAgent(), anAgent({ server: 1 })] } })]
    const figures = [
      aFigure({ metric: 'ttftAnomalyContentionPercent', statistic: 'share', unit: '%', value, n }),
    ]
    const published = { report: 'TR113', title: '', machine: '', source: '', figures }
    const run = aRun({ policy, cells, trials: contended(late, trials), run: { published } })
    return judgeRun(run, null).checks.find(({ kind }) => kind === 'reproduction')?.status
  }

  test.each([
    ['12 of 20 where 63 % of 57 were published', 12, 20, 63, 57, 'pass'],
    ['none of 20 where 63 % were', 0, 20, 63, 57, 'fail'],
    ['none of 20 where 0.74 % of 135 were: as many as can be expected', 0, 20, 0.74, 135, 'inconclusive'],
    ['none of as many as were published is no worse, and not told apart', 0, 135, 0.74, 135, 'pass'],
    ['3 of as many are worse, perhaps', 3, 135, 0.74, 135, 'inconclusive'],
    ['none of 135 where nobody says how many were published', 0, 135, 0.74, null, 'inconclusive'],
    ['none of 135 where 20 % of 135 were', 0, 135, 20, 135, 'fail'],
    ['none of 20 where none was', 0, 20, 0, 135, 'pass'],
    ['all of 20 where none of 135 was', 20, 20, 0, 135, 'fail'],
    ['1 of 5 where none of 30 was', 1, 5, 0, 30, 'inconclusive'],
  ])('%s', (_what, late, trials, value, n, status) => {
    expect(statusOf(late, trials, value, n)).toBe(status)
  })
})

test('published figures to reproduce are rule enough for a verdict, without limits', () => {
  const rows: readonly SweepRow[] = [[sweptCell({ num_ctx: 1024 }), [100, 100, 100]]]
  const run = sweepRun(rows, { policy: policyWith({ within: '10 %' }), figures: [aFigure()] })
  expect(judgeRun(run, null)).toMatchObject({
    outcome: 'pass',
    title: '1 cell, 1 published figure reproduced',
  })
})
