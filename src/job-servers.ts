/** The servers of a job: named ones connected to, or our own started for it; and their end. */
import { connectOllama } from './adapters/ollama/connect-ollama.ts'
import { startOllamaServers } from './adapters/process/ollama-servers.ts'
import { GateError, InputError } from './errors.ts'
import { isPaired, type JobInputs, startsServers } from './job-inputs.ts'
import type { SubjectName } from './model/plan.ts'
import type { Policy, Protocol } from './model/policy.ts'
import type { Problem } from './model/problem.ts'
import type { Clock } from './ports/clock.ts'
import type { InferenceServer } from './ports/inference-server.ts'
import type { StartedServers } from './ports/started-servers.ts'
import { chooseServers, serversWanted } from './server-choice.ts'

/** Clients of both subjects' servers, and the hold on those that were started. */
export interface JobServers {
  readonly servers: Readonly<Record<SubjectName, readonly InferenceServer[]>>
  readonly started: Readonly<Record<SubjectName, StartedServers | null>>
  /** Closes every connection, and stops what was started. Never rejects. */
  stop(): Promise<void>
}

/** What opening needs of its job. */
export interface ServersRequest {
  readonly inputs: JobInputs
  readonly policy: Policy
  readonly clock: Clock
  /** The embedded server's program, which only a checkout has. */
  readonly embeddedEntry: string
  /** Where logs of started servers go. */
  readonly folder: string
  /** Where it is kept what was started, for whoever has to end it after a crash. */
  readonly stateFolder: string
  readonly onNote: (text: string) => void
  readonly signal: AbortSignal
}

type Connect = (url: string) => InferenceServer

const callTimeouts = ({ timeouts }: Protocol) => ({
  connectMs: timeouts['connect-seconds'] * 1000,
  loadMs: timeouts['load-seconds'] * 1000,
  firstTokenMs: timeouts['first-token-seconds'] * 1000,
  stallMs: timeouts['stall-seconds'] * 1000,
  totalMs: timeouts['total-seconds'] * 1000,
})

const connector = ({ policy, clock }: ServersRequest): Connect => {
  const timeouts = callTimeouts(policy.protocol)
  return (url) => connectOllama(url, { clock, timeouts })
}

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

/** Addresses of both subjects; base is null where it is measured on head's servers, or not at all. */
interface Running {
  readonly urls: { readonly head: readonly string[]; readonly base: readonly string[] | null }
  readonly started: JobServers['started']
  stop(): Promise<void>
}

const settingsOf = ({ servers }: Policy): Record<string, string> =>
  Object.fromEntries(Object.entries(servers.environment).map(([name, value]) => [name, String(value)]))

function startSubject(request: ServersRequest, label: SubjectName, binary: string): Promise<StartedServers> {
  const { inputs, policy, folder, stateFolder, onNote, signal } = request
  return startOllamaServers({
    binary,
    label,
    count: serversWanted(policy),
    settings: settingsOf(policy),
    modelStores: inputs.modelStores,
    logFolder: folder,
    stateFolder,
    env: process.env,
    onNote,
    signal,
  })
}

/** What is true of the machine is noted by every server that is started: once is enough. */
function withNotesOnce(request: ServersRequest): ServersRequest {
  const told = new Set<string>()
  const onNote = (text: string) => {
    if (!told.has(text)) request.onNote(text)
    told.add(text)
  }
  return { ...request, onNote }
}

/** Head's servers, then base's where it has a binary of its own: one start at a time. */
async function startBoth(given: ServersRequest): Promise<Running> {
  const request = withNotesOnce(given)
  const { ollama, ollamaBase } = request.inputs
  const head = await startSubject(request, 'head', ollama ?? 'ollama')
  try {
    const base = ollamaBase === null ? null : await startSubject(request, 'base', ollamaBase)
    return {
      urls: { head: head.urls, base: base?.urls ?? null },
      started: { head, base },
      stop: async () => {
        await Promise.all([head.stop(), base?.stop()])
      },
    }
  } catch (error) {
    await head.stop()
    throw error
  }
}

async function find(request: ServersRequest): Promise<Running> {
  const { inputs, policy, embeddedEntry, signal, onNote } = request
  const chosen = await chooseServers(inputs.servers === 'start' ? 'default' : inputs.servers, policy, {
    connect: connector(request),
    embeddedEntry,
    signal,
  })
  if (chosen.note !== null) onNote(chosen.note)
  return {
    urls: { head: chosen.urls, base: inputs.baseServers },
    started: { head: chosen.started, base: null },
    stop: chosen.stop,
  }
}

/** A base without servers of its own is measured on head's, by the same clients. */
function connectAll({ urls, started, stop }: Running, request: ServersRequest): JobServers {
  const connect = connector(request)
  const head = connectEach(urls.head, connect)
  const ownBase = urls.base === null ? null : connectEach(urls.base, connect)
  return {
    servers: { head, base: isPaired(request.inputs) ? (ownBase ?? head) : [] },
    started,
    stop: async () => {
      await Promise.allSettled([...head, ...(ownBase ?? [])].map((server) => server.close()))
      await stop()
    },
  }
}

/**
 * Starts or finds the servers of a job, and connects to them. Throws InputError for what are no addresses or no
 * binaries, and MachineError for servers that do not start; then none of ours is left.
 */
export async function openServers(request: ServersRequest): Promise<JobServers> {
  const running = startsServers(request.inputs) ? await startBoth(request) : await find(request)
  try {
    return connectAll(running, request)
  } catch (error) {
    await running.stop()
    throw error
  }
}
