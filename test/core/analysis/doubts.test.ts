import { describe, expect, test } from 'vitest'
import { findDoubts } from '../../../src/core/analysis/doubts.ts'
import type { PublishedFigure } from '../../../src/model/published.ts'
import { aFigure } from './a-sweep.ts'

/** Mean and deviation of one configuration, as two rows. */
const pair = (
  name: string,
  [mean, sd]: readonly [number, number],
  overrides: Partial<PublishedFigure> = {},
): PublishedFigure[] => {
  const of = { scenario: name }
  return [
    aFigure({ id: name, of, value: mean, ...overrides }),
    aFigure({ id: `${name}-sd`, of, statistic: 'sd', value: sd, ...overrides }),
  ]
}

const idsOf = (figures: readonly PublishedFigure[]) => findDoubts(figures).map(({ id }) => id)

describe('the same mean and deviation twice', () => {
  test.each<[string, PublishedFigure[], boolean]>([
    ['in six digits', [...pair('a', [1297.47, 1749.73]), ...pair('b', [1297.47, 1749.73])], true],
    ['but another deviation', [...pair('a', [1325.2, 1797.72]), ...pair('b', [1325.2, 1749.62])], false],
    ['but another mean', [...pair('a', [1325.2, 1749.62]), ...pair('b', [1325.3, 1749.62])], false],
    ['in digits so few that chance does it', [...pair('a', [99.9, 0.1]), ...pair('b', [99.9, 0.1])], false],
    [
      'of two quantities',
      [...pair('a', [1297.47, 749.73]), ...pair('b', [1297.47, 749.73], { metric: 'warmTtftMs' })],
      false,
    ],
    [
      'of the same configuration, told twice',
      [...pair('a', [1297.47, 749.73]), ...pair('a', [1297.47, 749.73])],
      false,
    ],
    [
      'of a quantity that the tool does not measure',
      [
        ...pair('a', [1297.47, 749.73], { metric: null, label: 'a: cold TTFT' }),
        ...pair('b', [1297.47, 749.73], { metric: null, label: 'b: cold TTFT' }),
      ],
      true,
    ],
  ])('%s: doubted %s', (_what, figures, isDoubted) => {
    expect(idsOf(figures)).toEqual(isDoubted ? ['a', 'a-sd', 'b', 'b-sd'] : [])
  })

  test('options in another order are the same configuration', () => {
    const figures = [
      { num_gpu: 60, num_ctx: 512 },
      { num_ctx: 512, num_gpu: 60 },
    ].flatMap((options, i) => pair(`row-${i}`, [1297.47, 749.73]).map((row) => ({ ...row, of: { options } })))
    expect(findDoubts(figures)).toEqual([])
  })
})

describe('a share of runs', () => {
  const share = (value: number, n: number | null) =>
    aFigure({ metric: 'ttftAnomalyContentionPercent', statistic: 'share', value, n })

  test.each([
    [0.74, 135, 'one run', false],
    [0.7, 150, 'one run, rounded to a decimal', false],
    [63, 57, '36 runs, rounded to the percent', false],
    [6.7, 15, 'one run', false],
    [0, 30, 'none', false],
    [100, 30, 'all', false],
    [1, 57, 'half a run', true],
    [0.74, 150, 'one run and a tenth', true],
  ])('%d %% of %d is %s: doubted %s', (value, n, _what, isDoubted) => {
    expect(idsOf([share(value, n)])).toEqual(isDoubted ? ['a-row'] : [])
  })

  test('says how many it would be', () => {
    expect(findDoubts([share(1, 57)])[0]?.doubt).toBe('1 % of 57 runs would be 0.57 of them')
  })

  test('of runs that nobody counted says nothing, nor does the mean of a percentage', () => {
    expect(
      idsOf([share(1, null), aFigure({ metric: 'overlapEfficiencyPercent', value: 98.281, n: 135 })]),
    ).toEqual([])
  })
})

describe('a row that a later version supersedes', () => {
  const later = aFigure({ id: 'v2', value: 98.28 })

  test('is doubted with what the later one says, where that differs', () => {
    expect(findDoubts([aFigure({ supersededBy: 'v2', value: 95.85 }), later])).toEqual([
      { id: 'a-row', doubt: 'a later version gives 98.28 instead (v2)' },
    ])
  })

  test.each([
    ['says the same', 98.28, 'v2'],
    ['is not in the file', 95.85, 'TR9 v2'],
  ])('is not, where the later one %s', (_what, value, supersededBy) => {
    expect(idsOf([aFigure({ supersededBy, value }), later])).toEqual([])
  })
})
