/** Workloads beside the turns of one or two agents, as a user runs them: many agents, a queue, a sustained load. */
import { describe, expect, it } from 'vitest'
import type { MetricId } from '../../src/model/metric-catalog.ts'
import type { Verdict } from '../../src/model/verdict.ts'
import { runCli } from './cli.ts'
import { aGpu, startGate, watchfulPolicy } from './gate-job.ts'
import { gpuWith } from './gpu-scenes.ts'
import { shareMachine } from './machine-state.ts'
import { anOllamaWith } from './ollama-door.ts'
import { aScriptedServer, unhurried } from './scripted-server.ts'
import { aPolicy, aWorkspace, type PolicyParts, policyFile, type Workspace } from './workspace.ts'

interface Measured {
  readonly workspace: Workspace
  readonly verdict: Verdict
  readonly code: number | null
}

async function measured(policy: PolicyParts, servers: readonly string[]): Promise<Measured> {
  const workspace = aWorkspace({ [policyFile]: aPolicy(policy) })
  const line = ['run', '--policy', policyFile, '--servers', servers.join(), '--against', 'none']
  const { code } = await runCli(line, { cwd: workspace.path })
  return { workspace, verdict: workspace.verdict(), code }
}

const someServers = (count: number, script: object): Promise<readonly string[]> =>
  Promise.all(Array.from({ length: count }, () => aScriptedServer(script)))

/** Head's typical figures of the cells whose id begins so. */
const figuresOf = ({ figures }: Verdict, cell: string): ReadonlyMap<MetricId, number> =>
  new Map(
    figures
      .filter(({ cellId, subject }) => cellId.startsWith(cell) && subject === 'head')
      .map(({ metric, typical }) => [metric, typical]),
  )

const statusOf = ({ checks }: Verdict, id: string) => checks.find((check) => check.id.startsWith(id))?.status

const threeAgents = 'agents: [short, short, short]'

describe.concurrent('workloads', () => {
  it('three agents with a server each: both efficiencies and both contention rates, and their class of latency', async () => {
    const { verdict, code, workspace } = await measured(
      {
        matrix: [
          `{ workload: many-agents, scenario: S6, topology: server-each, latency: real-time, ${threeAgents} }`,
          '{ workload: single-agent, scenario: S1, latency: near-real-time, agents: [short] }',
        ],
        limits: ['{ metric: overlapEfficiencyPercent, fail: 20 }'],
      },
      await someServers(3, unhurried),
    )
    const figures = figuresOf(verdict, 'many-agents/S6/3-servers/')
    for (const metric of [
      'overlapEfficiencyPercent',
      'parallelEfficiencyPercent',
      'ttftAnomalyContentionPercent',
      'throughputContentionPercent',
      'speedupRatio',
      'aggregateTokensPerSecond',
      'ttftDeltaMs',
      'throughputDeltaTokensPerSecond',
      'throughputImbalancePercent',
      'startSkewMs',
    ] as const satisfies MetricId[])
      expect([metric, figures.has(metric)]).toEqual([metric, true])
    // Three turns of which each takes seven tenths of a second before its first token: one after the other were 33 %.
    expect(figures.get('overlapEfficiencyPercent')).toBeGreaterThan(50)
    expect(figures.get('speedupRatio')).toBeLessThanOrEqual(3)
    expect(figures.get('ttftAnomalyContentionPercent')).toBe(0)
    expect(statusOf(verdict, 'latency/real-time/many-agents/')).toBe('fail')
    expect(statusOf(verdict, 'latency/near-real-time/single-agent/')).toBe('pass')
    expect([verdict.outcome, code]).toEqual(['fail', 1])
    expect(workspace.read('.ollama-perf-gate/summary.md')).toContain('real-time')
  })

  it('a queue and a sustained load: their rates, and what is left of them in the end', async () => {
    const { verdict, workspace } = await measured(
      {
        matrix: [
          `{ workload: batch, scenario: queue, topology: server-each, ${threeAgents} }`,
          '{ workload: sustained, scenario: load, agents: [short, short], topology: two-servers }',
        ],
        protocol: 'runs: 2, batch-requests: 20, sustain-minutes: 0.06, validity: { mark-only: [client-lag] }',
        limits: [
          '{ metric: requestsPerHour, fail: 1 }',
          '{ metric: batchTokensPerSecond, fail: 0.1 }',
          '{ metric: sustainedTokensPerSecond, fail: 0.1 }',
          '{ metric: sustainedRetentionPercent, fail: 1 }',
        ],
      },
      await someServers(3, { ttftMs: 20, tokensPerSecond: 500 }),
    )
    const calls = workspace
      .read('.ollama-perf-gate/journal.jsonl')
      .split('\n')
      .filter((line) => line.includes('"batch"') && line.startsWith('{"kind":"trial"'))
      .map((line) => JSON.parse(line).trial.legs[0].calls.length)
    expect(calls).toEqual([20, 20])
    const queue = figuresOf(verdict, 'batch/queue/3-servers/')
    expect(queue.get('requestsPerHour')).toBeGreaterThan(1)
    // Every answer has twelve tokens.
    expect(queue.get('batchTokensPerSecond')).toBeCloseTo(
      ((queue.get('requestsPerHour') ?? 0) * 12) / 3600,
      0,
    )
    const load = figuresOf(verdict, 'sustained/load/two-servers/')
    expect(load.get('sustainedTokensPerSecond')).toBeGreaterThan(1)
    expect(load.get('sustainedRetentionPercent')).toBeGreaterThan(1)
    expect(verdict.checks.filter(({ kind }) => kind === 'limit').map(({ status }) => status)).toEqual([
      'pass',
      'pass',
      'pass',
      'pass',
    ])
    expect(verdict.outcome).toBe('pass')
  })

  it('three agents and two servers are refused with what to do, before anything is measured', async () => {
    const policy = aPolicy({ matrix: [`{ workload: many-agents, topology: server-each, ${threeAgents} }`] })
    const workspace = aWorkspace({ [policyFile]: policy })
    const servers = (await someServers(2, {})).join()
    const { code, stdout } = await runCli(['run', '--policy', policyFile, '--servers', servers], {
      cwd: workspace.path,
    })
    expect(stdout).toContain('needs 3 servers for head, and 2 are given.')
    expect(code).toBe(2)
  })

  it('more agents than the card holds stop the job before it measures, with how many there is room for', async () => {
    const policy = watchfulPolicy({
      protocol: 'runs: 2',
      matrix: [`{ workload: many-agents, topology: server-each, ${threeAgents} }`],
    })
    const workspace = aWorkspace({ [policyFile]: policy })
    shareMachine(workspace.path)
    const servers = await Promise.all([anOllamaWith(), anOllamaWith(), anOllamaWith()])
    // Each copy has 815 MB, the card 2000 MiB.
    const gpu = aGpu(gpuWith({ 'memory.total': '2000', 'memory.used': '10' }))
    const job = startGate(workspace, ['--servers', servers.join(), '--against', 'none'], { gpu })
    const { code } = await job.ended
    const { outcome, trials, problems } = workspace.verdict()
    expect([code, outcome, trials.measured]).toEqual([4, 'error-machine', 0])
    expect(problems[0]?.what).toContain(
      '3 agents on 3 servers need 3 copies of tiny:latest: 2.4 GB of weights',
    )
    expect(problems[0]?.what).toContain('which is room for 2')
    expect(problems[0]?.fix).toContain('at most 2 agents with a server each')
  })
})
