/** From a policy to cells: their names, options and servers, and what cannot be planned. */
import { describe, expect, it } from 'vitest'
import { planRun } from '../../../src/core/plan/plan-run.ts'
import { problemLines } from '../../policy/policy-text.ts'
import { aPairedRequest, aRequest } from './a-request.ts'

const single = '  - { workload: single-agent, agents: [chimera] }'
const pair = (topology: string, agents = '[chimera, chimera]') =>
  `  - { workload: two-agents, scenario: s, topology: ${topology}, agents: ${agents} }`

const idsOf = (request: Parameters<typeof planRun>[0]) => planRun(request).cells.map(({ id }) => id)

describe('cell ids', () => {
  it.each([
    ['one agent', single, ['single-agent/chimera/one-server/gemma3/gpu80-ctx512-t0.8']],
    ['equal agents are named once', pair('one-server'), ['two-agents/s/one-server/gemma3/gpu80-ctx512-t0.8']],
    [
      'agents that differ are joined',
      pair('one-server', '[chimera, wide]'),
      ['two-agents/s/one-server/gemma3/gpu80-ctx512-t0.8+gpu100-ctx1024-t0.8'],
    ],
    [
      'an agent with the server’s defaults',
      '  - { workload: two-agents, agents: [baseline, chimera] }',
      ['two-agents/baseline+chimera/one-server/gemma3/defaults+gpu80-ctx512-t0.8'],
    ],
    [
      'options of the entry',
      '  - { workload: single-agent, agents: [{ use: chimera, num_gpu: -1, temperature: 1 }] }',
      ['single-agent/chimera/one-server/gemma3/gpuauto-ctx512-t1.0'],
    ],
    [
      'swept options, the usual ones in their place and others behind',
      '  - { workload: single-agent, agents: [chimera], sweep: { num_batch: [256, 512], num_ctx: [1024], keep_alive: [5 m] } }',
      [
        'single-agent/chimera/one-server/gemma3/gpu80-ctx1024-t0.8-num_batch256-keep_alive5-m',
        'single-agent/chimera/one-server/gemma3/gpu80-ctx1024-t0.8-num_batch512-keep_alive5-m',
      ],
    ],
    [
      'models, with odd characters replaced',
      '  - { workload: single-agent, agents: [chimera], models: [gemma3, "hf.co/some one/x:Q4_K_M"] }',
      [
        'single-agent/chimera/one-server/gemma3/gpu80-ctx512-t0.8',
        'single-agent/chimera/one-server/hf.co-some-one-x-Q4_K_M/gpu80-ctx512-t0.8',
      ],
    ],
  ])('%s', (_, matrix, ids) => {
    expect(idsOf(aRequest(matrix))).toEqual(ids)
  })

  it('take the model that auto has come to', () => {
    const request = aRequest(
      single,
      { models: { head: new Map([['auto', 'tiny:1b']]), base: null } },
      'models: auto\n',
    )
    expect(idsOf(request)).toEqual(['single-agent/chimera/one-server/tiny-1b/gpu80-ctx512-t0.8'])
  })
})

describe('options', () => {
  const agentsOf = (matrix: string) => planRun(aRequest(matrix)).cells[0]?.head.agents ?? []

  it('are all written out, each from the nearest that says it: sweep, entry, agent, defaults', () => {
    const matrix =
      '  - { workload: single-agent, agents: [{ use: chimera, seed: 7, temperature: 0 }], sweep: { num_ctx: [2048] } }'
    expect(agentsOf(matrix)[0]).toEqual({
      name: 'chimera',
      options: {
        num_ctx: 2048,
        num_gpu: 80,
        num_predict: 256,
        num_batch: 512,
        seed: 7,
        temperature: 0,
        top_k: 40,
        top_p: 0.9,
        repeat_penalty: 1,
        think: false,
        keep_alive: '10m',
      },
      serverDefaults: false,
      server: 0,
      task: { kind: 'chat', system: null, prompt: null, headings: [] },
    })
  })

  it.each([
    ['the default length', '[baseline, wide]', { num_predict: 128 }],
    ['the length of the entry', '[{ use: baseline, num_predict: 64 }, wide]', { num_predict: 64 }],
  ])('of the baseline agent are only %s, whatever is swept', (_, agents, options) => {
    const matrix = `  - { workload: two-agents, agents: ${agents}, sweep: { num_ctx: [2048], num_predict: [32] } }`
    const [baseline, wide] = agentsOf(matrix)
    expect(baseline).toMatchObject({ serverDefaults: true, options })
    expect(Object.keys(baseline?.options ?? {})).toEqual(['num_predict'])
    expect(wide).toMatchObject({
      task: { system: 'Be brief.' },
      options: { num_ctx: 2048, num_predict: 32 },
    })
  })
})

describe('servers', () => {
  it.each([
    ['one-server', 1, [0, 0], 'one-server'],
    ['one-server', 2, [0, 0], 'one-server'],
    ['two-servers', 2, [0, 1], 'two-servers'],
    ['two-servers', 3, [0, 1], 'two-servers'],
    ['as-given', 1, [0, 0], 'one-server'],
    ['as-given', 2, [0, 1], 'two-servers'],
    ['as-given', 3, [0, 1], 'two-servers'],
    ['server-each', 2, [0, 1], 'two-servers'],
  ])('%s with %d: agents on %j, called %s', (topology, head, servers, name) => {
    const [cell] = planRun(aRequest(pair(topology), { servers: { head, base: null } })).cells
    expect(cell?.head.agents.map(({ server }) => server)).toEqual(servers)
    expect(cell?.topology).toBe(name)
    expect(cell?.id).toContain(`/${name}/`)
  })

  it.each([
    ['one-server', 1, [0, 0, 0], 'one-server'],
    ['server-each', 3, [0, 1, 2], '3-servers'],
    ['server-each', 5, [0, 1, 2], '3-servers'],
    ['as-given', 2, [0, 1, 0], 'two-servers'],
    ['as-given', 4, [0, 1, 2], '3-servers'],
  ])('%s with %d for three agents: on %j, called %s', (topology, head, servers, name) => {
    const three = `  - { workload: many-agents, scenario: S6, topology: ${topology}, agents: [chimera, wide, chimera] }`
    const [cell] = planRun(aRequest(three, { servers: { head, base: null } })).cells
    expect(cell?.head.agents.map(({ server }) => server)).toEqual(servers)
    expect(cell?.topology).toBe(name)
  })

  it('for each of three agents, and only two are there', () => {
    const three =
      '  - { workload: many-agents, scenario: S6, topology: server-each, agents: [chimera, wide, chimera] }'
    expect(problemLines(() => planRun(aRequest(three, { servers: { head: 2, base: null } })))).toEqual([
      'p.yml:2:54  matrix[0]: S6 needs 3 servers for head, and 2 are given. server-each gives each agent a server of its own. Name more servers (the second is often http://127.0.0.1:11435), let the gate start them, or write `topology: as-given`.',
    ])
  })

  it('too few of them are named with their entry, for head and for base', () => {
    const request = aPairedRequest(`${single}\n${pair('two-servers')}`, { servers: { head: 1, base: 1 } })
    const rest =
      'two-servers gives each agent a server of its own. Name more servers (the second is often http://127.0.0.1:11435), let the gate start them, or write `topology: as-given`.'
    expect(problemLines(() => planRun(request))).toEqual([
      `p.yml:3:52  matrix[1]: s needs 2 servers for head, and one is given. ${rest}`,
      `p.yml:3:52  matrix[1]: s needs 2 servers for base, and one is given. ${rest}`,
    ])
  })

  it('too few for a swept topology are placed there, and said once for all its cells', () => {
    const matrix =
      '  - { workload: two-agents, agents: [wide, wide], sweep: { num_ctx: [512, 1024], topology: [one-server, two-servers] } }'
    expect(problemLines(() => planRun(aRequest(matrix)))).toEqual([
      'p.yml:2:92  matrix[0]: wide+wide needs 2 servers for head, and one is given. two-servers gives each agent a server of its own. Name more servers (the second is often http://127.0.0.1:11435), let the gate start them, or write `topology: as-given`.',
    ])
  })

  it('head and base may not come to different topologies', () => {
    const request = aPairedRequest(pair('as-given'), { servers: { head: 2, base: 1 } })
    expect(problemLines(() => planRun(request))).toEqual([
      'p.yml:2:5  matrix[0]: head would run on two-servers, base on one-server. Their figures could not be compared. Give base as many servers as head.',
    ])
  })
})

describe('tasks and parts of the programme', () => {
  it('a cell says what each agent does, which part it belongs to and how soon it must answer', () => {
    const request = aRequest(
      '  - { workload: two-agents, phase: phase-2, scenario: S1, latency: near-real-time, agents: [chimera, wide] }',
    )
    const own = { command: ['./agent', '--fast'], 'setup-minutes': 15, 'timeout-minutes': 10, metrics: true }
    const agents = {
      chimera: { options: {}, workflow: { 'most-files': 20, 'most-kibibytes': 64 } },
      wide: { options: {}, program: own },
    }
    const [cell] = planRun({ ...request, agents: { head: agents, base: null } }).cells
    expect(cell).toMatchObject({
      id: 'two-agents/phase-2/S1/one-server/gemma3/gpuauto-ctx4096-t0.8',
      phase: 'phase-2',
      latency: 'near-real-time',
    })
    expect(cell?.head.agents.map(({ task }) => task)).toEqual([
      { kind: 'workflow', 'most-files': 20, 'most-kibibytes': 64 },
      { kind: 'program', ...own },
    ])
  })

  it('the same configuration in two phases is two cells', () => {
    const matrix = ['phase-1', 'phase-3']
      .map((phase) => `  - { workload: single-agent, phase: ${phase}, agents: [chimera] }`)
      .join('\n')
    expect(idsOf(aRequest(matrix))).toEqual(
      ['phase-1', 'phase-3'].map(
        (phase) => `single-agent/${phase}/chimera/one-server/gemma3/gpu80-ctx512-t0.8`,
      ),
    )
  })
})

describe('base', () => {
  it('has the agents and models of its own, in the cells of head', () => {
    const request = aPairedRequest(single, {
      models: { head: new Map([['gemma3', 'gemma3:latest']]), base: new Map([['gemma3', 'gemma2:9b']]) },
    })
    const [cell] = planRun({
      ...request,
      agents: { ...request.agents, base: { chimera: { options: { num_gpu: 60 } } } },
    }).cells
    expect(cell?.id).toBe('single-agent/chimera/one-server/gemma3/gpu80-ctx512-t0.8')
    expect(cell?.base).toMatchObject({
      model: 'gemma2:9b',
      agents: [{ options: { num_gpu: 60, num_ctx: 4096 } }],
    })
  })

  it('is missing where it has no such agent, and head is measured alone there', () => {
    const request = aPairedRequest(`${single}\n  - { workload: single-agent, agents: [wide] }`)
    const { chimera } = request.agents.head
    const plan = planRun({
      ...request,
      agents: { ...request.agents, base: chimera ? { chimera } : {} },
    })
    expect(plan.cells.map(({ base }) => base?.agents.length ?? null)).toEqual([1, null])
    const alone = plan.visits.filter(({ cellId }) => cellId.includes('wide'))
    expect(new Set(alone.map(({ subject }) => subject))).toEqual(new Set(['head']))
  })

  it('is nowhere when nothing is compared', () => {
    expect(planRun(aRequest(single)).cells.every(({ base }) => base === null)).toBe(true)
  })
})

describe('what cannot be planned', () => {
  it('an agent that head no longer has', () => {
    const request = aRequest(pair('one-server', '[chimera, wide]'))
    const { wide: _, ...head } = request.agents.head
    expect(problemLines(() => planRun({ ...request, agents: { head, base: null } }))).toEqual([
      'p.yml:2:82  matrix[0].agents[1]: head has no agent "wide". Define it, or take it out of the matrix. Known: baseline, chimera.',
    ])
  })

  it('an agent whose name is a property of every object', () => {
    const request = aRequest(pair('one-server', '[chimera, wide]'))
    const [entry] = request.loaded.policy.matrix
    const matrix = entry ? [{ ...entry, agents: ['constructor', 'chimera'] }] : []
    const loaded = { ...request.loaded, policy: { ...request.loaded.policy, matrix } }
    expect(problemLines(() => planRun({ ...request, loaded }))).toHaveLength(1)
  })

  it('the same cell in two entries', () => {
    const matrix = `${single}\n  - { workload: single-agent, agents: [chimera], sweep: { num_ctx: [256, 512] } }`
    expect(problemLines(() => planRun(aRequest(matrix)))).toEqual([
      'p.yml:3:5  matrix[1] makes the cell single-agent/chimera/one-server/gemma3/gpu80-ctx512-t0.8 again, after matrix[0] (p.yml:2:5). Exclude it in one of them or, if they do differ, give them different scenarios.',
    ])
  })

  it('many cells of two entries, in one sentence', () => {
    const entry = '  - { workload: single-agent, agents: [chimera], sweep: { num_ctx: [256, 512, 1024] } }'
    expect(problemLines(() => planRun(aRequest(`${entry}\n${entry}`)))).toEqual([
      'p.yml:3:5  matrix[1] makes the cell single-agent/chimera/one-server/gemma3/gpu80-ctx256-t0.8 and 2 more again, after matrix[0] (p.yml:2:5). Exclude it in one of them or, if they do differ, give them different scenarios.',
    ])
  })

  it('the same cell twice in one entry', () => {
    const matrix =
      '  - { workload: single-agent, agents: [chimera], sweep: { num_ctx: [512] }, include: [{ num_ctx: 64 }, { num_ctx: 64 }] }'
    expect(problemLines(() => planRun(aRequest(matrix)))).toEqual([
      'p.yml:2:5  matrix[0] makes the cell single-agent/chimera/one-server/gemma3/gpu80-ctx64-t0.8 twice. Exclude it in one of them or, if they do differ, give them different scenarios.',
    ])
  })

  it('more cells than can be measured', () => {
    const request = aRequest('  - { workload: single-agent, agents: [chimera], sweep: { num_ctx: [512] } }')
    const [entry] = request.loaded.policy.matrix
    const sweep = { num_ctx: Array.from({ length: 501 }, (_, i) => 512 + i) }
    const matrix = entry ? [{ ...entry, sweep }] : []
    const loaded = { ...request.loaded, policy: { ...request.loaded.policy, matrix } }
    expect(problemLines(() => planRun({ ...request, loaded }))).toEqual([
      'p.yml:2:3  The matrix comes to 501 cells; at most 500 can be measured. Sweep fewer values, or exclude combinations.',
    ])
  })
})
