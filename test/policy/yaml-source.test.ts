/** What is wrong with a text before it is a policy. */
import { describe, expect, it } from 'vitest'
import { parsePolicy } from '../../src/policy/parse-policy.ts'
import { problemLines, problemsIn } from './policy-text.ts'

const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  ...['ab', 'bc', 'cd', 'de', 'ef'].map(
    ([from, to]) => `${to}: &${to} [${Array.from({ length: 10 }, () => `*${from}`).join(', ')}]`,
  ),
].join('\n')

const problemsOf = (text: string) => problemLines(() => parsePolicy({ text, file: 'p.yml', sha256: '' }))

describe('a text that is no policy at all', () => {
  it.each([
    ['an empty file', '', 'p.yml:1:1  The file is empty. Start from a policy in policies/.'],
    ['only a comment', '# c\n', 'p.yml:1:1  The file is empty. Start from a policy in policies/.'],
    [
      'a list',
      '- 1\n',
      'p.yml:1:1  A policy is a mapping of keys such as version, name, models and matrix, not a list.',
    ],
    [
      'a sentence',
      'hello\n',
      'p.yml:1:1  A policy is a mapping of keys such as version, name, models and matrix, not "hello".',
    ],
    ['aliases that would fill the memory', bomb, 'p.yml:1:1  Aliases repeat more than 100 values.'],
    ['a mapping as a key', '? [a]\n: 1\n', 'p.yml:1:3  A key must be plain text.'],
  ])('%s', (_, text, line) => {
    expect(problemsOf(text)).toEqual([line])
  })
})

describe('broken YAML', () => {
  it.each([
    ['a key twice', 'models: [tiny]\nmodels: [other]', 'p.yml:2:1  This key stands twice in one mapping.'],
    ['an open quote', 'name: "open', 'p.yml:6:1  YAML: Missing closing "quote.'],
    ['a tab', 'limits:\n\t- 1', 'p.yml:2:1  A tab cannot indent YAML: use spaces.'],
    ['a second document', 'a: 1\n---\nb: 2', 'p.yml:2:1  The file holds a second YAML document.'],
    ['an alias without an anchor', 'agents: *x', 'p.yml:1:9  There is no anchor &x before this.'],
    ['an alias within itself', 'agents: &a { b: *a }', 'p.yml:1:17  *a stands inside what it repeats.'],
    ['a tag that nobody knows', 'name: !secret x', 'p.yml:1:7  YAML: Unresolved tag: !secret.'],
    [
      'an open list, said once and not for every token after it',
      'a: [1\nb: }',
      'p.yml:2:1  YAML: Flow sequence in block collection must be sufficiently indented and end with a ].',
    ],
  ])('%s', (_, text, line) => {
    expect(problemsIn(text)).toEqual([line])
  })

  it('says what else is wrong beside a key that stands twice', () => {
    expect(problemsIn('name: tested\nname: other\nmodels: []')).toEqual([
      'p.yml:2:1  This key stands twice in one mapping.',
      'p.yml:3:9  models: must have at least one entry.',
    ])
  })
})

describe('unusual but right', () => {
  it('reads a file with a byte order mark and Windows line ends, and counts columns without them', () => {
    const text = '\uFEFFversion: 2\r\nname: tested\r\nmodels: auto\r\nmatrix: []\r\nagents: {}\r\n'
    expect(problemsOf(text)).toEqual([
      'p.yml:1:10  version: must be 1, not 2.',
      'p.yml:4:9  matrix: must have at least one entry: an empty matrix measures nothing.',
    ])
  })

  it('follows aliases to the place of what they repeat', () => {
    const text = 'agents:\n  a: &a { options: { num_ctx: 2 } }\n  b: *a'
    expect(problemsIn(text)).toEqual([
      'p.yml:2:31  agents.a.options.num_ctx: must be at least 4, not 2.',
      'p.yml:2:31  agents.b.options.num_ctx: must be at least 4, not 2.',
    ])
  })
})
