/** Has a server pull a model, and tells how far it is. */
import type { z } from 'zod'
import type { Failure } from '../../model/request-record.ts'
import type { PullProgress } from '../../ports/inference-server.ts'
import { pullLine } from './answers.ts'
import { type BodyCollector, createBodyCollector } from './body-collector.ts'
import { type Consumer, exchange } from './exchange.ts'
import { createLineSplitter, type LineSplitter } from './line-splitter.ts'
import { describeRefusal, describeStreamError, quote } from './refusal.ts'
import { jsonBody } from './request-body.ts'
import type { ServerLink } from './server-link.ts'
import { serverProblem } from './server-problem.ts'

/** What to pull, and who wants to know how far it is. */
export interface Pull {
  readonly model: string
  readonly onProgress: (progress: PullProgress) => void
}

const parseLine = (line: Buffer): z.output<typeof pullLine> | null => {
  try {
    const parsed = pullLine.safeParse(JSON.parse(line.toString('utf8')))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** Listens to the stream of a pull: it may take hours, but not be silent for longer than a load may. */
class PullListener implements Consumer {
  readonly #pull: Pull
  readonly #silenceMs: number
  readonly #splitter: LineSplitter
  readonly #refusal: BodyCollector
  #lastMs = 0
  #status = 0
  #succeeded = false
  #failure: Failure | null = null

  constructor(pull: Pull, { timeouts, maxLineBytes }: ServerLink) {
    this.#pull = pull
    this.#silenceMs = timeouts.loadMs
    this.#splitter = createLineSplitter(maxLineBytes)
    this.#refusal = createBodyCollector({ ms: timeouts.loadMs, kind: 'total-timeout' })
  }

  wrote(atMs: number): void {
    this.#lastMs = atMs
  }

  firstByte(atMs: number): void {
    this.#lastMs = atMs
  }

  head(...[status, headers]: Parameters<Consumer['head']>): void {
    this.#status = status
    this.#refusal.head(status, headers)
  }

  data(bytes: Buffer, atMs: number): Failure | null {
    this.#lastMs = atMs
    if (this.#status !== 200) return this.#refusal.data(bytes, atMs)
    if (!this.#splitter.push(bytes, (line) => this.#take(line)) && this.#splitter.tooLong) {
      this.#failure = { kind: 'line-too-long', message: 'A line of its answer is too long.' }
    }
    return this.#failure
  }

  deadline() {
    const message = `Nothing came for ${this.#silenceMs} ms while it pulled.`
    return { atMs: this.#lastMs + this.#silenceMs, failure: { kind: 'stall-timeout', message } } as const
  }

  /** Why the pull did not succeed once the response is complete; null when it did. */
  outcome(): Failure | null {
    if (this.#status !== 200) return describeRefusal(this.#refusal.answer())
    if (this.#failure === null) this.#take(this.#splitter.rest())
    if (this.#failure !== null) return this.#failure
    if (this.#succeeded) return null
    return { kind: 'truncated', message: 'Its answer ended before it said success.' }
  }

  #take(line: Buffer): boolean {
    if (line.length === 0) return true
    const parsed = parseLine(line)
    if (parsed === null) {
      const message = `A line of its answer is not one of a pull: "${quote(line.toString('utf8'))}".`
      this.#failure = { kind: 'malformed-stream', message }
    } else if (parsed.error) this.#failure = describeStreamError(parsed.error)
    else this.#tell(parsed)
    return this.#failure === null
  }

  #tell({ status, completed, total }: z.output<typeof pullLine>): void {
    this.#succeeded ||= status === 'success'
    this.#pull.onProgress({
      status: status ?? '',
      completedBytes: completed ?? null,
      totalBytes: total ?? null,
    })
  }
}

/** Pulls a model; resolves when the server has it. Throws MachineError when it does not succeed. */
export const pullModel = async (link: ServerLink, pull: Pull, signal?: AbortSignal): Promise<void> => {
  signal?.throwIfAborted()
  const { model } = pull
  const listener = new PullListener(pull, link)
  const request = link.post('/api/pull', jsonBody({ model, stream: true }))
  const failure = (await exchange(link.context(signal), request, listener)) ?? listener.outcome()
  if (failure === null) return
  signal?.throwIfAborted()
  throw serverProblem({ url: link.url, purpose: `pull the model ${model}`, model }, failure)
}
