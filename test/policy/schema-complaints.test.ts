/** What does not fit the schema, as its reader sees it. */
import { describe, expect, it } from 'vitest'
import { problemsIn } from './policy-text.ts'

const policyKeys =
  'version, name, description, source, models, agents, agents-file, matrix, protocol, servers, limits, regressions, cost, published'

describe('keys', () => {
  it.each([
    [
      'a slip of the pen',
      'protocoll: {}',
      ['p.yml:1:1  "protocoll" is not a key of a policy. Did you mean protocol?'],
    ],
    [
      'a key like no other',
      'triggers: {}',
      [`p.yml:1:1  "triggers" is not a key of a policy. Known: ${policyKeys}.`],
    ],
    [
      'a key further in',
      'limits:\n  - { metric: warmTtftMs, max: 3 }',
      ['p.yml:2:27  limits[0]: "max" is not a key here. Known: metric, of, warn, fail, source, note.'],
    ],
    [
      'an Ollama option',
      'agents: { a: { options: { num_gpus: 80 } }, b: { options: {} } }',
      ['p.yml:1:27  agents.a: "num_gpus" is not an Ollama option. Did you mean num_gpu?'],
    ],
    [
      'an Ollama option in the matrix',
      'matrix:\n  - { workload: two-agents, agents: [a, { use: b, num_ctxs: 512 }] }',
      ['p.yml:2:51  matrix[0].agents[1]: "num_ctxs" is not an Ollama option. Did you mean num_ctx?'],
    ],
    [
      'options of an agent that do not stand under options',
      'agents: { a: { num_gpu: 80 }, b: { options: {} } }',
      [
        'p.yml:1:14  agents.a: "options" is missing.',
        'p.yml:1:16  agents.a: "num_gpu" is not a key here. Write it under options.',
      ],
    ],
    ['a missing key', 'matrix:\n  - { agents: [a, b] }', ['p.yml:2:5  matrix[0]: "workload" is missing.']],
    [
      'a name that is none',
      'agents: { a: { options: {} }, b: { options: {} }, c d: { options: {} } }',
      ['p.yml:1:51  agents: "c d" is not a name: letters, digits, ".", "_" and "-".'],
    ],
  ])('%s', (_, text, lines) => {
    expect(problemsIn(text)).toEqual(lines)
  })
})

describe('metrics', () => {
  it('suggests the metric that was meant, and says where all are listed', () => {
    expect(problemsIn('limits:\n  - { metric: warmTTFT, fail: 3 }')).toEqual([
      'p.yml:2:15  limits[0].metric: "warmTTFT" is not a metric. Did you mean warmTtftMs? (all: npm run -s gate -- metrics)',
    ])
  })

  it('says where all are listed where none is near, and does not list them', () => {
    expect(problemsIn('limits:\n  - { metric: fanSpeed, fail: 85 }')).toEqual([
      'p.yml:2:15  limits[0].metric: "fanSpeed" is not a metric. List all metrics with: npm run -s gate -- metrics',
    ])
  })
})

describe('values', () => {
  it.each([
    ['version: 2', '1:10  version: must be 1, not 2.'],
    ['version: "1"', '1:10  version: must be 1, not "1". Did you mean 1?'],
    ['name: a b', '1:7  name: "a b" is not a name: letters, digits, ".", "_" and "-".'],
    ['name: [1]', '1:7  name: must be a text, not a list.'],
    ['models: Auto', '1:9  models: must be "auto" or a list, not "Auto". Did you mean auto?'],
    ['models: []', '1:9  models: must have at least one entry.'],
    ['models: [""]', '1:10  models[0]: must not be empty.'],
    ['matrix: []', '1:9  matrix: must have at least one entry: an empty matrix measures nothing.'],
    ['limits: {}', '1:9  limits: must be a list, not a mapping.'],
    ['limits:\n  - { metric: warmTtftMs, fail: .nan }', '2:33  limits[0].fail: must be a number, not NaN.'],
    [
      'limits:\n  - { metric: warmTtftMs, fail: .inf }',
      '2:33  limits[0].fail: must be a number, not Infinity.',
    ],
    ['limits:\n  - { metric: warmTtftMs, fail: "3" }', '2:33  limits[0].fail: must be a number, not "3".'],
    ['limits:\n  - { metric: warmTtftMs, fail: }', '2:33  limits[0].fail: must be a number, not nothing.'],
    [
      'regressions:\n  - { metric: warmTtftMs, catch: 5 }',
      '2:34  regressions[0].catch: 5 is not a change such as "5 %" or "3 points".',
    ],
    [
      'regressions:\n  - { metric: warmTtftMs, catch: -5 % }',
      '2:34  regressions[0].catch: "-5 %" is not a change such as "5 %" or "3 points".',
    ],
    ['protocol: fast', '1:11  protocol: must be a mapping, not "fast".'],
    ['protocol: { runs: 0 }', '1:19  protocol.runs: must be at least 1, not 0.'],
    ['protocol: { runs: 501 }', '1:19  protocol.runs: must be at most 500, not 501.'],
    ['protocol: { runs: 1.5 }', '1:19  protocol.runs: must be a whole number, not 1.5.'],
    ['protocol: { budget-minutes: 0 }', '1:29  protocol.budget-minutes: must be more than 0, not 0.'],
    [
      'protocol: { placement: gpu }',
      '1:24  protocol.placement: must be one of full-gpu, any, not "gpu". Did you mean full-gpu?',
    ],
    [
      'servers: { restart: each-trial }',
      '1:21  servers.restart: must be one of never, each-cell, not "each-trial".',
    ],
    [
      'servers: { ports: 1 }',
      '1:12  servers: "ports" is not a key here. Known: count, restart, environment.',
    ],
    ['protocol: { cold: maybe }', '1:19  protocol.cold: must be true or false, not "maybe".'],
    [
      'protocol: { timeouts: { stall: 3 } }',
      '1:25  protocol.timeouts: "stall" is not a key here. Did you mean stall-seconds?',
    ],
  ])('%s', (text, line) => {
    expect(problemsIn(text)).toEqual([`p.yml:${line}`])
  })
})

describe('options', () => {
  it.each([
    ['num_ctx: 2', '1:36  agents.a.options.num_ctx: must be at least 4, not 2.'],
    ['num_predict: 0', '1:40  agents.a.options.num_predict: must be at least 1, not 0.'],
    ['num_gpu: many', '1:36  agents.a.options.num_gpu: must be a number, not "many".'],
    ['seed: 1.5', '1:33  agents.a.options.seed: must be a whole number, not 1.5.'],
    ['top_p: 2', '1:34  agents.a.options.top_p: must be at most 1, not 2.'],
    ['stop: x', '1:33  agents.a.options.stop: must be a list, not "x".'],
    ['keep_alive: []', '1:39  agents.a.options.keep_alive: must be a text or a number, not a list.'],
    [
      'think: hihg',
      '1:34  agents.a.options.think: must be true or false or one of low, medium, high, max, not "hihg". Did you mean high?',
    ],
  ])('%s', (option, line) => {
    const text = `agents: { a: { options: { ${option} } }, b: { options: {} } }`
    expect(problemsIn(text)).toEqual([`p.yml:${line}`])
  })

  it('neither defaults nor a mapping', () => {
    expect(problemsIn('agents: { a: { options: server-default }, b: { options: {} } }')).toEqual([
      'p.yml:1:25  agents.a.options: must be "server-defaults" or a mapping, not "server-default". Did you mean server-defaults?',
    ])
  })
})
