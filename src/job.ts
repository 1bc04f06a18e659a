/** One job with real adapters, for the command line and the action alike: read inputs, measure, judge, store, clean up. */
import { eventLoopLag } from './adapters/clock/event-loop-lag.ts'
import { systemClock } from './adapters/clock/system-clock.ts'
import { readBaseline, readBaselineIfAny } from './adapters/files/read-baseline.ts'
import { openResultFolder, type ResultFolder } from './adapters/files/result-folder.ts'
import { hostFacts, machineName } from './adapters/host/host-facts.ts'
import { connectOllama } from './adapters/ollama/connect-ollama.ts'
import { brokenVerdict } from './broken-verdict.ts'
import { exitCodeOf } from './core/outcome.ts'
import { GateError, InputError } from './errors.ts'
import { type GateRequest, runGate } from './main.ts'
import type { Baseline } from './model/baseline.ts'
import type { LoadedPolicy, Protocol } from './model/policy.ts'
import type { Problem } from './model/problem.ts'
import type { Run } from './model/run.ts'
import type { Verdict } from './model/verdict.ts'
import type { Clock } from './ports/clock.ts'
import type { InferenceServer } from './ports/inference-server.ts'
import type { Progress } from './ports/progress.ts'
import { readAgents, readPolicy } from './read-policy.ts'
import { renderSummary } from './render/summary.ts'
import { chooseServers, type ServerChoice } from './server-choice.ts'
import { tool } from './tool.ts'

/** What a job is told; null where the user said nothing. */
export interface JobInputs {
  readonly policyFile: string
  readonly servers: ServerChoice
  readonly baseServers: readonly string[] | null
  readonly baseModel: string | null
  readonly baseAgentsFile: string | null
  readonly baselineFile: string | null
  /** The baseline is to be written, not compared with: it may not exist yet, but must not be another's. */
  readonly recording: boolean
  readonly against: 'baseline' | 'none' | null
  readonly budgetMinutes: number | null
  readonly seed: number | null
  readonly out: string
}

/** What a job runs in. */
export interface JobSetting {
  readonly progress: Progress
  readonly signal: AbortSignal
  /** The embedded server's program, which only a checkout has. */
  readonly embeddedEntry: string
}

/** What came of it. `run` is null when nothing was planned. */
export interface Finished {
  readonly verdict: Verdict
  readonly run: Run | null
  readonly folder: ResultFolder | null
  /** The job was told to stop, even where all had been measured by then. */
  readonly interrupted: boolean
}

/** The exit code of a job: who was told to stop must not be taken for done. */
export const exitCodeOfJob = ({ verdict, interrupted }: Finished, failOn?: 'fail' | 'warn'): number =>
  exitCodeOf(interrupted ? { ...verdict, outcome: 'interrupted' } : verdict, failOn)

const callTimeouts = ({ timeouts }: Protocol) => ({
  connectMs: timeouts['connect-seconds'] * 1000,
  loadMs: timeouts['load-seconds'] * 1000,
  firstTokenMs: timeouts['first-token-seconds'] * 1000,
  stallMs: timeouts['stall-seconds'] * 1000,
  totalMs: timeouts['total-seconds'] * 1000,
})

interface ReadInputs {
  readonly policy: LoadedPolicy
  readonly agents: GateRequest['agents']
  readonly baseline: Baseline | null
}

const isPaired = ({ baseServers, baseModel, baseAgentsFile }: JobInputs): boolean =>
  baseServers !== null || baseModel !== null || baseAgentsFile !== null

function withBudget(loaded: LoadedPolicy, minutes: number | null): LoadedPolicy {
  if (minutes === null) return loaded
  const protocol = { ...loaded.policy.protocol, 'budget-minutes': minutes }
  return { ...loaded, policy: { ...loaded.policy, protocol } }
}

async function readOwnBaseline({ baselineFile, recording }: JobInputs): Promise<Baseline | null> {
  if (baselineFile === null) return null
  return recording ? readBaselineIfAny(baselineFile) : readBaseline(baselineFile)
}

/** All that can be wrong without asking a server. */
async function readInputs(inputs: JobInputs): Promise<ReadInputs> {
  const { loaded, agents: head } = await readPolicy(inputs.policyFile)
  const base = inputs.baseAgentsFile === null ? head : await readAgents(inputs.baseAgentsFile, loaded)
  const baseline = await readOwnBaseline(inputs)
  if (isPaired(inputs) && inputs.against !== null)
    throw new InputError([
      {
        what: `A base was given, which asks for a pair, and against ${inputs.against} as well.`,
        fix: 'Leave one of them out.',
      },
    ])
  return {
    policy: withBudget(loaded, inputs.budgetMinutes),
    agents: { head, base: isPaired(inputs) ? base : null },
    baseline,
  }
}

const requestOf = (inputs: JobInputs, { policy, agents, baseline }: ReadInputs): GateRequest => ({
  policy,
  agents,
  baseline,
  against: isPaired(inputs) ? 'pair' : (inputs.against ?? 'baseline'),
  baseModel: inputs.baseModel,
  seed: inputs.seed ?? Math.floor(Math.random() * 2 ** 31),
})

interface Connections {
  readonly head: readonly InferenceServer[]
  readonly base: readonly InferenceServer[]
  close(): Promise<void>
}

type Connect = (url: string) => InferenceServer

const isTwice = ({ url }: InferenceServer, index: number, all: readonly InferenceServer[]): boolean =>
  all.findIndex((other) => other.url === url) < index

const twice = ({ url }: InferenceServer): Problem => ({
  what: `${url} stands in the list of servers twice.`,
  why: 'It would be measured as if it were two.',
  fix: 'Name it once; agents share a server with topology one-server.',
})

/** Throws one InputError with all that are no addresses, and those that come twice. */
function connectEach(urls: readonly string[], connect: Connect): readonly InferenceServer[] {
  const problems: Problem[] = []
  const servers = urls.flatMap((url) => {
    try {
      return [connect(url)]
    } catch (error) {
      if (!(error instanceof GateError)) throw error
      problems.push(...error.problems)
      return []
    }
  })
  const all = [...problems, ...servers.filter(isTwice).map(twice)]
  if (all.length > 0) throw new InputError(all)
  return servers
}

/** A base without servers of its own is measured on head's, by the same clients. */
function connectAll(urls: readonly string[], inputs: JobInputs, connect: Connect): Connections {
  const head = connectEach(urls, connect)
  const ownBase = inputs.baseServers === null ? null : connectEach(inputs.baseServers, connect)
  return {
    head,
    base: isPaired(inputs) ? (ownBase ?? head) : [],
    close: async () => {
      await Promise.all([...head, ...(ownBase ?? [])].map((server) => server.close()))
    },
  }
}

/** What measuring needs of its job. */
interface Measuring {
  readonly inputs: JobInputs
  readonly read: ReadInputs
  readonly folder: ResultFolder
  readonly setting: JobSetting
}

type Result = Pick<Finished, 'run' | 'verdict'>

const connector = ({ read }: Measuring, clock: Clock): Connect => {
  const timeouts = callTimeouts(read.policy.policy.protocol)
  return (url) => connectOllama(url, { clock, timeouts })
}

async function measureOn(urls: readonly string[], measuring: Measuring): Promise<Result> {
  const { inputs, read, folder, setting } = measuring
  const clock = systemClock()
  const connections = connectAll(urls, inputs, connector(measuring, clock))
  try {
    return await runGate(requestOf(inputs, read), {
      servers: { head: connections.head, base: connections.base },
      clock,
      lag: eventLoopLag(),
      store: folder,
      progress: setting.progress,
      machine: machineName(),
      host: hostFacts(),
      tool,
      signal: setting.signal,
    })
  } finally {
    await connections.close()
  }
}

async function measure(measuring: Measuring): Promise<Result> {
  const { inputs, read, setting } = measuring
  const connect = connector(measuring, systemClock())
  const chosen = await chooseServers(inputs.servers, read.policy.policy, { ...setting, connect })
  try {
    if (chosen.note !== null) setting.progress({ kind: 'note', text: chosen.note })
    return await measureOn(chosen.urls, measuring)
  } finally {
    await chosen.stop()
  }
}

async function storeFailure(verdict: Verdict, folder: ResultFolder | null): Promise<void> {
  // The failure itself is what the user must see: a folder that cannot be written to must not hide it.
  await folder?.saveVerdict(verdict).catch(() => undefined)
  await folder?.saveSummary(renderSummary(verdict)).catch(() => undefined)
}

/**
 * Runs one job to its verdict. Never rejects for wrong input, broken machines or signals: those are verdicts too, with
 * a summary like any other. Servers that it started are gone when it returns.
 */
export async function runJob(inputs: JobInputs, setting: JobSetting): Promise<Finished> {
  const { signal } = setting
  let folder: ResultFolder | null = null
  let read: ReadInputs | null = null
  try {
    // First, so that a wrong input too replaces the verdict of the job before.
    folder = await openResultFolder(inputs.out)
    read = await readInputs(inputs)
    const { run, verdict } = await measure({ inputs, read, folder, setting })
    await folder.saveSummary(renderSummary(verdict))
    return { run, verdict, folder, interrupted: signal.aborted }
  } catch (error) {
    const verdict = await brokenVerdict(error, { folder, baseline: read?.baseline ?? null, signal })
    await storeFailure(verdict, folder)
    return { run: null, verdict, folder, interrupted: signal.aborted }
  } finally {
    await folder?.close()
  }
}
