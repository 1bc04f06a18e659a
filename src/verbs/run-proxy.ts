/** The verb `proxy`: the slowdown proxy in the foreground, until a signal. */
import { once } from 'node:events'
import { describeProblem, GateError } from '../errors.ts'
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

/** Runs the verb; resolves to its exit code once a signal came. */
export async function runProxy(options: ProxyOptions): Promise<number> {
  const signal = stopOnSignals(() => {})
  try {
    const proxy = await startSlowdownProxy({
      target: options.target,
      listen: { host: '127.0.0.1', port: options.port },
      firstTokenDelayMs: options.firstTokenDelayMs,
      chunkSlowdownRatio: options.slowTokensPercent / 100,
      noTokens: !options.tokens,
    })
    process.stdout.write(`${JSON.stringify({ listening: proxy.url, target: options.target })}\n`)
    if (!signal.aborted) await once(signal, 'abort')
    await proxy.close()
    return 0
  } catch (error) {
    if (!(error instanceof GateError)) throw error
    process.stderr.write(`${error.problems.map(describeProblem).join('\n')}\n`)
    return error.kind === 'machine' ? 4 : 2
  }
}
