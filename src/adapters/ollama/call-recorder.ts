/** Builds the record of one call while its answer runs. Knows no sockets, no timers and no form of an answer. */
import type { Failure, RequestRecord } from '../../model/request-record.ts'
import type { CallTimeouts } from '../../ports/inference-server.ts'
import type { AnswerFormat } from './answer-format.ts'
import type { AnswerText } from './answer-text.ts'
import type { Consumer, Deadline, ResponseHeaders } from './exchange.ts'
import { describeRefusal, describeStreamError, quote } from './refusal.ts'
import type { StreamChunk, StreamEnd } from './stream-chunk.ts'
import { parseWallTimeMs, wallNowMs } from './wall-time.ts'

/** What bounds a call. `totalBy` is a moment of the clock: the whole call, its earlier attempts included. */
export interface CallBounds {
  readonly timeouts: CallTimeouts
  readonly mayLoad: boolean
  readonly totalBy: number
}

/** How a recorder listens. Without `bounds` nothing is ever late; `answer` hears the text, where somebody wants it. */
export interface Listening {
  readonly format: AnswerFormat
  readonly bounds: CallBounds | null
  readonly answer: AnswerText | null
}

/** As much of an error page as is kept. */
const maxRefusalBytes = 64 * 1024

/**
 * Listens to one attempt of a call. Every piece of the body has one moment, taken when it arrived; all lines in it
 * share it. A call is over when its last chunk came: what happens to the connection after that fails nothing.
 */
export class CallRecorder implements Consumer {
  readonly #listening: Listening
  readonly #gapsUs: number[] = []
  readonly #refusal: Buffer[] = []
  #refusalBytes = 0
  #writeMs: number | null = null
  #firstByteMs: number | null = null
  #firstTokenMs: number | null = null
  #firstAnswerTokenMs: number | null = null
  #lastTokenMs: number | null = null
  #lagMs: number | null = null
  #endMs: number | null = null
  #lastDataMs = 0
  #chunks = 0
  #emptyChunks = 0
  #status = 0
  #contentType = ''
  #end: StreamEnd | null = null
  #failure: Failure | null = null

  constructor(listening: Listening) {
    this.#listening = listening
  }

  wrote(atMs: number): void {
    this.#writeMs = atMs
  }

  firstByte(atMs: number): void {
    this.#firstByteMs = atMs
    this.#lastDataMs = atMs
  }

  head(status: number, headers: ResponseHeaders): void {
    this.#status = status
    this.#contentType = String(headers['content-type'] ?? '')
    const encoding = String(headers['content-encoding'] ?? 'identity')
    if (encoding === 'identity') return
    this.#failure = malformed(`The answer is compressed (${encoding}): what it says could not be read.`)
  }

  data(bytes: Buffer, atMs: number): Failure | null {
    this.#lastDataMs = atMs
    if (this.#failure !== null) return this.#failure
    const { splitter } = this.#listening.format
    if (this.#status !== 200) this.#keepRefusal(bytes)
    else if (!splitter.push(bytes, (line) => this.#take(line, atMs)) && splitter.tooLong) {
      this.#failure = {
        kind: 'line-too-long',
        message: `A line of the stream is longer than ${splitter.maxLineBytes} bytes.`,
      }
    }
    return this.#failure
  }

  deadline(): Deadline {
    if (this.#listening.bounds === null) return never
    const { timeouts, mayLoad, totalBy } = this.#listening.bounds
    const totalMs = timeouts.totalMs
    let next = deadline(totalBy, 'total-timeout', `The call was not done in ${totalMs} ms.`)
    if (this.#firstByteMs !== null) {
      const stall = `Nothing came for ${timeouts.stallMs} ms in the middle of the stream.`
      next = earlier(next, deadline(this.#lastDataMs + timeouts.stallMs, 'stall-timeout', stall))
    }
    if (this.#chunks > 0) return next
    const waitMs = timeouts.firstTokenMs + (mayLoad ? timeouts.loadMs : 0)
    const kind = mayLoad && this.#firstByteMs === null ? 'load-timeout' : 'first-token-timeout'
    const wait = `No token came in ${waitMs} ms${mayLoad ? ', loading included' : ''}.`
    return earlier(next, deadline((this.#writeMs ?? 0) + waitMs, kind, wait))
  }

  /** The record, once the exchange has settled; `failure` is the exchange's, null when the response was complete. */
  finish(failure: Failure | null, nowMs: number): RequestRecord {
    this.#takeRest()
    if (this.#end === null && this.#failure === null) this.#takeToldEnd()
    return {
      writeMs: this.#writeMs,
      firstByteMs: this.#firstByteMs,
      firstTokenMs: this.#firstTokenMs,
      firstAnswerTokenMs: this.#firstAnswerTokenMs,
      lastTokenMs: this.#lastTokenMs,
      endMs: this.#endMs ?? nowMs,
      chunkGapsUs: this.#gapsUs,
      chunks: this.#chunks,
      emptyChunks: this.#emptyChunks,
      server: this.#end?.figures ?? null,
      doneReason: this.#end?.doneReason ?? null,
      firstTokenLagMs: this.#lagMs,
      busyRetries: 0,
      failure:
        this.#end === null
          ? (this.#failure ?? failure ?? this.#incomplete())
          : this.#withoutOutput(this.#end),
    }
  }

  /** Reads a line; false ends the reading. Blank lines are nothing. */
  #take(line: Buffer, atMs: number): boolean {
    if (this.#end !== null || isBlank(line)) return true
    const said = this.#listening.format.parse(line)
    if (said === null) this.#failure = this.#notJson(line)
    else this.#hear(said, atMs)
    return this.#failure === null
  }

  #hear(said: StreamChunk | 'nothing', atMs: number): void {
    if (said === 'nothing') return
    if (said.error !== null) this.#failure = describeStreamError(said.error)
    else this.#count(said, atMs)
  }

  #count(chunk: StreamChunk, atMs: number): void {
    if (chunk.counts) {
      if (this.#lastTokenMs === null) {
        this.#firstTokenMs = atMs
        const createdMs = chunk.createdAt === null ? null : parseWallTimeMs(chunk.createdAt)
        if (createdMs !== null) this.#lagMs = wallNowMs() - createdMs
      } else this.#gapsUs.push(Math.round((atMs - this.#lastTokenMs) * 1000))
      this.#lastTokenMs = atMs
      this.#chunks += 1
      if (chunk.text !== '') {
        this.#firstAnswerTokenMs ??= atMs
        this.#listening.answer?.take(chunk.text)
      }
    } else if (chunk.end === null) this.#emptyChunks += 1
    if (chunk.end === null) return
    this.#end = chunk.end
    this.#endMs = atMs
  }

  /** A last line may come without a newline: a load is answered with one plain object. */
  #takeRest(): void {
    if (this.#status !== 200 || this.#failure !== null || this.#end !== null) return
    const { format } = this.#listening
    const rest = format.splitter.rest()
    if (isBlank(rest)) return
    const said = format.parse(rest)
    if (said !== null) this.#hear(said, this.#lastDataMs)
    // Half a line is what a broken stream leaves behind: that is truncated.
    else if (!format.begins(rest)) this.#failure = this.#notJson(rest)
  }

  #takeToldEnd(): void {
    this.#end = this.#listening.format.toldEnd()
    if (this.#end !== null) this.#endMs = this.#lastDataMs
  }

  #keepRefusal(bytes: Buffer): void {
    const part = bytes.subarray(0, maxRefusalBytes - this.#refusalBytes)
    this.#refusalBytes += part.length
    if (part.length > 0) this.#refusal.push(Buffer.from(part))
  }

  #incomplete(): Failure {
    const status = this.#status
    if (status !== 200) {
      return describeRefusal({ status, contentType: this.#contentType, body: Buffer.concat(this.#refusal) })
    }
    return {
      kind: 'truncated',
      message: `The stream ended after ${this.#chunks} chunks without its last chunk (done).`,
    }
  }

  #withoutOutput(end: StreamEnd): Failure | null {
    const loadOnly = end.doneReason === 'load' || end.doneReason === 'unload'
    if (loadOnly || this.#chunks > 0 || (end.figures?.outputTokens ?? 0) > 0) return null
    return { kind: 'no-output', message: 'The call ended well but generated nothing.' }
  }

  #notJson(line: Buffer): Failure {
    const type = this.#contentType === '' ? 'no content type' : this.#contentType
    return malformed(
      `A line of the stream is not a JSON object: "${quote(line.toString('utf8'))}" (${type}).`,
    )
  }
}

const malformed = (message: string): Failure => ({ kind: 'malformed-stream', message })

const deadline = (atMs: number, kind: Failure['kind'], message: string): Deadline => ({
  atMs,
  failure: { kind, message },
})

const never = deadline(Number.POSITIVE_INFINITY, 'total-timeout', 'Nothing bounds this call.')

const earlier = (a: Deadline, b: Deadline): Deadline => (b.atMs < a.atMs ? b : a)

const isBlank = (line: Buffer): boolean =>
  line.length === 0 || (line.length < 16 && line.toString().trim() === '')
