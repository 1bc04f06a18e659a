/** A stream of lines that come later and slower by a known amount. Knows nothing of what the lines say. */
import { Transform, type TransformCallback } from 'node:stream'

/** How much later and slower: the first line by `firstTokenDelayMs`, the rate of lines by the ratio (0.2 is 20 %). */
export interface Pace {
  readonly firstTokenDelayMs: number
  readonly chunkSlowdownRatio: number
}

const newline = 0x0a

interface HeldLine {
  readonly bytes: Buffer
  readonly dueMs: number
}

/**
 * Passes bytes on unchanged, whole lines at a time. A line that arrived x ms after the first leaves x / (1 - ratio) ms
 * after it, so the rate falls by exactly the ratio, however late the timers are: lateness does not add up. Lines wait
 * in memory (an answer is small), because holding the sender back would falsify the times of arrival.
 */
export class PacedLines extends Transform {
  readonly #pace: Pace
  readonly #held: HeldLine[] = []
  #begun: Buffer[] = []
  #firstMs: number | null = null
  #timer: NodeJS.Timeout | undefined
  #whenEmpty: TransformCallback | null = null

  constructor(pace: Pace) {
    super()
    this.#pace = pace
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const nowMs = performance.now()
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      this.#begun.push(chunk.subarray(start, end + 1))
      this.#hold(nowMs)
      start = end + 1
    }
    if (start < chunk.length) this.#begun.push(chunk.subarray(start))
    this.#release()
    done()
  }

  override _flush(done: TransformCallback): void {
    if (this.#begun.length > 0) this.#hold(performance.now())
    this.#whenEmpty = done
    this.#release()
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer)
    done(error)
  }

  #hold(nowMs: number): void {
    const { firstTokenDelayMs, chunkSlowdownRatio } = this.#pace
    this.#firstMs ??= nowMs
    const afterFirstMs = (nowMs - this.#firstMs) / (1 - chunkSlowdownRatio)
    this.#held.push({
      bytes: Buffer.concat(this.#begun),
      dueMs: this.#firstMs + firstTokenDelayMs + afterFirstMs,
    })
    this.#begun = []
  }

  readonly #release = (): void => {
    clearTimeout(this.#timer)
    const nowMs = performance.now()
    for (let next = this.#held[0]; next && next.dueMs <= nowMs; next = this.#held[0]) {
      this.#held.shift()
      this.push(next.bytes)
    }
    const [next] = this.#held
    if (next) this.#timer = setTimeout(this.#release, Math.ceil(next.dueMs - nowMs))
    else this.#whenEmpty?.()
  }
}
