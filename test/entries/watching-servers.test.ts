/** What servers and machine do beside the trials of a real run: what is held against which of them, and what follows. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import type { EntryProcess } from './entry-process.ts'
import { startNode } from './entry-process.ts'
import {
  aGpu,
  finish,
  machineEnv,
  otherClock,
  reasonsIn,
  runGate,
  runLine,
  startGate,
  watchfulPolicy,
} from './gate-job.ts'
import { well } from './gpu-scenes.ts'
import { aMortalEngine } from './mortal-engine.ts'
import { aDoor, anOllamaWith, ollamaVersion, onTheGpu } from './ollama-door.ts'
import { aPolicy, aWorkspace, patient, policyFile, type Workspace } from './workspace.ts'

vi.setConfig({ testTimeout: 60_000 })

const oneLine = (text: string): string => text.replace(/\s+/g, ' ')

const watchful = (protocol: string): Workspace => aWorkspace({ [policyFile]: watchfulPolicy({ protocol }) })

/** Each chat is one trial; the server is asked for its version once at first, and before each of them. */
const beforeTrial = (number: number): number => number + 1

/** Why this user may not give a process a /sys of its own; null where that works. */
function whyNoOwnSys(): string | null {
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/sys/devices/system/cpu/cpu0'], {
      stdio: 'pipe',
    })
    return null
  } catch (error) {
    return `another governor cannot be had here: ${error instanceof Error ? error.message : String(error)}`
  }
}

describe.concurrent('the watch on servers and machine', () => {
  describe.concurrent('a server that is another one during one trial', () => {
    it.each([
      [
        'since its model slid to the CPU',
        'partial-residency',
        { size_vram: 300e6, size: 1000e6 },
        'only 30 % of the model was on the GPU',
        'Only 30 % of the model was on the GPU.',
      ],
      [
        'since its context grew',
        'changed-context',
        { context_length: 4096 },
        'the server ran with a context of 4096, not 1024',
        'The server runs with a context of 4096, asked for was 1024.',
      ],
    ])('%s fails, and is not measured again', async (_, rule, fields, detail, message) => {
      let odd = false
      const servers = await anOllamaWith({
        onChat: (chat) => {
          odd = chat === 2
        },
        ps: (rows) => (odd ? rows.map((row) => ({ ...row, ...fields })) : rows),
      })
      const machine = { gpu: aGpu(well) }
      const { run, verdict, stdout, code } = await runGate(
        watchful('runs: 4'),
        ['--servers', servers],
        machine,
      )
      expect(reasonsIn(run)).toEqual([{ index: 1, rule, detail, leftOut: true }])
      expect(verdict).toMatchObject({ outcome: 'fail', trials: { measured: 4, again: 0, leftOut: 1 } })
      expect(verdict.checks[0]).toMatchObject({ status: 'fail', message })
      expect(oneLine(stdout)).toContain(message)
      expect(code).toBe(1)
    })

    it('since it was restarted in between is warmed up again, and marked', async () => {
      const engine = await aMortalEngine({ ...onTheGpu, loadMs: 5 })
      const servers = await aDoor(engine.url, {
        version: async (asked) => {
          if (asked === beforeTrial(3)) await engine.restart()
          return ollamaVersion
        },
      })
      const machine = { gpu: aGpu(well) }
      const { run, verdict, stdout } = await runGate(watchful('runs: 4'), ['--servers', servers], machine)
      const detail = `${servers} had lost the model before the trial, and loaded it again`
      expect(reasonsIn(run)).toEqual([{ index: 2, rule: 'lost-model', detail, leftOut: false }])
      expect(verdict).toMatchObject({ outcome: 'pass', trials: { again: 0, failed: 0, leftOut: 0 } })
      expect(oneLine(stdout)).toContain(`Only marked 1 trial for lost-model: ${detail}.`)
    })

    it('since somebody upgraded it breaks that trial and all later ones', async () => {
      const servers = await anOllamaWith({
        version: (asked) => (asked >= beforeTrial(3) ? '0.24.1' : ollamaVersion),
      })
      const machine = { gpu: aGpu(well) }
      const workspace = watchful('runs: 4, on-inconclusive: fail')
      const { verdict, stdout, code } = await runGate(workspace, ['--servers', servers], machine)
      expect(verdict).toMatchObject({ outcome: 'inconclusive', trials: { measured: 4, failed: 2, again: 0 } })
      expect(oneLine(stdout)).toContain(
        `${servers} was version 0.24.0 when the job began, and is 0.24.1 now.`,
      )
      expect(code).toBe(3)
    })
  })

  describe.concurrent('a call that is not like the others', () => {
    it('since the model was unloaded between two of a trial is measured again', async () => {
      const engine = await aMortalEngine({ ...onTheGpu, ttftMs: 150, loadMs: 500 })
      const unload = () =>
        fetch(`${engine.url}/api/generate`, {
          method: 'POST',
          body: JSON.stringify({ model: 'tiny', keep_alive: 0 }),
        }).then((answer) => answer.text())
      // Three calls a trial: this is the second one of the second.
      const servers = await aDoor(engine.url, { onChat: (chat) => (chat === 5 ? unload() : null) })
      const workspace = watchful('runs: 4')
      workspace.write(policyFile, workspace.read(policyFile).replace('ttft-probes: 0', 'ttft-probes: 2'))
      const { run, verdict } = await runGate(workspace, ['--servers', servers], { gpu: aGpu(well) })
      expect(reasonsIn(run)).toMatchObject([{ index: 1, rule: 'unexpected-load', leftOut: true }])
      expect(reasonsIn(run)[0]?.detail).toMatch(/^the model was loaded again \([\d.]+ ms\)$/)
      expect(verdict).toMatchObject({ outcome: 'pass', trials: { again: 1, leftOut: 1 } })
    })

    it('since the server was busy at first is measured again', async () => {
      const servers = await anOllamaWith({}, { faults: [{ kind: 'http-503', atRequest: 2 }] })
      const { run, verdict } = await runGate(watchful('runs: 4'), ['--servers', servers], { gpu: aGpu(well) })
      const detail = 'the server was busy and refused 1 call at first (503)'
      expect(reasonsIn(run)).toEqual([{ index: 1, rule: 'server-busy', detail, leftOut: true }])
      expect(verdict).toMatchObject({ outcome: 'pass', trials: { again: 1, leftOut: 1 } })
    })

    const brief = { faults: [{ kind: 'early-stop', atRequest: 2, afterTokens: 4 }] }
    const detail = 'the model stopped before 8 tokens'

    it('since the model stopped early would be the same again, and leaves too little', async () => {
      const servers = await anOllamaWith({}, brief)
      const { run, verdict, stdout } = await runGate(watchful('runs: 4'), ['--servers', servers], {
        gpu: aGpu(well),
      })
      expect(reasonsIn(run)).toEqual([{ index: 1, rule: 'early-stop', detail, leftOut: true }])
      expect(verdict).toMatchObject({
        outcome: 'inconclusive',
        trials: { measured: 4, again: 0, leftOut: 1 },
      })
      expect(oneLine(stdout)).toContain(`1 of 4 trials do not count: ${detail}`)
    })

    it('is only marked where the policy says so', async () => {
      const workspace = watchful('runs: 4')
      const text = workspace.read(policyFile).replace('[client-lag]', '[client-lag, early-stop]')
      workspace.write(policyFile, text)
      const { run, verdict, stdout } = await runGate(
        workspace,
        ['--servers', await anOllamaWith({}, brief)],
        {
          gpu: aGpu(well),
        },
      )
      expect(reasonsIn(run)).toEqual([{ index: 1, rule: 'early-stop', detail, leftOut: false }])
      expect(verdict).toMatchObject({ outcome: 'pass', trials: { again: 0, leftOut: 0 } })
      expect(oneLine(stdout)).toMatch(/0 left out, \d marked/)
    })
  })

  describe
    .skipIf(process.platform === 'win32')
    .concurrent('a machine that is not itself during one trial', () => {
      it('since it gave the gate no time is measured again', async () => {
        const workspace = aWorkspace({ [policyFile]: aPolicy({ protocol: 'runs: 3', timeouts: patient }) })
        const gpu = aGpu(well)
        let job: EntryProcess | null = null
        const freeze = async () => {
          job?.child.kill('SIGSTOP')
          await wait(1800)
          job?.child.kill('SIGCONT')
        }
        const servers = await anOllamaWith(
          {
            onChat: (chat) => {
              if (chat === 2) setTimeout(freeze, 100)
            },
          },
          { ttftMs: 1000 },
        )
        job = startGate(workspace, ['--servers', servers], { gpu })
        const { run, verdict } = await finish(job, workspace, { gpu })
        const [reason] = reasonsIn(run, null).filter(({ index }) => index === 1)
        expect(reason).toMatchObject({ rule: 'client-lag', leftOut: true })
        expect(reason?.detail).toMatch(/^the client was late by [\d.]+ ms \(allowed [\d.]+ ms\)$/)
        expect(verdict.outcome).toBe('pass')
        expect(verdict.trials.again).toBeGreaterThanOrEqual(1)
      })

      it('since its clock jumped is measured again', async () => {
        const workspace = watchful('runs: 3')
        const machine = { gpu: aGpu(well), env: otherClock(30, 'at-signal') }
        let job: EntryProcess | null = null
        const servers = await anOllamaWith({ onChat: (chat) => chat === 2 && job?.child.kill('SIGUSR2') })
        job = startGate(workspace, ['--servers', servers], machine)
        const { run, verdict, code } = await finish(job, workspace, machine)
        const detail = 'the wall clock jumped by 30 s: the machine slept, or its clock was set'
        expect(reasonsIn(run)).toMatchObject([{ index: 1, rule: 'clock-jump', detail, leftOut: true }])
        expect(verdict).toMatchObject({ outcome: 'pass', trials: { again: 1, leftOut: 1 } })
        expect(code).toBe(0)
      })

      it('since the job was killed and resumed much later tears a pair, which is measured again', async () => {
        const workspace = watchful('runs: 4')
        const [head, base] = [await anOllamaWith(), await anOllamaWith()]
        const line = ['--servers', head, '--base-servers', base]
        const gpu = aGpu(well)
        const first = startGate(workspace, line, { gpu })
        await first.says('1 of 8 trials')
        first.child.kill('SIGKILL')
        await first.ended
        const { run, verdict, stderr } = await runGate(workspace, line, {
          gpu,
          env: otherClock(660, 'at-once'),
        })
        expect(oneLine(stderr)).toMatch(
          /Going on with the run of .*: 1 of 8 trials are there, after a pause of 11 minutes\./,
        )
        const detail = 'base and head of this pair lie 11 minutes apart: the job was resumed between them'
        expect(reasonsIn(run)).toMatchObject([
          { index: 0, rule: 'torn-pair', leftOut: true },
          { index: 1, rule: 'torn-pair', leftOut: true },
        ])
        expect(reasonsIn(run)[0]?.detail).toBe(detail)
        expect(verdict).toMatchObject({ outcome: 'pass', trials: { measured: 8, again: 2, leftOut: 2 } })
      })
    })

  describe.concurrent('a governor that changes during one trial', () => {
    const file = '/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor'
    const shell = `mount -t tmpfs tmpfs /sys/devices/system/cpu/cpu0 && mkdir /sys/devices/system/cpu/cpu0/cpufreq && echo performance > ${file} && exec "$@"`
    const become = `process.execve('/usr/bin/env', ['env', 'unshare', '-m', 'sh', '-c', ${JSON.stringify(shell)}, 'sh', process.execPath, ...process.argv.slice(1)])`

    it('has it measured again', async ({ skip }) => {
      const why = whyNoOwnSys()
      if (why !== null) skip(why)
      const workspace = watchful('runs: 3')
      const machine = { gpu: aGpu(well) }
      let job: EntryProcess | null = null
      const govern = (governor: string) => writeFileSync(`/proc/${job?.child.pid}/root${file}`, governor)
      const servers = await anOllamaWith({
        onChat: (chat) => govern(chat === 2 ? 'powersave' : 'performance'),
      })
      job = startNode(['-e', become, '--', ...runLine(['--servers', servers])], {
        cwd: workspace.path,
        env: machineEnv(machine),
      })
      const { run, verdict } = await finish(job, workspace, machine)
      const detail = 'the CPU governor went from performance to powersave'
      expect(reasonsIn(run)).toMatchObject([{ index: 1, rule: 'governor', detail, leftOut: true }])
      expect(verdict).toMatchObject({ outcome: 'pass', trials: { again: 1, leftOut: 1 } })
    })
  })
})
