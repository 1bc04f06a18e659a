/** Which servers a job measures: named ones, the Ollama of this machine, or embedded engines that it starts itself. */
import { existsSync } from 'node:fs'
import { startEmbeddedServers } from './adapters/process/embedded-servers.ts'
import { engineOf } from './core/engine.ts'
import { GateError, InputError } from './errors.ts'
import type { MatrixEntry, Policy } from './model/policy.ts'
import type { Problem } from './model/problem.ts'
import type { InferenceServer } from './ports/inference-server.ts'
import type { StartedServers } from './ports/started-servers.ts'

/** Where an Ollama is looked for: its own port, and the second one of the reports (TR110, appendix H.1). */
export const defaultUrls = ['http://127.0.0.1:11434', 'http://127.0.0.1:11435'] as const

/** `auto` is the Ollama of this machine when it has a model, else the embedded engine; `start` is for job-servers.ts. */
export type ServerChoice = readonly string[] | 'default' | 'auto' | 'start' | 'embedded' | 'scripted'

/** Servers to measure, and how to stop those that were started for it. */
export interface ChosenServers {
  readonly urls: readonly string[]
  readonly note: string | null
  /** Null where they were found. */
  readonly started: StartedServers | null
  stop(): Promise<void>
}

/** What choosing needs: a way to connect, and where the embedded server's program lies. */
export interface ChoiceTools {
  readonly connect: (url: string) => InferenceServer
  readonly embeddedEntry: string
  readonly signal: AbortSignal
}

/** What the options say about the choice. */
export const serversHelp = `URLs, separated by commas (default ${defaultUrls.join(',')} as the policy needs); start for our own; auto, embedded or scripted for engines that this checkout brings`

/** How many servers the policy asks for, or its topologies can use. */
export const serversWanted = ({ matrix, servers }: Policy): number => servers.count ?? neededBy(matrix)

const neededBy = (matrix: Policy['matrix']): number => Math.max(...matrix.map(serversOf))

function serversOf({ topology, sweep, include, agents }: MatrixEntry): number {
  const topologies = [
    topology,
    ...(sweep?.topology ?? []),
    ...(include ?? []).map((one) => one.topology),
  ].filter((one) => one !== undefined)
  if (topologies.some((one) => one === 'server-each')) return agents.length
  return topologies.some((one) => one !== 'one-server') ? 2 : 1
}

/** The parts of a list that is separated by commas or white space. */
export const splitList = (text: string): readonly string[] =>
  text.split(/[\s,]+/).filter((part) => part !== '')

/** The folders of a list that is separated by commas, since a folder's name may hold blanks; empty for none. */
export const splitFolders = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** The command-line form: URLs separated by commas, or one of the words. */
export function parseServerChoice(text: string | undefined): ServerChoice {
  const word = text?.trim() ?? 'default'
  const words = ['auto', 'start', 'embedded', 'scripted', 'default'] as const
  const known = words.find((one) => one === word)
  if (known) return known
  return splitList(word)
}

async function isOllamaWithModel(server: InferenceServer, signal: AbortSignal): Promise<boolean> {
  try {
    const isOllama = engineOf(await server.version(signal)) === 'ollama'
    return isOllama && (await server.available(signal)).some(({ remote }) => !remote)
  } catch (error) {
    if (error instanceof GateError) return false
    throw error
  } finally {
    await server.close()
  }
}

async function found({ connect, signal }: ChoiceTools): Promise<readonly string[]> {
  const [first, second] = await Promise.all(
    defaultUrls.map(async (url) => ((await isOllamaWithModel(connect(url), signal)) ? [url] : [])),
  )
  return first && first.length > 0 ? [...first, ...(second ?? [])] : []
}

const notBundled: Problem = {
  what: 'The embedded engine is not part of the bundle.',
  why: 'It brings a native library, which only a checkout of the repository has.',
  fix: 'Name the servers to measure, or run it from a checkout after npm ci.',
}

async function embedded(
  engine: 'llama' | 'scripted',
  count: number,
  note: string,
  tools: ChoiceTools,
): Promise<ChosenServers> {
  if (!existsSync(tools.embeddedEntry)) throw new InputError([notBundled])
  const started = await startEmbeddedServers({
    entry: tools.embeddedEntry,
    engine,
    count,
    signal: tools.signal,
  })
  return { urls: started.urls, note, started, stop: started.stop }
}

const running = (urls: readonly string[], note: string | null): ChosenServers => ({
  urls,
  note,
  started: null,
  stop: async () => {},
})

async function automatic(count: number, tools: ChoiceTools): Promise<ChosenServers> {
  const urls = await found(tools)
  if (urls.length > 0) return running(urls, `Measuring the Ollama on ${urls.join(' and ')}.`)
  const where = `No Ollama with a model answers on ${defaultUrls.join(' or ')}`
  try {
    return await embedded(
      'llama',
      count,
      `${where}: measuring the embedded engine (real inference on this CPU).`,
      tools,
    )
  } catch (error) {
    if (!(error instanceof GateError)) throw error
    const why = error.problems.map(({ what }) => what).join(' ')
    return embedded(
      'scripted',
      count,
      `${where}, and the embedded engine does not start (${why}): rehearsing on the scripted one.`,
      tools,
    )
  }
}

/** Settles any choice but `start`; starts embedded servers where it says so. Throws MachineError when they cannot be started. */
export async function chooseServers(
  choice: Exclude<ServerChoice, 'start'>,
  policy: Policy,
  tools: ChoiceTools,
): Promise<ChosenServers> {
  const count = serversWanted(policy)
  if (choice === 'auto') return automatic(count, tools)
  if (choice === 'embedded') return embedded('llama', count, 'Measuring the embedded engine.', tools)
  if (choice === 'scripted') return embedded('scripted', count, 'Rehearsing on the scripted engine.', tools)
  if (choice === 'default') return running(defaultUrls.slice(0, count), null)
  if (choice.length === 0)
    throw new InputError([{ what: 'The list of servers is empty.', fix: 'Give at least one URL.' }])
  return running(choice, null)
}
