/** Machines that break while a job measures: what was measured is kept, nothing is passed or lost, and nothing is left. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { afterTheTests } from './clean-up.ts'
import type { EntryProcess } from './entry-process.ts'
import { aGpu, finish, otherClock, reasonsIn, runGate, runOf, startGate, watchfulPolicy } from './gate-job.ts'
import { well } from './gpu-scenes.ts'
import { shareMachine } from './machine-state.ts'
import { aMortalEngine } from './mortal-engine.ts'
import { aDoor, anOllamaWith, onTheGpu } from './ollama-door.ts'
import { anOllamaBinary } from './ollama-stand-in.ts'
import { watchServers } from './started-servers.ts'
import { aWorkspace, dual, policyFile, single, type Workspace } from './workspace.ts'

vi.setConfig({ testTimeout: 60_000 })

const oneLine = (text: string): string => text.replace(/\s+/g, ' ')

const runs = (protocol: string, matrix: readonly string[] = [single]): Workspace =>
  aWorkspace({ [policyFile]: watchfulPolicy({ protocol, matrix }) })

const full = 'llama-server process has terminated: cudaMalloc failed: out of memory'

const loadedOn = async (url: string): Promise<unknown> => await (await fetch(`${url}/api/ps`)).json()

const mount = (...options: readonly string[]): void => {
  execFileSync('mount', options, { stdio: 'pipe' })
}

/** Mounts a disk with plenty of room; says why not when that cannot be done here. */
function aDisk(folder: string): string | null {
  mkdirSync(folder)
  try {
    mount('-t', 'tmpfs', '-o', 'size=2g', 'tmpfs', folder)
  } catch (error) {
    return `a disk that fills up cannot be made here: ${error instanceof Error ? error.message : String(error)}`
  }
  afterTheTests(() => {
    execFileSync('umount', [folder])
  })
  return null
}

/** Leaves no room on it beside what is there. */
function fill(folder: string): void {
  const { blocks, bfree, bsize } = statfsSync(folder)
  mount('-o', `remount,size=${(blocks - bfree) * bsize}`, folder)
}

describe.concurrent('a machine that breaks', () => {
  describe.concurrent('memory that is exhausted', () => {
    it('by the second of two servers breaks the job in the server’s words, and frees the first', async () => {
      const first = await anOllamaWith()
      const second = await anOllamaWith({}, { faults: [{ kind: 'load-error', message: full }] })
      const line = ['--servers', `${first},${second}`]
      const { verdict, code } = await runGate(runs('runs: 4', [dual]), line, { gpu: aGpu(well) })
      const [problem] = verdict.problems
      expect(problem?.what).toContain(
        `${second} could not load the model tiny:latest. The server answered 500: ${full}`,
      )
      expect(verdict).toMatchObject({ outcome: 'error-machine', trials: { failed: 3 } })
      expect(await loadedOn(first)).toEqual({ models: [] })
      expect(code).toBe(4)
    })

    it('by the second of two cells leaves the first one judged', async () => {
      const faults = [{ kind: 'load-error', atRequest: 2, message: full }]
      const servers = await anOllamaWith({}, { faults })
      const sweep =
        '{ workload: single-agent, scenario: s, agents: [short], sweep: { num_ctx: [1024, 2048] } }'
      const workspace = runs('runs: 2, on-inconclusive: fail', [sweep])
      const { verdict, stdout, code } = await runGate(workspace, ['--servers', servers], { gpu: aGpu(well) })
      expect(verdict).toMatchObject({ outcome: 'inconclusive', trials: { measured: 4, failed: 1 } })
      expect(verdict.counts).toMatchObject({ invalid: 1 })
      expect(oneLine(stdout)).toContain('out of memory')
      expect(code).toBe(3)
    })
  })

  describe.concurrent('a server that dies in a trial and is started again under the same port', () => {
    it('breaks that trial, is warmed up for the others, and is not passed', async () => {
      const engine = await aMortalEngine(onTheGpu)
      let restarted: Promise<void> | null = null
      const servers = await aDoor(engine.url, {
        onChat: (chat) => {
          if (chat === 2)
            setTimeout(() => {
              restarted = engine.restart()
            }, 100)
        },
        // Whoever asks while it starts waits, as at the socket of a service.
        version: async () => {
          await restarted
          return '0.24.0'
        },
      })
      const workspace = runs('runs: 5, on-inconclusive: fail')
      const { run, verdict, stdout, code } = await runGate(workspace, ['--servers', servers], {
        gpu: aGpu(well),
      })
      expect(run.trials.map(({ failure }) => failure !== null)).toEqual([false, true, false, false, false])
      expect(run.trials[1]?.failure).toMatch(/broke/)
      expect(reasonsIn(run)).toMatchObject([{ index: 2, rule: 'lost-model' }])
      expect(verdict).toMatchObject({ outcome: 'inconclusive', trials: { failed: 1, leftOut: 0 } })
      expect(oneLine(stdout)).toContain('This is broken, not slow')
      expect(code).toBe(3)
    })
  })

  describe
    .skipIf(process.platform === 'win32')
    .concurrent('a wall clock that is set while the job measures', () => {
      it.each([
        ['an hour forward', 3600],
        ['an hour back', -3600],
      ])('%s costs one trial and not the job', async (_, seconds) => {
        const machine = { gpu: aGpu(well), env: otherClock(seconds, 'at-signal') }
        const workspace = runs('runs: 3')
        let job: EntryProcess | null = null
        const servers = await anOllamaWith({ onChat: (chat) => chat === 2 && job?.child.kill('SIGUSR2') })
        job = startGate(workspace, ['--servers', servers], machine)
        const { run, verdict, code } = await finish(job, workspace, machine)
        expect(reasonsIn(run)).toMatchObject([{ index: 1, rule: 'clock-jump', leftOut: true }])
        expect(verdict).toMatchObject({ outcome: 'pass', trials: { measured: 3, again: 1 } })
        expect(verdict.measuredMinutes).toBeLessThan(1)
        expect(code).toBe(0)
      })
    })

  describe.concurrent('a disk that fills up in the middle', () => {
    it('ends the job, which goes on where there is room again, and measures nothing twice', async ({
      skip,
    }) => {
      const workspace = runs('runs: 8')
      const disk = join(workspace.path, 'disk')
      const why = aDisk(disk)
      if (why !== null) skip(why)
      const servers = await anOllamaWith({ onChat: (chat) => chat === 4 && fill(disk) })
      const line = ['--servers', servers, '--out', 'disk']
      const machine = { gpu: aGpu(well) }
      const first = await startGate(workspace, line, machine).ended
      expect(oneLine(first.stdout)).toContain('The disk is full (ENOSPC).')
      expect(first.code).toBe(4)
      expect(await loadedOn(servers)).toEqual({ models: [] })
      const kept = Number(/(\d+) of 8 trials measured/.exec(first.stdout)?.[1])
      expect(kept).toBeGreaterThanOrEqual(3)
      expect(kept).toBeLessThan(8)
      mount('-o', 'remount,size=2g', disk)
      const second = await startGate(workspace, line, machine).ended
      expect(oneLine(second.stderr)).toContain(`: ${kept} of 8 trials are there`)
      const ids = runOf(workspace, 'disk').trials.map(({ visit }) => visit.id)
      expect([ids.length, new Set(ids).size]).toEqual([8, 8])
      expect(workspace.verdict('disk')).toMatchObject({
        outcome: 'pass',
        trials: { planned: 8, measured: 8, again: 0 },
      })
      expect(second.code).toBe(0)
    })
  })

  describe.skipIf(process.platform === 'win32').concurrent('servers of the job that hang', () => {
    /** A job that measures, and then has its servers stand still. */
    async function hanging() {
      const workspace = runs('runs: 10')
      shareMachine(workspace.path)
      const watch = watchServers(workspace)
      const line = ['--ollama', anOllamaBinary({ script: { ttftMs: 150 } })]
      const job = startGate(workspace, line, { gpu: aGpu(well) })
      await job.says('2 of 10 trials')
      const servers = watch.servers()
      expect(servers).toHaveLength(1)
      for (const pid of watch.processes()) process.kill(pid, 'SIGSTOP')
      return { workspace, watch, job, line, servers }
    }

    it('are ended with the job by SIGTERM, and what was measured is kept', async () => {
      const { workspace, watch, job } = await hanging()
      job.child.kill('SIGTERM')
      const { code, stdout } = await job.ended
      expect(stdout).toContain('INTERRUPTED')
      expect(workspace.verdict()).toMatchObject({ outcome: 'interrupted' })
      expect(workspace.verdict().trials.measured).toBeGreaterThanOrEqual(2)
      expect(watch.processes()).toEqual([])
      expect(code).toBe(130)
    })

    it('are ended by the next job after a SIGKILL, which goes on with what there is', async () => {
      const { workspace, watch, job, line, servers } = await hanging()
      job.child.kill('SIGKILL')
      await job.ended
      const old = watch.processes()
      expect(old).toEqual(servers.map(({ pid }) => pid))
      const machine = { gpu: aGpu(well) }
      const { stderr, verdict, code } = await runGate(workspace, line, machine)
      for (const { pid, port } of servers)
        expect(oneLine(stderr)).toContain(
          `Ended the server on port ${port} (pid ${pid}) that an earlier job left when it crashed.`,
        )
      expect(oneLine(stderr)).toMatch(/Going on with the run of .*: \d+ of 10 trials are there/)
      expect(verdict).toMatchObject({ outcome: 'pass', trials: { planned: 10, measured: 10 } })
      expect(watch.processes()).toEqual([])
      expect(code).toBe(0)
    })
  })
})
