/** What every call to one server shares: its address, connections, clock and limits. Knows no endpoint. */
import type { Clock } from '../../ports/clock.ts'
import type { CallTimeouts } from '../../ports/inference-server.ts'
import { type Connections, createConnections } from './connections.ts'
import type { ExchangeContext, Request } from './exchange.ts'
import { parseServerAddress } from './server-address.ts'

/** What a link needs; `maxLineBytes` bounds a line of a stream. */
export interface LinkOptions {
  readonly clock: Clock
  readonly timeouts: CallTimeouts
  readonly maxLineBytes: number
}

/** The way to one server. */
export interface ServerLink extends LinkOptions {
  /** For people: without credentials, without a slash at its end. */
  readonly url: string
  readonly connections: Connections
  context(signal: AbortSignal | undefined): ExchangeContext
  get(path: string): Request
  post(path: string, body: Buffer): Request
}

/** Makes the link; opens no connection yet. Throws InputError when `address` is none. */
export const createServerLink = (address: string, options: LinkOptions): ServerLink => {
  const { url, origin, prefix, authorization } = parseServerAddress(address)
  const { clock, timeouts } = options
  const connections = createConnections(origin, clock)
  const common = [
    'accept',
    'application/json, application/x-ndjson',
    // A proxy that compresses would hold chunks back.
    'accept-encoding',
    'identity',
    ...(authorization === null ? [] : ['authorization', authorization]),
  ]
  return {
    ...options,
    url,
    connections,
    context: (signal) => ({ connections, clock, url, connectMs: timeouts.connectMs, signal }),
    get: (path) => ({ method: 'GET', path: `${prefix}${path}`, headers: common, body: null }),
    post: (path, body) => ({
      method: 'POST',
      path: `${prefix}${path}`,
      headers: [...common, 'content-type', 'application/json'],
      body,
    }),
  }
}
