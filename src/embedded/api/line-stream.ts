/** Writes one JSON object a line, the headers with the first of them, each line at once. Knows no content. */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** A response that is written line by line. */
export class LineStream {
  readonly #response: ServerResponse
  readonly #stamped: boolean

  constructor(response: ServerResponse, stamped: boolean) {
    this.#response = response
    this.#stamped = stamped
  }

  /** Whether the status has been sent, so that errors can only be lines. */
  get begun(): boolean {
    return this.#response.headersSent
  }

  /** Writes an object; with stamps, its last field is the monotonic moment of the write in ns (`sent_ns`). */
  async write(value: object): Promise<void> {
    const line = JSON.stringify(value)
    if (!this.#stamped) return this.writeRaw(`${line}\n`)
    const open = line.slice(0, -1)
    return this.writeRaw(`${open},"sent_ns":"${process.hrtime.bigint()}"}\n`)
  }

  /** Writes text as it is; waits for a client that reads slowly. */
  async writeRaw(text: string): Promise<void> {
    const response = this.#response
    if (response.destroyed) return
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    if (response.write(text)) return
    const closed = new AbortController()
    const close = (): void => closed.abort()
    response.once('close', close)
    await once(response, 'drain', { signal: closed.signal }).catch(() => {})
    response.off('close', close)
  }

  /** Ends the response. */
  end(): void {
    this.#response.end()
  }

  /** Breaks the connection; what was written before has left by then. */
  async hangUp(): Promise<void> {
    await nextTurn()
    this.#response.destroy()
  }
}
