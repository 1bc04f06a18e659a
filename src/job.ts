/** One job with real adapters, for the command line and the action alike: read inputs, measure, judge, store, clean up. */
import { eventLoopLag } from './adapters/clock/event-loop-lag.ts'
import { systemClock } from './adapters/clock/system-clock.ts'
import { openDocumentFolder } from './adapters/documents/document-folder.ts'
import { openVerdictFolder, type VerdictFolder } from './adapters/files/result-folder.ts'
import { openGpuProbe } from './adapters/gpu/gpu-probe.ts'
import { openHostProbe } from './adapters/host/host-probe.ts'
import { machineName } from './adapters/host/machine-name.ts'
import { isThisHost } from './adapters/host/this-host.ts'
import { installedVersion } from './adapters/process/ollama-binary.ts'
import { openAgentPrograms } from './agent-programs.ts'
import { brokenVerdict } from './broken-verdict.ts'
import { exitCodeOf } from './core/outcome.ts'
import { drawReport } from './draw-report.ts'
import { checkoutsOf, isPaired, type JobInputs, type ReadInputs, readInputs } from './job-inputs.ts'
import { openServers } from './job-servers.ts'
import { endOrphans, holdMachine, type MachineHold } from './machine-hold.ts'
import { runGate } from './main.ts'
import type { GateRequest } from './measure/examination.ts'
import type { World } from './measure/world.ts'
import type { Run } from './model/run.ts'
import type { Verdict } from './model/verdict.ts'
import type { Progress } from './ports/progress.ts'
import { renderSummary } from './render/summary.ts'
import { clockOffsetMs, type OpenedResults, openResults } from './resume-results.ts'
import { sampleFiles, tool } from './tool.ts'

/** What a job runs in. */
export interface JobSetting {
  readonly progress: Progress
  readonly signal: AbortSignal
  /** The embedded server's program, which only a checkout has. */
  readonly embeddedEntry: string
  /** Who this is, for others who wait for the machine. */
  readonly holder: string
  /** The CI job that this is; null outside of CI. */
  readonly job: string | null
}

/** What came of it. `run` is null when nothing was planned. */
export interface Finished {
  readonly verdict: Verdict
  readonly run: Run | null
  readonly folder: VerdictFolder | null
  /** The job was told to stop, even where all had been measured by then. */
  readonly interrupted: boolean
}

/** The exit code of a job: who was told to stop must not be taken for done. */
export const exitCodeOfJob = ({ verdict, interrupted }: Finished, failOn?: 'fail' | 'warn'): number =>
  exitCodeOf(interrupted ? { ...verdict, outcome: 'interrupted' } : verdict, failOn)

/** What measuring needs of its job. */
export interface Measuring {
  readonly inputs: JobInputs
  readonly read: ReadInputs
  readonly results: OpenedResults
  readonly setting: JobSetting
}

/** The request of the story. */
export const requestOf = ({
  inputs,
  read,
  earlier,
}: Pick<Measuring, 'inputs' | 'read'> & Pick<OpenedResults, 'earlier'>): GateRequest => ({
  ...read,
  against: isPaired(inputs) ? 'pair' : (inputs.against ?? 'baseline'),
  baseModel: inputs.baseModel,
  seed: inputs.seed ?? earlier?.header.plan.seed ?? Math.floor(Math.random() * 2 ** 31),
  earlier,
})

/** What is a job's own in its world; the rest is this machine. */
type Surroundings = Pick<
  World,
  'servers' | 'started' | 'orphans' | 'signal' | 'folder' | 'stateFolder' | 'clock' | 'checkouts'
>

/** The world of a job on this machine. */
export const worldOf = ({ progress, job }: JobSetting, surroundings: Surroundings): World => ({
  ...surroundings,
  programs: openAgentPrograms(surroundings.clock),
  documents: openDocumentFolder(sampleFiles),
  isThisHost,
  installedVersion: (signal) => installedVersion({ env: process.env, home: null, signal }),
  lag: eventLoopLag(),
  gpu: openGpuProbe(),
  host: openHostProbe(),
  progress,
  machine: machineName(),
  job,
  tool,
})

type Result = Pick<Finished, 'run' | 'verdict'>

async function measureOnHeldMachine(
  measuring: Measuring,
  stateFolder: string,
  signal: AbortSignal,
): Promise<Result> {
  const { inputs, read, results, setting } = measuring
  const onNote = (text: string) => setting.progress({ kind: 'note', text })
  const orphans = await endOrphans(stateFolder, onNote)
  const clock = systemClock(clockOffsetMs(results.earlier))
  const { folder } = results
  const { embeddedEntry } = setting
  const { policy } = read.policy
  const opened = await openServers({
    inputs,
    policy,
    clock,
    embeddedEntry,
    folder: folder.path,
    stateFolder,
    onNote,
    signal,
  })
  try {
    const { servers, started } = opened
    const world = worldOf(setting, {
      servers,
      started,
      orphans,
      clock,
      signal,
      folder: folder.path,
      stateFolder,
      checkouts: checkoutsOf(inputs),
    })
    return await runGate(requestOf({ ...measuring, earlier: results.earlier }), world, folder)
  } finally {
    await opened.stop()
  }
}

/** Gives up when it can no longer be told that nobody else measures. */
async function measure(measuring: Measuring, { stateFolder, lost }: MachineHold): Promise<Result> {
  const { signal } = measuring.setting
  const result = await measureOnHeldMachine(measuring, stateFolder, AbortSignal.any([signal, lost]))
  if (lost.aborted && !signal.aborted) throw lost.reason
  return result
}

async function storeFailure(verdict: Verdict, folder: VerdictFolder | null): Promise<void> {
  // The failure itself is what the user must see: a folder that cannot be written to must not hide it.
  await folder?.saveVerdict(verdict).catch(() => undefined)
  await folder?.saveSummary(renderSummary(verdict)).catch(() => undefined)
}

/** Opens the results only now: until then the folder may be another job's, which is at work in it. */
async function runOnHeldMachine(
  { inputs, read, setting }: Omit<Measuring, 'results'>,
  hold: MachineHold,
): Promise<Finished> {
  const { signal, progress, job } = setting
  const results = await openResults(inputs, job, (text) => progress({ kind: 'note', text }))
  const { folder } = results
  try {
    const { run, verdict } = await measure({ inputs, read, results, setting }, hold)
    await folder.saveSummary(renderSummary(verdict))
    if (!signal.aborted)
      await drawReport({ run, verdict }, folder, (text) => progress({ kind: 'note', text }))
    return { run, verdict, folder, interrupted: signal.aborted }
  } catch (error) {
    const verdict = await brokenVerdict(error, { folder, baseline: read.baseline, signal })
    await storeFailure(verdict, folder)
    return { run: null, verdict, folder, interrupted: signal.aborted }
  } finally {
    await folder.close()
  }
}

/**
 * Runs one job to its verdict. Never rejects for wrong input, broken machines or signals: those are verdicts too, with
 * a summary like any other. Servers that it started are gone when it returns.
 */
export async function runJob(inputs: JobInputs, setting: JobSetting): Promise<Finished> {
  const { signal, progress, holder } = setting
  let folder: VerdictFolder | null = null
  try {
    folder = await openVerdictFolder(inputs.out)
    const read = await readInputs(inputs)
    const hold = await holdMachine({
      holder,
      waitMinutes: inputs.waitMinutes,
      onNote: (text) => progress({ kind: 'note', text }),
      signal,
    })
    try {
      return await runOnHeldMachine({ inputs, read, setting }, hold)
    } finally {
      await hold.release()
    }
  } catch (error) {
    const verdict = await brokenVerdict(error, { folder: null, baseline: null, signal })
    await storeFailure(verdict, folder)
    return { run: null, verdict, folder, interrupted: signal.aborted }
  }
}
