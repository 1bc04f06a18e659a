/** One job with real adapters, for the command line and the action alike: read inputs, measure, judge, store, clean up. */
import { eventLoopLag } from './adapters/clock/event-loop-lag.ts'
import { systemClock } from './adapters/clock/system-clock.ts'
import { readBaseline } from './adapters/files/read-baseline.ts'
import { openResultFolder, type ResultFolder } from './adapters/files/result-folder.ts'
import { hostFacts, machineName } from './adapters/host/host-facts.ts'
import { connectOllama } from './adapters/ollama/connect-ollama.ts'
import { verdictOfProblems } from './core/judge/judge-run.ts'
import { GateError, InputError, messageOf } from './errors.ts'
import { type GateRequest, runGate, type World } from './main.ts'
import type { Baseline } from './model/baseline.ts'
import type { LoadedPolicy, Protocol } from './model/policy.ts'
import type { Run } from './model/run.ts'
import type { Verdict } from './model/verdict.ts'
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
}

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

/** All that can be wrong without asking a server. */
async function readInputs(inputs: JobInputs): Promise<ReadInputs> {
  const { loaded, agents: head } = await readPolicy(inputs.policyFile)
  const base = inputs.baseAgentsFile === null ? head : await readAgents(inputs.baseAgentsFile, loaded)
  const baseline = inputs.baselineFile === null ? null : await readBaseline(inputs.baselineFile)
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

/** A base without servers of its own is measured on head's, by the same clients. */
function connectAll(
  urls: readonly string[],
  inputs: JobInputs,
  connect: (url: string) => InferenceServer,
): Connections {
  const head = urls.map(connect)
  const ownBase = inputs.baseServers?.map(connect) ?? null
  return {
    head,
    base: isPaired(inputs) ? (ownBase ?? head) : [],
    close: async () => {
      await Promise.all([...head, ...(ownBase ?? [])].map((server) => server.close()))
    },
  }
}

async function measure(
  inputs: JobInputs,
  read: ReadInputs,
  folder: ResultFolder,
  setting: JobSetting,
): Promise<Finished> {
  const clock = systemClock()
  const { protocol } = read.policy.policy
  const connect = (url: string) => connectOllama(url, { clock, timeouts: callTimeouts(protocol) })
  const chosen = await chooseServers(inputs.servers, read.policy.policy, { ...setting, connect })
  const connections = connectAll(chosen.urls, inputs, connect)
  try {
    if (chosen.note !== null) setting.progress({ kind: 'note', text: chosen.note })
    const world: World = {
      servers: { head: connections.head, base: connections.base },
      clock,
      lag: eventLoopLag(),
      store: folder,
      progress: setting.progress,
      machine: machineName(),
      host: hostFacts(),
      tool,
      signal: setting.signal,
    }
    return { ...(await runGate(requestOf(inputs, read), world)), folder }
  } finally {
    await connections.close()
    await chosen.stop()
  }
}

/** A signal may come while something is being started, which then fails in its own words: the signal is the reason. */
function problemsVerdict(error: unknown, signal: AbortSignal): Verdict {
  if (signal.aborted)
    return verdictOfProblems('interrupted', [
      { what: `The job was stopped by ${messageOf(signal.reason)} before it had measured anything.` },
    ])
  if (error instanceof GateError) return verdictOfProblems(error.kind, error.problems)
  throw error
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
  let folder: ResultFolder | null = null
  try {
    const read = await readInputs(inputs)
    folder = await openResultFolder(inputs.out)
    const finished = await measure(inputs, read, folder, setting)
    await folder.saveSummary(renderSummary(finished.verdict))
    return finished
  } catch (error) {
    const verdict = problemsVerdict(error, setting.signal)
    await storeFailure(verdict, folder)
    return { verdict, run: null, folder }
  } finally {
    await folder?.close()
  }
}
