/** Starts our own embedded servers, each its own process. Knows their flags, not what they do. */
import { type ServerProcess, startServerProcess } from './server-process.ts'

/** `entry` is the path of the embedded server's main file. The last of `scripts` serves all servers that have none of their own. */
export interface EmbeddedServersOptions {
  readonly entry: string
  readonly engine: 'llama' | 'scripted'
  readonly count: number
  readonly scripts?: readonly string[]
  readonly threads?: number
  readonly signal?: AbortSignal
}

/** Servers that answer at `urls`, in order, until they are stopped. */
export interface EmbeddedServers {
  readonly urls: readonly string[]
  stop(): Promise<void>
}

function argumentsOf({ entry, engine, scripts, threads }: EmbeddedServersOptions, index: number): string[] {
  const script = scripts?.[index] ?? scripts?.at(-1)
  return [
    entry,
    ...['--engine', engine, '--port', '0', '--die-with-parent'],
    ...(threads === undefined ? [] : ['--threads', String(threads)]),
    ...(script === undefined ? [] : ['--script', script]),
  ]
}

const nameOf = ({ engine, count }: EmbeddedServersOptions, index: number): string =>
  `The ${engine === 'llama' ? 'embedded' : 'scripted'} server${count > 1 ? ` ${index + 1} of ${count}` : ''}`

/**
 * Starts `count` servers on free ports and resolves when all of them answer. Throws MachineError, with the server's own
 * words, when one cannot, and the signal's reason when that aborts; then none of them is left. They end with this
 * process, however that ends: by its exit, or when the pipe to them breaks.
 */
export async function startEmbeddedServers(options: EmbeddedServersOptions): Promise<EmbeddedServers> {
  // The first failure is everybody's end: the others need not go on starting.
  const failure = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, failure.signal]) : failure.signal
  const started = await Promise.allSettled(
    Array.from({ length: options.count }, async (_, index) => {
      const command = { name: nameOf(options, index), args: argumentsOf(options, index) }
      return startServerProcess(command, signal).catch((error: unknown) => {
        failure.abort(error)
        throw error
      })
    }),
  )
  const servers = started.flatMap((one): ServerProcess[] => (one.status === 'fulfilled' ? [one.value] : []))
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()))
  }
  if (signal.aborted) {
    await stop()
    throw signal.reason
  }
  return { urls: servers.map(({ url }) => url), stop }
}
