/** The verb `proxy`: the slowdown proxy in the foreground, until a signal. */
import { once } from 'node:events'
import { startSlowdownProxy } from '../proxy/slowdown-proxy.ts'
import { stopOnSignals } from '../stop-signal.ts'

/** Options of the verb. */
export interface ProxyOptions {
  readonly target: string
  readonly port: number
  readonly firstTokenDelayMs: number
  readonly slowTokensPercent: number
  /** The parser's form of --no-tokens. */
  readonly tokens: boolean
}

/** Runs the verb; resolves to its exit code once a signal came. Throws InputError and MachineError as the proxy does. */
export async function runProxy(options: ProxyOptions): Promise<number> {
  const signal = stopOnSignals(() => {})
  const { target } = options
  const proxy = await startSlowdownProxy({
    target,
    listen: { host: '127.0.0.1', port: options.port },
    firstTokenDelayMs: options.firstTokenDelayMs,
    chunkSlowdownRatio: options.slowTokensPercent / 100,
    noTokens: !options.tokens,
  })
  process.stdout.write(`${JSON.stringify({ listening: proxy.url, target })}\n`)
  if (!signal.aborted) await once(signal, 'abort')
  await proxy.close()
  return 0
}
