/** A job that is stopped, at any moment: what was measured is kept and said, and nothing of ours goes on running. */
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { startCli } from './cli.ts'
import type { EntryProcess } from './entry-process.ts'
import { childrenOf, eventually, stillRunning } from './process-table.ts'
import { aScriptedServer } from './scripted-server.ts'
import {
  type Answer,
  anOllama,
  answerUnhurried,
  answerWell,
  aTcpServer,
  chatLine,
  type OllamaAnswers,
} from './stub-servers.ts'
import { aPolicy, aWorkspace, dual, policyFile, type Workspace } from './workspace.ts'

const out = '.ollama-perf-gate'

const start = (workspace: Workspace, servers: string, ...more: readonly string[]): EntryProcess =>
  startCli(['run', '--policy', policyFile, '--servers', servers, ...more], { cwd: workspace.path })

const long = (matrix?: readonly string[]): Workspace =>
  aWorkspace({ [policyFile]: aPolicy({ protocol: 'runs: 20', ...(matrix ? { matrix } : {}) }) })

/** A moment of a job: how to bring it about, and a promise of when it has come. */
interface Moment {
  readonly servers: string
  readonly reached: Promise<void>
}

/** An Ollama of whose calls one, from the n-th on, tells that it has come and is never answered. */
async function hangingAt(call: keyof OllamaAnswers, from = 1, begin: Answer = () => {}): Promise<Moment> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let calls = 0
  const answer: Answer = (response, body) => {
    calls += 1
    if (calls < from) return answerWell(response, body)
    begin(response, body)
    resolve()
  }
  return { servers: await anOllama({ [call]: answer }), reached: promise }
}

/** A server that takes its time over the unloading at the end; `ms` of null is for ever. */
async function unloadingFor(ms: number | null): Promise<Moment> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const unload: Answer = (response) => {
    resolve()
    if (ms !== null) setTimeout(() => response.end('{"done":true,"done_reason":"unload"}'), ms)
  }
  return { servers: await anOllama({ unload, chat: answerUnhurried }), reached: promise }
}

async function silent(): Promise<Moment> {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { servers: await aTcpServer(() => resolve()), reached: promise }
}

const threeWords: Answer = (response) => {
  for (let i = 0; i < 3; i += 1) response.write(chatLine(` w${i}`))
}

const moments: readonly [string, () => Promise<Moment>, number][] = [
  ['while it connects', silent, 0],
  ['while it looks at what is loaded', () => hangingAt('ps'), 0],
  ['while a model loads', () => hangingAt('load'), 0],
  ['in the middle of the first stream', () => hangingAt('chat', 1, threeWords), 0],
  ['in the middle of a later stream', () => hangingAt('chat', 4, threeWords), 3],
]

describe.skipIf(process.platform === 'win32').concurrent('a job that is stopped', () => {
  describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('by %s', (signal) => {
    it.each(moments)('%s', async (_, arrange, trials) => {
      const workspace = long()
      const { servers, reached } = await arrange()
      const job = start(workspace, servers)
      await reached
      job.child.kill(signal)
      const { code, stdout, stderr } = await job.ended
      expect(stderr).toContain(`${signal}: stopping, what was measured is kept.`)
      expect(stdout).toContain('INTERRUPTED')
      expect(workspace.verdict()).toMatchObject({ outcome: 'interrupted', trials: { measured: trials } })
      expect(workspace.read(`${out}/summary.md`)).toContain(signal)
      expect(code).toBe(130)
    })
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s while its servers start leaves none of them',
    async (signal) => {
      const job = start(long([dual]), 'scripted')
      let servers: readonly number[] = []
      await eventually('it starts servers', () => {
        servers = childrenOf(job.child.pid)
        return servers.length > 0
      })
      job.child.kill(signal)
      const { code, stdout } = await job.ended
      expect(stdout).toContain(`The job was stopped by ${signal}.`)
      expect(code).toBe(130)
      expect(stillRunning(servers)).toEqual([])
    },
  )

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s while it measures its own servers leaves none',
    async (signal) => {
      const workspace = long([dual])
      const job = start(workspace, 'scripted')
      await job.says(/\b[2-9] of 20 trials/)
      const servers = childrenOf(job.child.pid)
      expect(servers).toHaveLength(2)
      job.child.kill(signal)
      expect((await job.ended).code).toBe(130)
      expect(stillRunning(servers)).toEqual([])
      const { environment, trials } = workspace.verdict()
      expect(trials.measured).toBeGreaterThanOrEqual(2)
      for (const { url } of environment?.servers.head ?? []) await expect(fetch(url)).rejects.toThrow()
    },
  )

  it.each([
    ['at its end', 500],
    ['at its end, which hangs,', null],
  ])('%s keeps the whole result', async (_, unloadMs) => {
    const workspace = aWorkspace()
    const { servers, reached } = await unloadingFor(unloadMs)
    const job = start(workspace, servers)
    await reached
    job.child.kill('SIGINT')
    const { code, stdout } = await job.ended
    expect(stdout).toContain(`Files in ${out}: journal.jsonl, run.json, verdict.json, summary.md`)
    const { outcome, trials } = workspace.verdict()
    expect(trials).toMatchObject({ planned: 2, measured: 2 })
    expect(outcome).not.toBe('interrupted')
    expect(code).toBe(130)
  })

  it('at its end writes no baseline', async () => {
    const workspace = aWorkspace()
    const { servers, reached } = await unloadingFor(500)
    const line = ['record', '--policy', policyFile, '--servers', servers, '--baseline', 'b.json']
    const job = startCli(line, { cwd: workspace.path })
    await reached
    job.child.kill('SIGINT')
    const { code, stderr } = await job.ended
    expect(stderr).toContain('b.json was not written: the job was stopped.')
    expect([code, workspace.has('b.json')]).toEqual([130, false])
  })

  it('by the same Ctrl-C twice, as npm hands it on, is stopped once', async () => {
    const workspace = long()
    const { servers, reached } = await hangingAt('chat', 4, threeWords)
    const job = start(workspace, servers)
    await reached
    job.child.kill('SIGINT')
    await job.says('SIGINT: stopping')
    job.child.kill('SIGINT')
    expect((await job.ended).code).toBe(130)
    expect(workspace.verdict().trials.measured).toBe(3)
  })

  it('by a second Ctrl-C, because it takes too long, ends at once with its journal and without its servers', async () => {
    const workspace = long()
    const job = start(workspace, 'scripted')
    await job.says(/\b[2-9] of 20 trials/)
    const servers = childrenOf(job.child.pid)
    // A server that does not go: stopping it would take the seconds that nobody wants to wait.
    for (const pid of servers) process.kill(pid, 'SIGSTOP')
    job.child.kill('SIGINT')
    await job.says('SIGINT: stopping')
    await wait(700)
    job.child.kill('SIGINT')
    const { code } = await job.ended
    expect(code).toBe(130)
    await eventually('the servers are gone', () => stillRunning(servers).length === 0)
    expect(workspace.read(`${out}/journal.jsonl`).match(/"kind":"trial"/g)?.length).toBeGreaterThanOrEqual(2)
  })

  it('by a kill takes its servers with it', async () => {
    const job = start(long([dual]), 'scripted')
    await job.says(/\b[2-9] of 20 trials/)
    const servers = childrenOf(job.child.pid)
    expect(servers).toHaveLength(2)
    job.child.kill('SIGKILL')
    await job.ended
    await eventually('the servers are gone', () => stillRunning(servers).length === 0)
  })

  it('leaves a server that it found running, without the model that it loaded', async () => {
    const url = await aScriptedServer()
    const job = start(long(), url)
    await job.says(/\b[2-9] of 20 trials/)
    expect(await loadedOn(url)).toEqual(['tiny:latest'])
    job.child.kill('SIGINT')
    expect((await job.ended).code).toBe(130)
    expect(await loadedOn(url)).toEqual([])
  })
})

const loadedOn = async (url: string): Promise<readonly string[]> => {
  const { models } = (await (await fetch(`${url}/api/ps`)).json()) as { models: { name: string }[] }
  return models.map(({ name }) => name)
}
