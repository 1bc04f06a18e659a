/** An agents file, right and wrong. */
import { describe, expect, it } from 'vitest'
import { parseAgents } from '../../src/policy/parse-agents.ts'
import { problemLines } from './policy-text.ts'

describe('an agents file', () => {
  it('is a mapping from names to agents', () => {
    const text =
      'baseline: { options: server-defaults }\nchimera:\n  options: { num_gpu: 80 }\n  system: Be brief.\n'
    expect(parseAgents({ text, file: 'a.yml' })).toEqual({
      baseline: { options: 'server-defaults' },
      chimera: { options: { num_gpu: 80 }, system: 'Be brief.' },
    })
  })

  it.each([
    ['nothing', '', ['1:1  The file defines no agent.']],
    ['an empty mapping', '{}', ['1:1  The file defines no agent.']],
    ['a list', '- a', ['1:1  An agents file is a mapping from names to agents, not a list.']],
    [
      'an agent twice',
      'a: { options: {} }\na: { options: {} }',
      ['2:1  This key stands twice in one mapping.'],
    ],
    [
      'all at once',
      'a b: { options: {} }\nb: { options: { num_gpus: 80, num_ctx: 1 } }\nc: {}\nd: 3',
      [
        '1:1  "a b" is not a name: letters, digits, ".", "_" and "-".',
        '2:17  b: "num_gpus" is not an Ollama option. Did you mean num_gpu?',
        '2:40  b.options.num_ctx: must be at least 4, not 1.',
        '3:4  c: "options" is missing.',
        '4:4  d: must be a mapping, not 3.',
      ],
    ],
  ])('%s', (_, text, lines) => {
    expect(problemLines(() => parseAgents({ text, file: 'a.yml' }))).toEqual(
      lines.map((line) => `a.yml:${line}`),
    )
  })
})
