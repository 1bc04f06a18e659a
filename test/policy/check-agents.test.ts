/** Agents that are not where the matrix looks for them, or are used to no effect. */
import { describe, expect, it } from 'vitest'
import { parsePolicy } from '../../src/policy/parse-policy.ts'
import { requireAgents, requireJudged } from '../../src/policy/require-agents.ts'
import { policyText, problemLines, problemsIn } from './policy-text.ts'

describe('agents in the policy', () => {
  it.each([
    [
      'both',
      'agents-file: agents.yml\nagents: { a: { options: {} }, b: { options: {} } }',
      ['1:14  agents-file: stands beside agents. Keep one of the two.'],
    ],
    [
      'a name near one that there is',
      'agents: { chimera-80: { options: {} } }\nmatrix:\n  - { workload: single-agent, agents: [chimera-8] }',
      ['3:40  matrix[0].agents[0]: there is no agent "chimera-8". Did you mean chimera-80?'],
    ],
    [
      'a name near none',
      'matrix:\n  - { workload: two-agents, agents: [a, { use: other }] }',
      ['2:48  matrix[0].agents[1].use: there is no agent "other". Known: a, b, d.'],
    ],
    [
      'an agent that is broken is said to be broken, not unknown',
      'agents: { a: {}, b: { options: {} } }',
      ['1:14  agents.a: "options" is missing.'],
    ],
    [
      'an option for an agent that sends none',
      'matrix:\n  - { workload: two-agents, agents: [a, { use: d, num_predict: 64, num_ctx: 512 }] }',
      [
        "2:68  matrix[0].agents[1]: d runs with the server's defaults, so num_ctx is not sent. Only num_predict can be given here.",
      ],
    ],
    [
      'an option that the sweep overwrites',
      'matrix:\n  - { workload: two-agents, agents: [a, { use: b, num_ctx: 512 }], sweep: { num_ctx: [512] } }',
      [
        '2:51  matrix[0].agents[1]: num_ctx is swept in this entry, so this value is never used. Remove one of the two.',
      ],
    ],
    [
      'a sweep that touches no agent',
      'matrix:\n  - { workload: two-agents, agents: [d, d], sweep: { num_ctx: [512, 1024] } }',
      [
        "2:54  matrix[0].sweep: num_ctx changes nothing: all agents here run with the server's defaults. Remove it, or use an agent with options.",
      ],
    ],
    [
      'a sweep that touches one of two',
      'matrix:\n  - { workload: two-agents, agents: [d, b], sweep: { num_ctx: [512, 1024] } }',
      [],
    ],
  ])('%s', (_, text, lines) => {
    expect(problemsIn(text)).toEqual(lines.map((line) => `p.yml:${line}`))
  })

  it('neither agents nor a file of them', () => {
    const text = 'version: 1\nname: tested\nmodels: auto\nmatrix: [{ workload: single-agent, agents: [a] }]\n'
    expect(problemLines(() => parsePolicy({ text, file: 'p.yml', sha256: '' }))).toEqual([
      'p.yml:1:1  "agents" is missing. Define agents here, or name a file that does as agents-file.',
    ])
  })
})

describe('agents in a file', () => {
  const loaded = parsePolicy({
    text: policyText(
      'agents-file: agents.yml\nmatrix:\n  - { workload: two-agents, agents: [a, { use: b, seed: 1 }] }',
    ),
    file: 'p.yml',
    sha256: '',
  })

  it('are not asked for when the policy is parsed, and accepted when they fit', () => {
    expect(problemLines(() => requireAgents(loaded, { a: { options: {} }, b: { options: {} } }))).toEqual([])
  })

  it('must be all there, and used to some effect', () => {
    expect(
      problemLines(() => requireAgents(loaded, { aa: { options: {} }, b: { options: 'server-defaults' } })),
    ).toEqual([
      'p.yml:3:38  matrix[0].agents[0]: there is no agent "a". Known: aa, b.',
      "p.yml:3:57  matrix[0].agents[1]: b runs with the server's defaults, so seed is not sent. Only num_predict can be given here.",
    ])
  })
})

describe('rules on agents in a file', () => {
  const loaded = parsePolicy({
    text: policyText(
      'agents-file: agents.yml\nlimits:\n  - { metric: structureCompliancePercent, fail: 90 }\n  - { metric: warmTtftMs, fail: 900 }',
    ),
    file: 'p.yml',
    sha256: '',
  })
  const [plain, asked] = [{ options: {} }, { options: {}, headings: ['Summary'] }]
  const line =
    'p.yml:3:15  limits[0].metric: structureCompliancePercent needs an agent with headings or a workflow. Measure it, or remove the rule.'

  it('that one of them can be held to are accepted', () => {
    expect(problemLines(() => requireJudged(loaded, { a: plain, b: asked }))).toEqual([])
  })

  it('that none of them can be held to would be green by silence', () => {
    expect(problemLines(() => requireJudged(loaded, { a: plain, b: plain }))).toEqual([line])
  })

  it('ask nothing of base, which is not judged', () => {
    expect(problemLines(() => requireAgents(loaded, { a: plain, b: plain }))).toEqual([])
  })
})
