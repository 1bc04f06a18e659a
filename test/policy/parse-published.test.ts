/** A file of published figures, as a user may write one. */
import { expect, it } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { parsePublished } from '../../src/policy/parse-published.ts'

const head = 'report: R\ntitle: T\nmachine: M\nsource: S\nfigures:\n'
const figure = (parts: Readonly<Record<string, string>> = {}): string => {
  const all = {
    id: 'a',
    label: 'efficiency',
    of: '{ scenario: homo, options: { num_ctx: 512 } }',
    metric: 'overlapEfficiencyPercent',
    statistic: 'mean',
    value: '98',
    unit: '"%"',
    n: '5',
    source: 'R 4.1',
    supersededBy: 'null',
    doubt: 'null',
    ...parts,
  }
  return `  - { ${Object.entries(all)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')} }\n`
}

const problemsIn = (text: string): readonly string[] => {
  try {
    parsePublished({ text, file: 'p.yml' })
    return []
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return error.problems.map(({ what, at }) => `${at?.line}: ${what}`)
  }
}

it.each([
  ['one figure', figure(), []],
  ['a sd of percentages in points', figure({ statistic: 'sd', unit: 'points' }), []],
  ['a cv in percent, whatever its metric', figure({ metric: 'warmTtftMs', statistic: 'cv' }), []],
  ['any unit of what is no metric', figure({ metric: 'null', unit: 'MB' }), []],
  [
    'seconds where milliseconds are measured: a thousandth would be required',
    figure({ metric: 'warmTtftMs', unit: 's' }),
    ['6: figures[0].unit: s is not what warmTtftMs is measured in.'],
  ],
  [
    'a sd of percentages in percent, which reads as a share',
    figure({ statistic: 'sd' }),
    ['6: figures[0].unit: % is not what overlapEfficiencyPercent is measured in.'],
  ],
  ['fewer runs than one', figure({ n: '-3' }), ['6: figures[0].n: must be at least 1, not -3.']],
  ['the same id twice', figure() + figure(), ['7: figures[1].id: a is figures[0] already.']],
  [
    'an option that is none, and would speak of no cell',
    figure({ of: '{ options: { numCtx: 512 } }' }),
    ['6: figures[0].of.options: "numCtx" is not a key here.'],
  ],
  [
    'a number in quotes, which no cell’s option is',
    figure({ of: '{ options2: { num_ctx: "512" } }' }),
    [expect.stringMatching(/^6: figures\[0\]\.of\.options2\.num_ctx: /)],
  ],
])('%s', (_, figures, problems) => {
  expect(problemsIn(head + figures)).toEqual(problems)
})

it.each([
  ['an empty file', ''],
  ['a list', '- 1'],
  ['no figures', `${head.replace('figures:\n', 'figures: []\n')}`],
])('%s is wrong input', (_, text) => {
  expect(problemsIn(text)).toHaveLength(1)
})
