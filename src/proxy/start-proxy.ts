/** A proxy in front of one server: listening, its connections, and their end. Knows nothing of what it does in between. */
import type { Exchange } from './forward.ts'
import { type ListenAddress, type RunningProxy, startListening } from './listen.ts'
import { connectUpstream, type Upstream } from './upstream.ts'

/** Where it listens, and the server behind it. */
export interface ProxyPlace {
  readonly target: string
  readonly listen: ListenAddress
}

/**
 * Starts a proxy that serves each exchange by `serve`. Throws InputError for a target that is no URL of a server,
 * MachineError when it cannot listen. Closing it ends every exchange that still runs.
 */
export async function startProxy(
  { target, listen }: ProxyPlace,
  serve: (exchange: Exchange, upstream: Upstream) => Promise<void>,
): Promise<RunningProxy> {
  const upstream = connectUpstream(target)
  const proxy = await startListening(listen, (exchange) => {
    // A client that left while it was still asking wants no answer.
    serve(exchange, upstream).catch(() => exchange.response.destroy())
  })
  return {
    url: proxy.url,
    close: async () => {
      await proxy.close()
      upstream.close()
    },
  }
}
