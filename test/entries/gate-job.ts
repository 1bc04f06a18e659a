/** A job on a machine that a test has furnished: its GPU's tool, its state folder, and everything that it leaves behind. */
import { join } from 'node:path'
import { type Run, runSchema, type Spoiled } from '../../src/model/run.ts'
import type { ValidityRule } from '../../src/model/validity-rule.ts'
import type { Verdict } from '../../src/model/verdict.ts'
import { type FakeNvidiaSmi, type FakeScenario, makeFakeNvidiaSmi } from '../adapters/gpu/fake-nvidia-smi.ts'
import { afterTheTests } from './clean-up.ts'
import { cliFile } from './cli.ts'
import { type Ended, type EntryProcess, startNode } from './entry-process.ts'
import { eventually, stillRunning } from './process-table.ts'
import { aPolicy, type PolicyParts, patient, policyFile, type Workspace } from './workspace.ts'

/** A GPU tool that goes with the tests: one RTX 3090 under load that nobody else uses, unless told otherwise. */
export function aGpu(scenario: FakeScenario = {}): FakeNvidiaSmi {
  const gpu = makeFakeNvidiaSmi(scenario)
  afterTheTests(() => gpu.remove())
  return gpu
}

/** A machine whose tool finds no GPU, also where the machine that runs the tests has one. */
export const noGpu = (): FakeNvidiaSmi =>
  aGpu({ failure: { kind: 'exit', code: 6, text: 'No devices were found' } })

/**
 * A policy whose GPU is read five times a second, and has to hold all of the model. A client that is late, as on a busy
 * machine, is marked and leaves nothing out: that is another test's.
 */
export const watchfulPolicy = (parts: PolicyParts & { readonly protocol: string }): string =>
  aPolicy({
    timeouts: patient,
    ...parts,
    protocol: `${parts.protocol}, watch: { interval-seconds: 0.2 }, validity: { mark-only: [client-lag] }`,
  }).replace('placement: any', 'placement: full-gpu')

/** What a command runs in: `gpu` is what is found on the PATH. */
export interface Machine {
  readonly gpu: FakeNvidiaSmi
  readonly env?: Readonly<Record<string, string>>
}

/** Half of what a short job costs is the compiling of its sources, which are the same in all of these tests. */
const compiled = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'compiled')
process.env.NODE_COMPILE_CACHE ??= compiled

/** The environment of a command on that machine. */
export const machineEnv = ({ gpu, env = {} }: Machine): Record<string, string> => ({
  PATH: gpu.env.PATH ?? '',
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? compiled,
  ...env,
})

/** The arguments of Node for `run` with the workspace's policy and the line's options. */
export const runLine = (line: readonly string[]): readonly string[] => [
  cliFile,
  'run',
  '--policy',
  policyFile,
  '--seed',
  '1',
  ...line,
]

/** Starts such a run. */
export const startGate = (workspace: Workspace, line: readonly string[], machine: Machine): EntryProcess =>
  startNode(runLine(line), { cwd: workspace.path, env: machineEnv(machine) })

/** Moves a process's wall clock by so many seconds at once, or at SIGUSR2; its monotonic clock goes on. */
export const otherClock = (seconds: number, when: 'at-once' | 'at-signal'): Record<string, string> => {
  const code = `
    const Real = Date
    let ms = ${when === 'at-once' ? seconds * 1000 : 0}
    process.on('SIGUSR2', () => { ms = ${seconds * 1000} })
    globalThis.Date = class extends Real {
      constructor(...of) { if (of.length > 0) super(...of); else super(Real.now() + ms) }
      static now() { return Real.now() + ms }
    }`
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` }
}

/** What a job left: how it ended, its records, its verdict, and what a pull request shows. */
export interface JobResult extends Ended {
  readonly run: Run
  readonly verdict: Verdict
  readonly summary: string
}

/** The records of a finished job. */
export const runOf = (workspace: Workspace, folder = '.ollama-perf-gate'): Run => {
  const { figures: _, ...run } = JSON.parse(workspace.read(join(folder, 'run.json'))) as Record<
    string,
    unknown
  >
  return runSchema.parse(run)
}

/** Waits for the job's end, after which nothing of its GPU tool runs. */
export async function finish(job: EntryProcess, workspace: Workspace, { gpu }: Machine): Promise<JobResult> {
  const ended = await job.ended
  const tools = gpu.calls().map(({ pid }) => pid)
  await eventually('the GPU tool has ended', () => stillRunning(tools).length === 0)
  return {
    ...ended,
    run: runOf(workspace),
    verdict: workspace.verdict(),
    summary: workspace.read('.ollama-perf-gate/summary.md'),
  }
}

/** Runs a job to its end. */
export const runGate = (
  workspace: Workspace,
  line: readonly string[],
  machine: Machine,
): Promise<JobResult> => finish(startGate(workspace, line, machine), workspace, machine)

/** A reason with the number of its trial, from 0, in the order of measuring. */
export interface Reason extends Spoiled {
  readonly index: number
}

/** All reasons against trials but a late client, which a busy machine makes at any time, unless it is asked for. */
export const reasonsIn = ({ trials }: Run, but: ValidityRule | null = 'client-lag'): readonly Reason[] =>
  trials.flatMap(({ spoiled }, index) =>
    spoiled.filter(({ rule }) => rule !== but).map((reason) => ({ ...reason, index })),
  )
