/** Starts our own embedded servers, each its own process. Knows their flags, not what they do. */
import type { StartedFacts, StartedServers } from '../../ports/started-servers.ts'
import { listProcesses, treeOf } from './process-table.ts'
import { hold } from './restartable.ts'
import { type ServerCommand, type ServerProcess, startServerProcess } from './server-process.ts'

/**
 * `entry` is the path of the embedded server's main file. `signal` ends a start, and makes every end after it a quick one.
 * The last of `scripts` serves all servers that have none of their own.
 */
export interface EmbeddedServersOptions {
  readonly entry: string
  readonly engine: 'llama' | 'scripted'
  readonly count: number
  readonly scripts?: readonly string[]
  readonly threads?: number
  readonly signal?: AbortSignal
}

function argumentsOf(
  { entry, engine, scripts, threads }: EmbeddedServersOptions,
  index: number,
  port: string,
): string[] {
  const script = scripts?.[index] ?? scripts?.at(-1)
  return [
    entry,
    ...['--engine', engine, '--port', port, '--die-with-parent'],
    ...(threads === undefined ? [] : ['--threads', String(threads)]),
    ...(script === undefined ? [] : ['--script', script]),
  ]
}

const nameOf = ({ engine, count }: EmbeddedServersOptions, index: number): string =>
  `The ${engine === 'llama' ? 'embedded' : 'scripted'} server${count > 1 ? ` ${index + 1} of ${count}` : ''}`

const commandOf = (options: EmbeddedServersOptions, index: number, port: string): ServerCommand => ({
  name: nameOf(options, index),
  args: argumentsOf(options, index, port),
  isHurried: () => options.signal?.aborted ?? false,
})

/** All at once; when one cannot, none of them is left. */
async function startAll(options: EmbeddedServersOptions): Promise<readonly ServerProcess[]> {
  // The first failure is everybody's end: the others need not go on starting.
  const failure = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, failure.signal]) : failure.signal
  const started = await Promise.allSettled(
    Array.from({ length: options.count }, (_, index) =>
      startServerProcess(commandOf(options, index, '0'), signal).catch((error: unknown) => {
        failure.abort(error)
        throw error
      }),
    ),
  )
  const servers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  if (!signal.aborted) return servers
  await Promise.all(servers.map((server) => server.stop()))
  throw signal.reason
}

async function pidsOf(servers: readonly ServerProcess[]): Promise<readonly number[]> {
  const leaders = servers.flatMap((server) => server.pid() ?? [])
  const rows = await listProcesses()
  return rows === null ? leaders : leaders.flatMap((leader) => treeOf(rows, leader))
}

/** What the log of an Ollama would tell is not told by these, and means nothing for them. */
const factsOf = ({ url }: ServerProcess): StartedFacts => ({
  url,
  clientVersion: null,
  settings: {},
  library: null,
  fallbacks: [],
})

/**
 * Starts `count` servers on free ports and resolves when all of them answer. Throws MachineError, with the server's own
 * words, when one cannot, and the signal's reason when that aborts; then none of them is left. They end with this
 * process, however that ends: by its exit, or when the pipe to them breaks.
 */
export async function startEmbeddedServers(options: EmbeddedServersOptions): Promise<StartedServers> {
  const servers = [...(await startAll(options))]
  return {
    urls: servers.map(({ url }) => url),
    facts: () => servers.map(factsOf),
    newFallbacks: () => [],
    pids: () => pidsOf(servers),
    trouble: () => servers.map((server) => server.trouble()).find((one) => one !== null) ?? null,
    ...hold({
      restart: async (signal) => {
        for (const [index, server] of servers.entries()) {
          await server.stop()
          const command = commandOf(options, index, new URL(server.url).port)
          servers[index] = await startServerProcess(command, signal)
        }
      },
      stop: async () => {
        await Promise.all(servers.map((server) => server.stop()))
      },
    }),
  }
}
