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
})
