/** Tells an observer what happens to one exchange, and when. Knows nothing of what is asked or answered. */
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { messageOf } from '../errors.ts'
import type { Failure } from '../model/request-record.ts'

/**
 * Hears of one exchange, in this order; moments are ms of the proxy's clock. After a kept connection that was stale,
 * `wrote` is told once more: only what came last counts.
 */
export interface ExchangeObserver {
  /** The connection to the server stands, and the whole request, head and body, goes into its socket now. */
  wrote(atMs: number): void
  /** The answer's head was there to be read. */
  firstByte(atMs: number): void
  head(status: number, headers: Readonly<IncomingHttpHeaders>): void
  /** Some bytes of the answer's body, told after they were passed on; `atMs` is when they were there to be read. */
  data(bytes: Buffer, atMs: number): void
  /** Once, at last: null when the server's answer was complete, else which side broke off. */
  end(atMs: number, trouble: Failure | null): void
}

/** What is watched. `target` is for people: the URL of the server. */
export interface Watching {
  readonly response: ServerResponse
  readonly observer: ExchangeObserver
  readonly nowMs: () => number
  readonly target: string
}

const left: Failure = {
  kind: 'aborted',
  message: 'The client left, or was cut off, before its answer was complete.',
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '')

function troubleOf(error: Error, { written, target }: { written: boolean; target: string }): Failure {
  const reason = messageOf(error) || codeOf(error)
  if (!written) return { kind: 'connect', message: `No connection to ${target}: ${reason}.` }
  if (codeOf(error).startsWith('HPE_'))
    return { kind: 'malformed-stream', message: `What ${target} answered is not HTTP: ${reason}.` }
  return { kind: 'connection-lost', message: `The connection to ${target} broke: ${reason}.` }
}

/** Calls back when the socket takes what is written: at once, or when it is connected, TLS included. */
function whenConnected(socket: Socket, ready: () => void): void {
  const secures = 'secureConnecting' in socket && socket.secureConnecting === true
  if (secures) socket.once('secureConnect', ready)
  else if (socket.connecting) socket.once('connect', ready)
  else ready()
}

/** Watches the exchange whose answer goes to `response`; the result is for each request that is sent for it. */
export function watchExchange(watching: Watching): (sent: ClientRequest) => void {
  const { response, observer, nowMs, target } = watching
  let written = false
  let arrivedMs = 0
  let trouble: Failure | null = null
  let ended = false
  const stamp = () => {
    arrivedMs = nowMs()
  }
  const end = (failure: Failure | null) => {
    if (!ended) observer.end(nowMs(), failure)
    ended = true
  }
  const fail = (error: Error) => {
    trouble ??= troubleOf(error, { written, target })
  }
  const answered = (answer: IncomingMessage) => {
    observer.firstByte(arrivedMs)
    observer.head(answer.statusCode ?? 0, answer.headers)
    answer.on('data', (bytes: Buffer) => observer.data(bytes, arrivedMs))
    answer.once('end', () => end(null))
    answer.once('error', (error) => {
      fail(error)
      end(trouble)
    })
  }
  // A request that found no server is tried once more, or answered with a 502: only then it is over.
  response.once('close', () => end(trouble ?? left))
  return (sent) => {
    written = false
    trouble = null
    sent.once('socket', (socket) => {
      whenConnected(socket, () => {
        written = true
        observer.wrote(nowMs())
      })
      // Before Node's own listener, which parses at once and passes the head on before it tells of the body.
      socket.prependListener('data', stamp)
      sent.once('close', () => socket.off('data', stamp))
    })
    sent.once('response', answered)
    sent.once('error', fail)
  }
}
