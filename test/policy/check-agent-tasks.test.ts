/** Agents that are workflows and programs: what cannot stand beside each other, and where they cannot be used. */
import { describe, expect, it } from 'vitest'
import { parseAgents } from '../../src/policy/parse-agents.ts'
import { parsePolicy } from '../../src/policy/parse-policy.ts'
import { requireAgents } from '../../src/policy/require-agents.ts'
import { policyText, problemLines, problemsIn } from './policy-text.ts'

const agents = (a: string) =>
  `agents:\n  a: { options: {}, ${a} }\n  b: { options: {} }\nmatrix: [{ workload: single-agent, agents: [a] }]`

describe('an agent', () => {
  it.each([
    ['with a workflow', 'workflow: {}', []],
    ['with a program', 'program: { command: [node, agent.mjs] }', []],
    ['with headings', 'headings: [Summary]', []],
    [
      'with both',
      'workflow: {}, program: { command: [x] }',
      ['2:31  agents.a.workflow: stands beside program. Keep one of the two.'],
    ],
    [
      'with a prompt that its program never sees',
      'program: { command: [x] }, prompt: Hello.',
      [
        '2:56  agents.a.prompt: changes nothing: a program asks what it likes. Remove it, or make it an agent of its own.',
      ],
    ],
    [
      'with all that its workflow does not use',
      'workflow: {}, system: Be brief., prompt: Hello., headings: [Summary]',
      [
        '2:43  agents.a.system: changes nothing: a workflow asks its own two questions. Remove it, or make it an agent of its own.',
        '2:62  agents.a.prompt: changes nothing: a workflow asks its own two questions. Remove it, or make it an agent of its own.',
        '2:80  agents.a.headings: changes nothing: a workflow asks its own two questions. Remove it, or make it an agent of its own.',
      ],
    ],
    [
      'whose program has no command',
      'program: { command: [] }',
      ['2:41  agents.a.program.command: must have at least one entry.'],
    ],
    [
      'whose program may run longer than any budget',
      'program: { command: [x], timeout-minutes: 9999 }',
      ['2:63  agents.a.program.timeout-minutes: must be at most 240, not 9999.'],
    ],
    [
      'whose workflow reads no file',
      'workflow: { most-files: 0 }',
      ['2:45  agents.a.workflow.most-files: must be at least 1, not 0.'],
    ],
    [
      'with a slip of the pen in its workflow',
      'workflow: { most-file: 3 }',
      ['2:33  agents.a.workflow: "most-file" is not a key here. Did you mean most-files?'],
    ],
  ])('%s', (_, text, lines) => {
    expect(problemsIn(agents(text))).toEqual(lines.map((line) => `p.yml:${line}`))
  })

  it('is checked in a file of agents just so', () => {
    const text =
      'a: { options: {}, workflow: {}, program: { command: [x] } }\nb: { options: {}, workflow: {}, prompt: Hello. }\n'
    expect(problemLines(() => parseAgents({ text, file: 'agents.yml' }))).toEqual([
      'agents.yml:1:29  a.workflow: stands beside program. Keep one of the two.',
      'agents.yml:2:41  b.prompt: changes nothing: a workflow asks its own two questions. Remove it, or make it an agent of its own.',
    ])
  })
})

describe('a queue', () => {
  const matrix = 'matrix:\n  - { workload: batch, agents: [a, { use: b, seed: 1 }] }'

  it.each([
    [
      'of workflows',
      'agents: { a: { options: {}, workflow: {} }, b: { options: {} } }',
      '2:33  matrix[0].agents[0]: batch takes agents of one call, and a is a workflow. Measure it with the workload sustained, or use another agent.',
    ],
    [
      'of programs',
      'agents: { a: { options: {} }, b: { options: {}, program: { command: [x] } } }',
      '2:36  matrix[0].agents[1]: batch takes agents of one call, and b is a program. Measure it with the workload sustained, or use another agent.',
    ],
  ])('%s', (_, own, line) => {
    expect(problemsIn(`${matrix}\n${own}`)).toEqual([`p.yml:${line}`])
  })

  it('of workflows that stand in another file', () => {
    const loaded = parsePolicy({
      text: policyText(`${matrix}\nagents-file: agents.yml`),
      file: 'p.yml',
      sha256: '',
    })
    const own = parseAgents({
      text: 'a: { options: {}, workflow: {} }\nb: { options: {} }\n',
      file: 'agents.yml',
    })
    expect(problemLines(() => requireAgents(loaded, own))).toEqual([
      'p.yml:2:33  matrix[0].agents[0]: batch takes agents of one call, and a is a workflow. Measure it with the workload sustained, or use another agent.',
    ])
  })

  it.each(['sustained', 'single-agent'])('but not the workload %s, which takes any', (workload) => {
    expect(
      problemsIn(
        `matrix:\n  - { workload: ${workload}, agents: [a] }\nagents: { a: { options: {}, program: { command: [x] } } }\nprotocol: { budget-minutes: 90 }`,
      ),
    ).toEqual([])
  })
})
