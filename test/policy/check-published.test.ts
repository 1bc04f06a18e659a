/** Published figures in a policy. */
import { expect, it } from 'vitest'
import { problemsIn } from './policy-text.ts'

it.each([
  ['shown', '{ file: tr.yml }', []],
  ['to be reproduced', '{ file: tr.yml, within: 10 %, level: fail }', []],
  [
    'a level that nothing can reach',
    '{ file: tr.yml, level: fail }',
    [
      '1:35  published.level: changes nothing without within: published figures are only shown. Write for example `within: 10 %`, or remove it.',
    ],
  ],
  ['no file', '{ within: 10 % }', ['1:12  published: "file" is missing.']],
  [
    'a bound that is none',
    '{ file: tr.yml, within: ten }',
    ['1:36  published.within: "ten" is not a share such as "10 %".'],
  ],
  [
    'a share that is a bare number',
    '{ file: tr.yml, within: 10 }',
    ['1:36  published.within: 10 is not a share such as "10 %".'],
  ],
])('%s', (_, published, lines) => {
  expect(problemsIn(`published: ${published}`)).toEqual(lines.map((line) => `p.yml:${line}`))
})
