/** One request on to the server behind, and its answer back, byte for byte. Knows nothing of Ollama's API but its form of an error. */
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http'
import { pipeline, type Transform } from 'node:stream'
import { messageOf } from '../errors.ts'
import { endToEndHeaders } from './end-to-end-headers.ts'
import type { Upstream } from './upstream.ts'

/** A client's request and the place for its answer. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/**
 * `body` is the request's when somebody has read it already, else null; the answer's body goes through `through`. `watch`
 * is shown each request that goes out (a second one where a kept connection was stale), before any of it is written.
 */
export interface Forwarding {
  readonly upstream: Upstream
  readonly body: Buffer | null
  readonly through: Transform | null
  readonly watch: ((sent: ClientRequest) => void) | null
}

function requestHeaders({ headers, rawHeaders }: IncomingMessage, { upstream, body }: Forwarding): string[] {
  const passed = endToEndHeaders(rawHeaders, ['host', ...(body ? ['content-length'] : [])])
  const framing = body
    ? ['Content-Length', String(body.length)]
    : headers['transfer-encoding'] === undefined
      ? []
      : ['Transfer-Encoding', 'chunked']
  return ['Host', upstream.host, ...passed, ...framing]
}

function refuse({ response }: Exchange, { upstream }: Forwarding, error: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const text = JSON.stringify({ error: `no answer from ${upstream.url}: ${reasonOf(error)}` })
  response.writeHead(502, { 'Content-Type': 'application/json; charset=utf-8' }).end(text)
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

/** An AggregateError of several addresses has no message. */
const reasonOf = (error: unknown): string => messageOf(error) || codeOf(error)

function passBack({ response }: Exchange, answer: IncomingMessage, through: Transform | null): void {
  response.sendDate = false
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEndHeaders(answer.rawHeaders))
  // A reshaped answer shows itself with its first byte, as Ollama's own streams do; others at once.
  if (!through) response.flushHeaders()
  pipeline([answer, ...(through ? [through] : []), response], () => {
    // A side that left or broke has ended the other one, which is all that there is to do.
  })
}

/** Whether a failure only says that a kept connection had been closed on the other side: then nothing was asked yet. */
const wasStale = (sent: ClientRequest, error: unknown): boolean =>
  sent.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(codeOf(error))

/**
 * Forwards an exchange. A side that leaves ends the other; an upstream that gives no answer is a 502 with Ollama's form
 * of an error. A body that streams in goes out on a connection of its own, since it could not be sent twice.
 */
export function forward(exchange: Exchange, forwarding: Forwarding, reuse = true): void {
  const { request, response } = exchange
  const { upstream, body, through, watch } = forwarding
  const isWhole = body !== null || !hasBody(request)
  const sent = upstream.request({
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: requestHeaders(request, forwarding),
    reuse: reuse && isWhole,
  })
  const leave = () => sent.destroy()
  response.once('close', leave)
  sent.once('response', (answer) => passBack(exchange, answer, through))
  // After passBack's: what is watched is passed on first.
  watch?.(sent)
  sent.on('error', (error) => {
    response.off('close', leave)
    if (response.destroyed) return
    if (isWhole && wasStale(sent, error) && !response.headersSent) forward(exchange, forwarding, false)
    else refuse(exchange, forwarding, error)
  })
  if (isWhole) sent.end(body ?? undefined)
  else pipeline(request, sent, () => {})
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
