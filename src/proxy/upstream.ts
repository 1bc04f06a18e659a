/** The server behind a proxy, and connections to it. Knows nothing of what is asked. */
import http from 'node:http'
import https from 'node:https'
import { InputError } from '../errors.ts'

/** What is sent first; `headers` are names and values in one flat list. */
export interface UpstreamRequest {
  readonly method: string
  readonly path: string
  readonly headers: readonly string[]
  /** Whether a connection may be one that has served before. */
  readonly reuse: boolean
}

/** A server to forward to. */
export interface Upstream {
  /** What its Host header must say. */
  readonly host: string
  readonly url: string
  request(request: UpstreamRequest): http.ClientRequest
  close(): void
}

/** As everywhere, an address may come without its scheme: 127.0.0.1:11434. */
const withScheme = (target: string): string =>
  /^[a-z][a-z\d+.-]*:\/\//i.test(target) ? target : `http://${target}`

function parseTarget(target: string): URL {
  const address = withScheme(target)
  const url = URL.canParse(address) ? new URL(address) : null
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === '')
    throw new InputError([
      { what: `"${target}" is not the URL of a server.`, fix: 'Write it like http://127.0.0.1:11434.' },
    ])
  if (url.username !== '' || url.password !== '')
    throw new InputError([
      {
        what: "The target's URL holds credentials.",
        why: 'The proxy passes on what its clients send, and adds none.',
        fix: 'Leave them out of the URL and let the client send them.',
      },
    ])
  return url
}

/** Opens nothing yet: connections are made when they are needed. Throws InputError for what is no URL of a server. */
export function connectUpstream(target: string): Upstream {
  const url = parseTarget(target)
  const wire = url.protocol === 'https:' ? https : http
  // Node's agents set TCP_NODELAY of themselves.
  const kept = new wire.Agent({ keepAlive: true })
  const prefix = url.pathname.replace(/\/$/, '')
  return {
    host: url.host,
    url: `${url.origin}${prefix}`,
    request: ({ method, path, headers, reuse }) =>
      wire.request({
        method,
        protocol: url.protocol,
        hostname: url.hostname.replace(/^\[|\]$/g, ''),
        port: url.port,
        path: `${prefix}${path}`,
        headers: [...headers],
        agent: reuse ? kept : new wire.Agent(),
      }),
    close: () => kept.destroy(),
  }
}
