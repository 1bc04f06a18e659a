/** The Ollama servers of a subject: started one after the other on free ports, watched, restarted and stopped. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MachineError } from '../../errors.ts'
import type { StartedServers } from '../../ports/started-servers.ts'
import { checkModelStore, storePerServer } from './model-store.ts'
import { inspectBinary } from './ollama-binary.ts'
import { type EnvironmentSource, settingsLeftBehind } from './ollama-environment.ts'
import { OllamaServer, PortTaken, type ServerPlan } from './ollama-server.ts'
import { askPort, describeAnswer } from './port-answer.ts'
import { listProcesses } from './process-table.ts'
import { hold } from './restartable.ts'

/** What to start. `signal` ends a start that is under way, and makes every end after it a quick one. */
export interface OllamaServersOptions {
  /** A path, or a name on the PATH. */
  readonly binary: string
  readonly count: number
  /** The policy's environment. */
  readonly settings: Readonly<Record<string, string>>
  /** None for OLLAMA_MODELS or the server's own default, one for all servers, or one for each. */
  readonly modelStores: readonly string[]
  readonly logFolder: string
  /** Where it is kept what was started, for whoever has to end it after a crash. */
  readonly stateFolder: string
  readonly label: 'head' | 'base'
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
  readonly onNote: (text: string) => void
  /** 11434, as in the reports, unless a test says otherwise. */
  readonly firstPort?: number
  readonly readyMs?: number
}

/** Ollama's own port, and the first of the reports (appendix H.1). */
const defaultPort = 11_434
const mostPorts = 64
const occupantMs = 1000
/** GPU discovery takes up to 30 s, 90 s on Windows (OLLAMA section 1); a machine may be slower than that. */
const defaultReadyMs = 120_000

/** Ports of servers that this process has started and not stopped. */
const ourPorts = new Set<number>()

/** Ollama does not start without a home; null where there is one. The folder is the caller's to remove. */
function standInHome({ env, onNote }: OllamaServersOptions): string | null {
  if (process.platform === 'win32' ? env.USERPROFILE : env.HOME) return null
  onNote('HOME is not set, and Ollama does not start without: its servers get an empty one of their own.')
  return mkdtempSync(join(tmpdir(), 'ollama-home-'))
}

/** The stores by server, checked; OLLAMA_MODELS of our own environment stands in for none. */
function storesOf({ modelStores, count, env, onNote }: OllamaServersOptions): readonly (string | null)[] {
  const named = modelStores.length === 0 && env.OLLAMA_MODELS ? [env.OLLAMA_MODELS] : modelStores
  const stores = storePerServer(named, count)
  for (const store of new Set(stores)) {
    const note = store === null ? null : checkModelStore(store)
    if (note !== null) onNote(note)
  }
  return stores
}

function tellWhatIsLeftBehind(environment: EnvironmentSource, onNote: (text: string) => void): void {
  const names = settingsLeftBehind(environment)
  if (names.length === 0) return
  const are = names.length === 1 ? 'is' : 'are'
  onNote(
    `${names.join(', ')} ${are} set for this job and not passed on: servers get what the policy says in servers.environment.`,
  )
}

/** Whether somebody is there already, which is said unless it is one of ours. */
async function isTaken(port: number, { onNote, signal }: OllamaServersOptions): Promise<boolean> {
  if (ourPorts.has(port)) return true
  const answer = await askPort(port, occupantMs, signal)
  signal.throwIfAborted()
  if (answer.kind === 'refused') return false
  onNote(`${describeAnswer(port, answer)} Another port is taken instead.`)
  return true
}

type PlanAt = (port: number) => ServerPlan

/** Null when somebody else was faster. */
async function startAt(plan: ServerPlan, options: OllamaServersOptions): Promise<OllamaServer | null> {
  const server = new OllamaServer(plan)
  try {
    await server.start(options.signal)
    ourPorts.add(plan.port)
    return server
  } catch (error) {
    const isRace = error instanceof PortTaken
    server.close({ keepLog: !isRace })
    if (!isRace) throw error
    await isTaken(plan.port, options)
    return null
  }
}

/** The first free port from the first one up. */
async function startOnFreePort(planAt: PlanAt, options: OllamaServersOptions): Promise<OllamaServer> {
  const first = options.firstPort ?? defaultPort
  for (let port = first; port < first + mostPorts; port += 1) {
    if (await isTaken(port, options)) continue
    const server = await startAt(planAt(port), options)
    if (server !== null) return server
  }
  const what = `None of the ports ${first} to ${first + mostPorts - 1} is free.`
  throw new MachineError([{ what, fix: 'End the servers that nobody needs.' }])
}

async function stopAll(servers: readonly OllamaServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.end()))
  for (const server of servers) {
    server.close({ keepLog: true })
    ourPorts.delete(Number(new URL(server.url).port))
  }
}

async function startEach(plans: readonly PlanAt[], options: OllamaServersOptions): Promise<OllamaServer[]> {
  const servers: OllamaServer[] = []
  try {
    for (const planAt of plans) servers.push(await startOnFreePort(planAt, options))
    return servers
  } catch (error) {
    await stopAll(servers)
    throw error
  }
}

async function pidsOf(servers: readonly OllamaServer[]): Promise<readonly number[]> {
  const rows = await listProcesses()
  return (await Promise.all(servers.map((server) => server.pidsAmong(rows)))).flat()
}

async function restartEach(servers: readonly OllamaServer[], signal: AbortSignal): Promise<void> {
  for (const server of servers) {
    await server.end()
    try {
      await server.start(signal)
    } catch (error) {
      if (!(error instanceof PortTaken)) throw error
      const what = `Somebody took ${server.url} while the server there was started again.`
      throw new MachineError([{ what, fix: 'Let nothing else start servers on this machine meanwhile.' }])
    }
  }
}

/** The hold on servers that run; `release` is called once they are stopped. */
function holdOn(servers: readonly OllamaServer[], release: () => void): StartedServers {
  return {
    urls: servers.map(({ url }) => url),
    facts: () => servers.map((server) => server.facts()),
    newFallbacks: () => servers.flatMap((server) => server.newFallbacks()),
    pids: () => pidsOf(servers),
    trouble: () => servers.map((server) => server.trouble()).find((one) => one !== null) ?? null,
    ...hold({
      restart: (signal) => restartEach(servers, signal),
      stop: async () => {
        await stopAll(servers)
        release()
      },
    }),
  }
}

async function prepare(options: OllamaServersOptions, home: string | null): Promise<readonly PlanAt[]> {
  const { env, settings, signal, onNote, label, logFolder, stateFolder } = options
  const environment: EnvironmentSource = { env, settings, home }
  const stores = storesOf(options)
  const binary = await inspectBinary(options.binary, { env, home, signal })
  tellWhatIsLeftBehind(environment, onNote)
  const readyMs = options.readyMs ?? defaultReadyMs
  const isHurried = () => signal.aborted
  const shared = { binary, label, environment, logFolder, stateFolder, readyMs, isHurried, onNote }
  return stores.map((modelStore) => (port) => ({ ...shared, modelStore, port }))
}

/**
 * Starts `count` servers, each when the one before answers, and resolves when all do. Throws InputError for a binary
 * or store that was named and does not exist, MachineError for what this machine cannot do, and the signal's reason;
 * then none of them is left. They end with this process, unless that is killed: then the registry knows them.
 */
export async function startOllamaServers(options: OllamaServersOptions): Promise<StartedServers> {
  options.signal.throwIfAborted()
  const home = standInHome(options)
  const release = () => {
    try {
      if (home !== null) rmSync(home, { recursive: true, force: true })
    } catch {
      // A temporary folder that stays is no reason to fail.
    }
  }
  try {
    return holdOn(await startEach(await prepare(options, home), options), release)
  } catch (error) {
    release()
    throw error
  }
}
