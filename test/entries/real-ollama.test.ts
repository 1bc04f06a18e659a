/** The gate on a real Ollama, where there is one; says so where there is none. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli } from './cli.ts'
import { aRealOllama, canStartOllama, whyNoOllama } from './real-servers.ts'
import { aWorkspace, policyFile, type Workspace } from './workspace.ts'

const missing = whyNoOllama()
if (missing !== null) console.info(missing)

const quick = join(import.meta.dirname, '..', '..', 'policies', 'quick.yml')
const minutes = 4 * 60_000

const run = (workspace: Workspace, policy: string, servers: string) =>
  runCli(['run', '--policy', policy, '--servers', servers, '--seed', '1'], { cwd: workspace.path })

/** One thread each: two servers that both take every core would only wait for each other. */
const twoServers = `
version: 1
name: two-servers
models: auto
agents:
  short: { options: { num_ctx: 1024, num_predict: 32, temperature: 0, seed: 1, num_thread: 1 } }
matrix:
  - { workload: two-agents, agents: [short, short], topology: two-servers }
protocol: { budget-minutes: 2, runs: 2, warmup-requests: 1, ttft-probes: 1, placement: any }
limits:
  - { metric: warmTtftMs, fail: 30000 }
  - { metric: loadTimeMs, fail: 60000 }
regressions:
  - { metric: warmTtftMs, catch: 300 % }
`

/** Asks once, as a program that knows no more than OLLAMA_BASE_URL and OLLAMA_MODEL. */
const program = `
const answer = await fetch(process.env.OLLAMA_BASE_URL + '/v1/chat/completions', { method: 'POST',
  headers: { 'content-type': 'application/json' }, body: JSON.stringify({ model: process.env.OLLAMA_MODEL, max_tokens: 16,
  stream: true, stream_options: { include_usage: true }, messages: [{ role: 'user', content: 'hi' }] }) })
await answer.text()
`

const everyWorkload = `
version: 1
name: every-workload
models: auto
agents:
  short: { options: { num_ctx: 1024, num_predict: 32, temperature: 0.8, seed: 1, num_thread: 1 } }
  writer: { options: { num_ctx: 2048, num_predict: 32, temperature: 0.6, seed: 1, num_thread: 1 }, workflow: {} }
  plain: { options: server-defaults, program: { command: [${JSON.stringify(process.execPath)}, agent.mjs] } }
matrix:
  - { workload: single-agent, scenario: workflow, agents: [writer] }
  - { workload: single-agent, scenario: program, agents: [plain] }
  - { workload: two-agents, scenario: one_or_two, agents: [short, short], sweep: { topology: [one-server, two-servers] } }
  - { workload: many-agents, scenario: three, agents: [short, short, short], topology: server-each }
  - { workload: batch, scenario: queue, agents: [short, short], topology: two-servers }
  - { workload: sustained, scenario: load, agents: [short], topology: one-server }
protocol:
  { budget-minutes: 3, runs: 2, ttft-probes: 1, warmup-requests: 1, batch-requests: 4, sustain-minutes: 0.05, placement: any,
    exact-repeats: 1, cold: false, validity: { mark-only: [client-lag] } }
cost: { gpu-hour-price: 0.5 }
limits: [{ metric: turnTimeMs, fail: 60000 }]
`

const loadedOn = async (url: string): Promise<unknown> =>
  ((await (await fetch(`${url}/api/ps`)).json()) as { models: unknown }).models

describe.skipIf(missing !== null)('a real Ollama', () => {
  it(
    'is measured with the quick policy, and left as it was found',
    async () => {
      const workspace = aWorkspace({})
      const url = await aRealOllama()
      const before = await loadedOn(url)
      const { code, stdout, stderr } = await run(workspace, quick, url)
      const verdict = workspace.verdict()
      expect(verdict.environment?.engine, stderr + stdout).toBe('ollama')
      expect(verdict.trials, stdout).toMatchObject({ planned: 6, failed: 0 })
      expect(stdout).not.toContain('not comparable with a real Ollama')
      expect(code, stdout).toBe(0)
      expect(await loadedOn(url)).toEqual(before)
    },
    minutes,
  )

  it.skipIf(!canStartOllama())(
    'and a second one are measured together, a base beside them',
    async () => {
      const workspace = aWorkspace({ [policyFile]: twoServers })
      const servers = [await aRealOllama(), await aRealOllama()].join()
      const line = ['run', '--policy', policyFile, '--servers', servers, '--base-servers', servers]
      const { code, stdout } = await runCli(line, { cwd: workspace.path })
      const { environment, trials, figures } = workspace.verdict()
      expect(environment?.servers.head.map(({ engine }) => engine)).toEqual(['ollama', 'ollama'])
      expect(trials, stdout).toMatchObject({ planned: 4, measured: 4, failed: 0 })
      expect(figures.map(({ metric }) => metric)).toEqual(
        expect.arrayContaining(['coldTtftMs', 'parallelEfficiencyPercent', 'overlapEfficiencyPercent']),
      )
      expect(code, stdout).toBe(0)
    },
    minutes,
  )

  it.skipIf(!canStartOllama())(
    'gives every workload its figures: a workflow, a program, one, two and three servers, a queue and a load',
    async () => {
      const workspace = aWorkspace({ [policyFile]: everyWorkload, 'agent.mjs': program })
      const servers = [await aRealOllama(), await aRealOllama(), await aRealOllama()].join()
      const { stdout } = await run(workspace, policyFile, servers)
      const { figures, trials, outcome } = workspace.verdict()
      expect(outcome, stdout).toBe('pass')
      expect(trials, stdout).toMatchObject({ planned: 14, failed: 0 })
      const metricsOf = (part: string) =>
        figures.flatMap(({ cellId, metric }) => (cellId.includes(`/${part}/`) ? [metric] : []))
      const together = [
        'overlapEfficiencyPercent',
        'parallelEfficiencyPercent',
        'ttftAnomalyContentionPercent',
        'throughputContentionPercent',
        'exactMatchPercent',
        'costPerMillionTokens',
      ]
      expect(metricsOf('workflow')).toEqual(expect.arrayContaining(['ingestTimeMs', 'reportTimeMs']))
      expect(metricsOf('program')).toEqual(
        expect.arrayContaining(['agentStartupMs', 'decodeTokensPerSecond']),
      )
      expect(metricsOf('one_or_two')).toEqual(expect.arrayContaining(together))
      expect(metricsOf('three')).toEqual(expect.arrayContaining(together))
      expect(metricsOf('queue')).toEqual(expect.arrayContaining(['requestsPerHour', 'batchTokensPerSecond']))
      expect(metricsOf('load')).toContain('sustainedTokensPerSecond')
      expect(workspace.has('.ollama-perf-gate/report.html')).toBe(true)
    },
    minutes,
  )
})
