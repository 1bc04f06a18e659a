/** A matrix that cannot be measured, or not as it reads. */
import { describe, expect, it } from 'vitest'
import { problemsIn } from './policy-text.ts'

/** The problems of a matrix entry in flow style, whose first character is line 2, column 5. */
const problemsOfEntry = (entry: string) =>
  problemsIn(`matrix:\n  - ${entry}\nmodels: [tiny, "small:1b"]\nprotocol: { budget-minutes: 90 }`)

const one = 'workload: single-agent, agents: [a]'

describe('an entry', () => {
  it.each([
    [
      'one agent where there must be two',
      '{ workload: two-agents, agents: [a] }',
      ['2:37  matrix[0].agents: two-agents takes 2 agents, not 1.'],
    ],
    [
      'two agents where there must be one',
      '{ workload: single-agent, agents: [a, b] }',
      ['2:39  matrix[0].agents: single-agent takes 1 agent, not 2.'],
    ],
    [
      'three agents',
      '{ workload: two-agents, agents: [a, b, a] }',
      ['2:37  matrix[0].agents: two-agents takes 2 agents, not 3.'],
    ],
    [
      'two servers for a single agent',
      `{ topology: two-servers, ${one} }`,
      [
        '2:17  matrix[0].topology: a single agent cannot run on several servers. Write one-server, or as-given for the first of them.',
      ],
    ],
    [
      'two servers for a single agent, swept',
      `{ sweep: { topology: [one-server, two-servers] }, ${one} }`,
      [
        '2:39  matrix[0].sweep.topology[1]: a single agent cannot run on several servers. Write one-server, or as-given for the first of them.',
      ],
    ],
    [
      'a server for each of one agent, added by an include',
      `{ sweep: { seed: [1] }, include: [{ seed: 2, topology: server-each }], ${one} }`,
      [
        '2:60  matrix[0].include[0].topology: a single agent cannot run on several servers. Write one-server, or as-given for the first of them.',
      ],
    ],
    [
      'two servers for a queue that one agent works off',
      '{ topology: two-servers, workload: batch, agents: [a] }',
      [
        '2:17  matrix[0].topology: a single agent cannot run on several servers. Write one-server, or as-given for the first of them.',
      ],
    ],
    [
      'two servers for three agents',
      '{ topology: two-servers, workload: many-agents, agents: [a, b, a] }',
      [
        '2:17  matrix[0].topology: two-servers gives each of two agents a server of its own, and here are 3. Write server-each, or as-given to share what there is.',
      ],
    ],
    [
      'two servers for four agents, swept',
      '{ sweep: { topology: [server-each, two-servers] }, workload: sustained, agents: [a, b, a, b] }',
      [
        '2:40  matrix[0].sweep.topology[1]: two-servers gives each of two agents a server of its own, and here are 4. Write server-each, or as-given to share what there is.',
      ],
    ],
    [
      'a server for each of three agents',
      '{ topology: server-each, workload: many-agents, agents: [a, b, a] }',
      [],
    ],
    ['a server for each of two', '{ topology: server-each, workload: two-agents, agents: [a, b] }', []],
    [
      'two agents where there must be more',
      '{ workload: many-agents, agents: [a, b] }',
      ['2:38  matrix[0].agents: many-agents takes 3 to 16 agents, not 2.'],
    ],
    [
      'more agents than any machine will hold',
      `{ workload: many-agents, agents: [${Array.from({ length: 17 }, () => 'a').join(', ')}] }`,
      ['2:38  matrix[0].agents: must have at most 16 entries, not 17.'],
    ],
    ['a queue for one agent', '{ workload: batch, agents: [a] }', []],
    ['a sustained load of three', '{ workload: sustained, agents: [a, b, a] }', []],
    [
      'a topology that there is not',
      `{ topology: two-server, ${one} }`,
      [
        '2:17  matrix[0].topology: must be one of one-server, two-servers, server-each, as-given, not "two-server". Did you mean two-servers?',
      ],
    ],
    [
      'a model twice, once with its default tag',
      `{ models: [gemma3, "gemma3:latest"], ${one} }`,
      ['2:24  matrix[0].models[1]: "gemma3:latest" stands here twice.'],
    ],
    [
      'models beside a sweep of models',
      `{ models: [x], sweep: { model: [y] }, ${one} }`,
      ['2:15  matrix[0].models: stands beside sweep.model. Keep one of the two.'],
    ],
  ])('%s', (_, entry, lines) => {
    expect(problemsOfEntry(entry)).toEqual(lines.map((line) => `p.yml:${line}`))
  })
})

describe('a sweep', () => {
  it.each([
    [
      'an axis that is a slip of the pen',
      'sweep: { num_ctxs: [512] }',
      [
        '2:16  matrix[0].sweep: "num_ctxs" is neither an Ollama option nor model or topology. Did you mean num_ctx?',
      ],
    ],
    [
      'values that the option does not take',
      'sweep: { num_ctx: [512, 2, big], temperature: [-1] }',
      [
        '2:31  matrix[0].sweep.num_ctx[1]: must be at least 4, not 2.',
        '2:34  matrix[0].sweep.num_ctx[2]: must be a number, not "big".',
        '2:54  matrix[0].sweep.temperature[0]: must be at least 0, not -1.',
      ],
    ],
    [
      'a topology that there is not',
      'sweep: { topology: [one-server, dual] }',
      [
        '2:39  matrix[0].sweep.topology[1]: must be one of one-server, two-servers, server-each, as-given, not "dual".',
      ],
    ],
    [
      'a value twice',
      'sweep: { num_ctx: [512, 512] }',
      ['2:31  matrix[0].sweep.num_ctx[1]: 512 stands here twice.'],
    ],
    ['no value', 'sweep: { num_ctx: [] }', ['2:25  matrix[0].sweep.num_ctx: must have at least one entry.']],
    [
      'one broken axis does not hide another',
      'sweep: { num_gpu: 80, num_ctx: [2] }, exclude: [{ num_gpu: 80 }]',
      [
        '2:25  matrix[0].sweep.num_gpu: must be a list, not 80.',
        '2:39  matrix[0].sweep.num_ctx[0]: must be at least 4, not 2.',
      ],
    ],
  ])('%s', (_, sweep, lines) => {
    expect(problemsOfEntry(`{ ${sweep}, ${one} }`)).toEqual(lines.map((line) => `p.yml:${line}`))
  })
})

describe('exclude and include', () => {
  it.each([
    [
      'exclude what is not swept',
      'exclude: [{ num_gpu: 80 }]',
      ['2:52  matrix[0].exclude[0]: "num_gpu" is not swept in this entry. Known: model, topology, num_ctx.'],
    ],
    [
      'exclude what there is not',
      'exclude: [{ num_ctx: 2048 }]',
      ['2:50  matrix[0].exclude[0]: matches no combination of the sweep.'],
    ],
    ['exclude by model, which is an axis everywhere', 'exclude: [{ model: tiny, num_ctx: 512 }]', []],
    [
      'exclude everything',
      'exclude: [{ num_ctx: 512 }, { num_ctx: 1024 }]',
      ['2:5  matrix[0]: exclude leaves no combination, so this entry measures nothing.'],
    ],
    [
      'include what is there',
      'include: [{ num_ctx: 512 }]',
      ['2:50  matrix[0].include[0]: adds nothing: the sweep has this already.'],
    ],
    [
      'include what an earlier include has set otherwise',
      'include: [{ num_ctx: 512, seed: 1 }, { seed: 2 }]',
      [
        '2:77  matrix[0].include[1]: gives seed another value in a combination to which an earlier include added one, which would be lost. Write the values of seed in sweep.',
      ],
    ],
    [
      'include an option that there is not, and a value that it does not take',
      'include: [{ num_cxt: 512 }, { num_ctx: 2 }]',
      [
        '2:52  matrix[0].include[0]: "num_cxt" is neither an Ollama option nor model or topology. Did you mean num_ctx?',
        '2:79  matrix[0].include[1].num_ctx: must be at least 4, not 2.',
      ],
    ],
    [
      'include a model that nobody has asked the servers for',
      'include: [{ model: other }]',
      [
        '2:59  matrix[0].include[0].model: "other" is not a model of this entry. Give it a matrix entry of its own, with models.',
      ],
    ],
    ['include a combination of its own', 'include: [{ num_ctx: 4096, seed: 7 }]', []],
  ])('%s', (_, rest, lines) => {
    const problems = problemsOfEntry(`{ sweep: { num_ctx: [512, 1024] }, ${rest}, ${one} }`)
    expect(problems).toEqual(lines.map((line) => `p.yml:${line}`))
  })
})

describe('models of the policy', () => {
  it('are named once', () => {
    expect(problemsIn('models: [gemma3, tiny, "gemma3:latest"]')).toEqual([
      'p.yml:1:24  models[2]: "gemma3:latest" stands here twice.',
    ])
  })
})
