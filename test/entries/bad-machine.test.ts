/** Machines on which nothing can be measured, or less than should be: told before the first request, and never a pass. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it, vi } from 'vitest'
import { describeProblem } from '../../src/errors.ts'
import type { FakeScenario } from '../adapters/gpu/fake-nvidia-smi.ts'
import { afterTheTests } from './clean-up.ts'
import { aGpu, runGate, startGate, watchfulPolicy } from './gate-job.ts'
import { well } from './gpu-scenes.ts'
import { shareMachine } from './machine-state.ts'
import { anOllamaWith, type ModelRow } from './ollama-door.ts'
import { anOllamaBinary } from './ollama-stand-in.ts'
import { eventually, stillRunning } from './process-table.ts'
import { watchServers } from './started-servers.ts'
import { aWorkspace, dual, policyFile, type Workspace } from './workspace.ts'

vi.setConfig({ testTimeout: 60_000 })

const oneLine = (text: string): string => text.replace(/\s+/g, ' ')

const twoRuns = (parts: Partial<Parameters<typeof watchfulPolicy>[0]> = {}): Workspace =>
  aWorkspace({ [policyFile]: watchfulPolicy({ protocol: 'runs: 2', ...parts }) })

interface Refusal {
  readonly code: number | null
  readonly problems: string
}

/** A job that must stop before it measures, and leave nothing running. */
async function refused(
  workspace: Workspace,
  line: readonly string[],
  scenario: FakeScenario = well,
): Promise<Refusal> {
  shareMachine(workspace.path)
  const watch = watchServers(workspace)
  const job = startGate(workspace, line, { gpu: aGpu(scenario) })
  const { code, stdout } = await job.ended
  const { outcome, trials, problems } = workspace.verdict()
  expect(stdout).toContain('Nothing was measured.')
  expect(trials.measured).toBe(0)
  expect(outcome).toBe(code === 2 ? 'error-input' : 'error-machine')
  expect(watch.processes()).toEqual([])
  return { code, problems: problems.map(describeProblem).join('\n') }
}

/** A file that this system takes for a program of another machine: Linux on a processor that this one is not. */
function foreignProgram(file: string): void {
  const bytes = readFileSync(process.execPath).subarray(0, 4096)
  const machine = process.arch === 'arm64' ? 0x3e : 0xb7
  bytes.writeUInt16LE(machine, 18)
  writeFileSync(file, bytes)
  chmodSync(file, 0o755)
}

const script = (file: string, text: string, mode = 0o755): void => {
  writeFileSync(file, text)
  chmodSync(file, mode)
}

interface Occupant {
  readonly port: number
  /** What it was asked for. */
  readonly asked: readonly string[]
}

/** A server that says it is Ollama, on that port until the tests are over; null where somebody else is there. */
async function occupy(port: number): Promise<Occupant | null> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end('{"version":"0.24.0"}')
  })
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return null
  }
  afterTheTests(() => server.close())
  return { port, asked }
}

/** Mounts a read-only folder with an empty store; says why not when that cannot be done here. */
function readOnlyStore(folder: string): string | null {
  mkdirSync(folder, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'pipe' })
  } catch (error) {
    return `a folder that is read-only cannot be made here: ${error instanceof Error ? error.message : String(error)}`
  }
  afterTheTests(() => {
    execFileSync('umount', [folder])
  })
  for (const part of ['manifests', 'blobs']) mkdirSync(join(folder, part))
  execFileSync('mount', ['-o', 'remount,ro', folder])
  return null
}

describe.concurrent('a machine that is not fit', () => {
  describe.skipIf(process.platform !== 'linux').concurrent('a binary', () => {
    it.each<[string, (file: string) => void, number, readonly string[]]>([
      ['that is not there', () => {}, 2, ['There is no Ollama binary at']],
      [
        'that may not be executed',
        (file) => script(file, '#!/bin/sh\n', 0o644),
        4,
        ['This user may not execute', 'chmod a+x'],
      ],
      ['for another processor', foreignProgram, 4, ['cannot run on this machine', 'it is a program for']],
      [
        'that is no program at all',
        (file) => script(file, 'MZ\u0000\u0001 no program'),
        4,
        ['cannot run on this machine'],
      ],
      [
        'that is not Ollama',
        (file) => script(file, '#!/bin/sh\necho hello\n'),
        4,
        ['is not an Ollama that works: asked for its version it says "hello"'],
      ],
      [
        'that is too old',
        (file) => copyFileSync(anOllamaBinary({ version: '0.1.32' }), file),
        4,
        ['is Ollama 0.1.32, which is too old.', 'Install Ollama 0.10.0 or newer.'],
      ],
    ])('%s is refused', async (_, make, exitCode, words) => {
      const workspace = twoRuns()
      make(join(workspace.path, 'ollama'))
      const { code, problems } = await refused(workspace, ['--ollama', './ollama'])
      for (const word of words) expect(problems).toContain(word)
      expect(code).toBe(exitCode)
    })

    it('that cannot answer on its port is refused with its last words', async () => {
      const workspace = twoRuns()
      const words = 'Error: could not create the runner: no space left on device'
      script(
        join(workspace.path, 'ollama'),
        `#!/bin/sh\nif [ "$1" = serve ]; then echo "${words}" >&2; exit 1; fi\necho "ollama version is 0.24.0"\n`,
      )
      const { code, problems } = await refused(workspace, ['--ollama', './ollama'])
      expect(problems).toContain(words)
      expect(code).toBe(4)
    })
  })

  describe.concurrent('ports that others of the same kind have', () => {
    it('are told and left alone, and the servers of the job take others', async () => {
      const found = await Promise.all([0, 1, 2, 3, 4].map((index) => occupy(11_434 + index)))
      const others = found.filter((one) => one !== null)
      const workspace = twoRuns()
      const { run, verdict, stderr } = await runGate(workspace, ['--ollama', anOllamaBinary()], {
        gpu: aGpu(well),
      })
      for (const { port, asked } of others) {
        expect(oneLine(stderr)).toContain(
          `Ollama 0.24.0 answers on port ${port} already. Another port is taken instead.`,
        )
        expect(new Set(asked)).toEqual(new Set(['/api/version']))
      }
      const [server] = run.environment.servers.head
      expect(Number(new URL(server?.url ?? '').port)).toBeGreaterThan(11_438)
      expect(verdict.outcome).toBe('pass')
    })
  })

  describe.skipIf(process.platform === 'win32').concurrent('a model store', () => {
    it('that is not there is refused', async () => {
      const line = ['--ollama', anOllamaBinary(), '--model-store', './models']
      const { code, problems } = await refused(twoRuns(), line)
      expect(problems).toMatch(/There is no model store at .*models\./)
      expect(problems).toContain('Name the folder that holds "manifests" and "blobs".')
      expect(code).toBe(2)
    })

    it('that is read-only is told, and measured', async ({ skip }) => {
      const workspace = twoRuns()
      const why = readOnlyStore(join(workspace.path, 'models'))
      if (why !== null) skip(why)
      const line = ['--ollama', anOllamaBinary(), '--model-store', './models']
      const { code, stderr } = await runGate(workspace, line, { gpu: aGpu(well) })
      expect(oneLine(stderr)).toMatch(
        /The model store .*models is read-only for this user: Ollama serves what/,
      )
      expect(code).toBe(0)
    })
  })

  describe.concurrent('servers', () => {
    it('of two versions are refused', async () => {
      const servers = `${await anOllamaWith()},${await anOllamaWith({ version: () => '0.23.4' })}`
      const { code, problems } = await refused(twoRuns({ matrix: [dual] }), ['--servers', servers])
      expect(problems).toMatch(
        /^Versions of head: http\S+ is 0\.24\.0, http\S+ is 0\.23\.4\. Restart the older/,
      )
      expect(code).toBe(4)
    })

    it('that are too old to tell their context are measured, told, and not passed', async () => {
      const withoutContext = (rows: readonly ModelRow[]) =>
        rows.map(({ context_length: _, ...row }): ModelRow => row)
      const servers = await anOllamaWith({ version: () => '0.1.32', ps: withoutContext })
      const { verdict, stdout, stderr } = await runGate(twoRuns(), ['--servers', servers], {
        gpu: aGpu(well),
      })
      expect(oneLine(stderr)).toContain(
        'Ollama version: 0.1.32: before 0.10.0 a server does not tell the context that it runs with.',
      )
      expect(verdict.outcome).toBe('inconclusive')
      expect(oneLine(stdout)).toContain('The server does not tell the context length that it uses.')
    })

    it('that two agents make load at every turn are warned of before the first trial', async () => {
      const agents = [
        'agents:',
        '  small: { options: { num_ctx: 1024, num_gpu: 8, num_predict: 12 } }',
        '  large: { options: { num_ctx: 2048, num_gpu: 8, num_predict: 12 } }',
      ].join('\n')
      const matrix = ['{ workload: two-agents, scenario: apart, agents: [small, large] }']
      const workspace = twoRuns({ agents, matrix })
      const { verdict, stderr } = await runGate(workspace, ['--servers', await anOllamaWith()], {
        gpu: aGpu(well),
      })
      const warning = 'Reloads: agents with different runner options share a server'
      expect(stderr.indexOf(warning)).toBeGreaterThanOrEqual(0)
      expect(stderr.indexOf(warning)).toBeLessThan(stderr.indexOf('1 of 2 trials'))
      expect(verdict.notes.join('\n')).toContain(warning)
      expect(verdict.trials).toMatchObject({ measured: 2, failed: 0 })
    })
  })

  describe.concurrent('a GPU tool', () => {
    const rubbish: FakeScenario = { failure: { kind: 'rubbish', text: '<html>no</html>' } }

    it('that prints rubbish is refused where the model must be on the GPU', async () => {
      const { code, problems } = await refused(twoRuns(), ['--servers', await anOllamaWith()], rubbish)
      expect(problems).toContain('nvidia-smi printed what cannot be read: "<html>no</html>"')
      expect(problems).toContain('Run `nvidia-smi` by hand')
      expect(code).toBe(4)
    })

    it('that prints rubbish is told where it may be anywhere, and what it should tell is not passed', async () => {
      const limits = ['{ metric: gpuTemperatureCelsius, fail: 85 }']
      const workspace = twoRuns({ limits })
      workspace.write(policyFile, workspace.read(policyFile).replace('placement: full-gpu', 'placement: any'))
      const machine = { gpu: aGpu(rubbish) }
      const { verdict, stderr } = await runGate(workspace, ['--servers', await anOllamaWith()], machine)
      expect(stderr).toContain('GPU: the driver fails: nvidia-smi printed what cannot be read')
      expect(verdict.outcome).toBe('inconclusive')
      expect(verdict.checks[0]).toMatchObject({ metric: 'gpuTemperatureCelsius', status: 'invalid' })
    })

    it('of an old version is asked by the names that it knows', async () => {
      const unknownFields = ['clocks_event_reasons.active', 'mig.mode.current']
      const machine = { gpu: aGpu({ ...well, unknownFields }) }
      const servers = await anOllamaWith({}, { ttftMs: 700 })
      const { run, verdict } = await runGate(twoRuns(), ['--servers', servers], machine)
      expect(run.trials.at(-1)?.watched.gpus).toMatchObject([{ slowdowns: {}, temperatureCelsius: 41 }])
      expect(verdict.outcome).toBe('pass')
    })

    it('that hangs from the first call on does not hold up who stops the job, and goes with it', async () => {
      const gpu = aGpu({ failure: { kind: 'hang' } })
      const job = startGate(twoRuns(), ['--servers', await anOllamaWith()], { gpu })
      await eventually('the tool is asked', () => gpu.calls().length > 0)
      await wait(500)
      job.child.kill('SIGINT')
      const { code, stdout } = await job.ended
      expect(stdout).toContain('The job was stopped by SIGINT.')
      expect(stillRunning(gpu.calls().map(({ pid }) => pid))).toEqual([])
      expect(code).toBe(130)
    })
  })
})
