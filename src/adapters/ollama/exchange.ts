/** One HTTP exchange with a server: moments, deadlines, abort. Knows nothing of JSON or of Ollama's API. */
import type { Dispatcher } from 'undici'
import { messageOf } from '../../errors.ts'
import type { Failure } from '../../model/request-record.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Connection, Connections } from './connections.ts'

/** What is sent. `headers` are pairs of name and value in one flat list. */
export interface Request {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: readonly string[]
  readonly body: Buffer | null
}

/** When to give up, in ms of the clock, and what the failure is then. */
export interface Deadline {
  readonly atMs: number
  readonly failure: Failure
}

/** Response headers, names in lower case. */
export type ResponseHeaders = Readonly<Record<string, string | string[] | undefined>>

/** What an exchange tells, in this order; moments are ms of the clock, taken before anything else is done. */
export interface Consumer {
  /** The connection stands and the request goes into its socket now. */
  wrote(atMs: number): void
  firstByte(atMs: number): void
  head(status: number, headers: ResponseHeaders): void
  /** Some bytes of the body, valid during this call only. A failure ends the exchange. */
  data(bytes: Buffer, atMs: number): Failure | null
  /** Asked from `wrote` on. May grow with every `data`; may shrink only at `firstByte`. */
  deadline(): Deadline
}

/** What an exchange needs of its surroundings. `connectMs` bounds the time to an established connection. */
export interface ExchangeContext {
  readonly connections: Connections
  readonly clock: Clock
  readonly url: string
  readonly connectMs: number
  readonly signal: AbortSignal | undefined
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

/** Node's message, or its code where there is none (an AggregateError of several addresses has no message). */
const reasonOf = (error: unknown): string => messageOf(error) || codeOf(error) || 'no reason given'

const failureOf = (error: unknown, written: boolean, url: string): Failure => {
  if (!written) return { kind: 'connect', message: `No connection to ${url}: ${reasonOf(error)}.` }
  if (codeOf(error).startsWith('HPE_')) {
    return { kind: 'malformed-stream', message: `What ${url} answered is not HTTP: ${reasonOf(error)}.` }
  }
  return { kind: 'connection-lost', message: `The connection to ${url} broke: ${reasonOf(error)}.` }
}

/** Node fires a longer timer at once. */
const longestDelayMs = 2 ** 31 - 1

const aborted: Failure = { kind: 'aborted', message: 'The call was aborted.' }

/** The life of one exchange: it owns a connection, a timer and a listener on the signal until it settles. */
class RunningExchange implements Dispatcher.DispatchHandler {
  readonly #context: ExchangeContext
  readonly #consumer: Consumer
  readonly #connection: Connection
  readonly #connectBy: Deadline
  readonly #resolve: (failure: Failure | null) => void
  #controller: Dispatcher.DispatchController | null = null
  #settled = false
  #timer: NodeJS.Timeout | undefined

  constructor(context: ExchangeContext, consumer: Consumer, resolve: (failure: Failure | null) => void) {
    const { clock, connectMs, connections, signal, url } = context
    this.#context = context
    this.#consumer = consumer
    this.#resolve = resolve
    const failure: Failure = {
      kind: 'connect-timeout',
      message: `No connection to ${url} in ${connectMs} ms.`,
    }
    this.#connectBy = { atMs: clock.nowMs() + connectMs, failure }
    this.#connection = connections.take()
    signal?.addEventListener('abort', this.#onAbort)
    this.#watch()
  }

  send(request: Request): void {
    this.#connection.client.dispatch({ ...request, headers: [...request.headers] }, this)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) return
    this.#consumer.wrote(this.#context.clock.nowMs())
    this.#controller = controller
    this.#watch()
  }

  onResponseStarted(): void {
    if (this.#settled) return
    this.#consumer.firstByte(this.#connection.arrivedMs())
    this.#watch()
  }

  onResponseStart(_controller: unknown, status: number, headers: ResponseHeaders): void {
    if (!this.#settled && status >= 200) this.#consumer.head(status, headers)
  }

  onResponseData(_controller: unknown, bytes: Buffer): void {
    if (this.#settled) return
    const failure = this.#consumer.data(bytes, this.#connection.arrivedMs())
    if (failure !== null) this.#settle(failure)
  }

  onResponseEnd(): void {
    this.#settle(null)
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#settle(failureOf(error, this.#controller !== null, this.#context.url))
  }

  readonly #onAbort = () => this.#settle(aborted)

  #deadline(): Deadline {
    return this.#controller === null ? this.#connectBy : this.#consumer.deadline()
  }

  /** One timer that is set anew only when it fires: restarting it for every chunk would cost more than the chunk. */
  #watch(): void {
    clearTimeout(this.#timer)
    const leftMs = this.#deadline().atMs - this.#context.clock.nowMs()
    // Not at once: if this process was busy, what the deadline waits for may lie in the socket. Read that first.
    const delayMs = Math.min(Math.max(0, Math.ceil(leftMs)), longestDelayMs)
    this.#timer = setTimeout(() => setImmediate(this.#expire), delayMs)
  }

  readonly #expire = () => {
    if (this.#settled) return
    const { atMs, failure } = this.#deadline()
    if (atMs > this.#context.clock.nowMs()) this.#watch()
    else this.#settle(failure)
  }

  #settle(failure: Failure | null): void {
    if (this.#settled) return
    this.#settled = true
    clearTimeout(this.#timer)
    this.#context.signal?.removeEventListener('abort', this.#onAbort)
    if (failure === null) this.#context.connections.giveBack(this.#connection)
    else {
      this.#controller?.abort(new Error(failure.message))
      this.#context.connections.drop(this.#connection)
    }
    this.#resolve(failure)
  }
}

/**
 * Sends `request` and feeds `consumer` until the response is complete (null) or the exchange failed. Rejects only when
 * the connections are closed. After a failure the connection is closed at once, so that the server sees it and stops
 * working. `wrote` is told when an established connection takes the request: looking up the name, connecting and TLS
 * are in no moment.
 */
export const exchange = async (
  context: ExchangeContext,
  request: Request,
  consumer: Consumer,
): Promise<Failure | null> => {
  if (context.signal?.aborted) return aborted
  const { promise, resolve } = Promise.withResolvers<Failure | null>()
  new RunningExchange(context, consumer, resolve).send(request)
  return promise
}
