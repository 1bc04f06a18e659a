/** A running observation: collects what a tool says in the background. Knows no tool and no format. */
import { setTimeout as wait } from 'node:timers/promises'
import { messageOf } from '../../errors.ts'
import type { GpuReading, GpuSpan } from '../../model/gpu.ts'
import type { GpuWatch } from '../../ports/gpu-probe.ts'
import type { Following, ReadingSink } from './device-tool.ts'
import { summarizeReadings } from './summarize-readings.ts'
import { unreadableText } from './tool-words.ts'

/** When a watch despairs. `restartDelaysMs` holds one wait for each time that a tool that ended is started again. */
export interface Patience {
  /** How long a tool may be silent before that is trouble, or five intervals, whichever is longer. */
  readonly silenceMs: number
  readonly restartDelaysMs: readonly number[]
}

/** What is watched: the tool's name for messages, which may be known only later, and how it is followed. */
export interface Watched {
  readonly tool: () => string
  readonly intervalMs: number
  readonly patience: Patience
  follow(following: Following): Promise<string>
}

/** One line may be a remark; as many in a row without a reading are rubbish. */
const mostUnreadable = 3
const silentIntervals = 5
const stopMs = 5000

/** Follows the tool from its making until `stop`. */
export class RunningGpuWatch implements GpuWatch, ReadingSink {
  readonly #watched: Watched
  readonly #silenceMs: number
  readonly #stopping = new AbortController()
  readonly #done: Promise<void>
  readonly #startedMs = performance.now()
  readonly #readings = new Map<string, GpuReading[]>()
  readonly #seenMs = new Map<string, number>()
  readonly #lost = new Map<string | null, string>()
  #failed: string | null = null
  #unreadable: string[] = []

  constructor(watched: Watched) {
    this.#watched = watched
    this.#silenceMs = Math.max(watched.patience.silenceMs, silentIntervals * watched.intervalMs)
    this.#done = this.#run()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    for (const delayMs of [...this.#watched.patience.restartDelaysMs, null]) {
      try {
        this.#failed = await this.#watched.follow({
          intervalMs: this.#watched.intervalMs,
          sink: this,
          signal,
        })
        if (delayMs !== null) await wait(delayMs, null, { signal, ref: false })
      } catch (error) {
        if (signal.aborted) return
        this.#failed = `${this.#watched.tool()} cannot be followed: ${messageOf(error)}.`
      }
      if (signal.aborted) return
    }
  }

  reading(reading: GpuReading): void {
    const readings = this.#readings.get(reading.uuid)
    if (readings) readings.push(reading)
    else this.#readings.set(reading.uuid, [reading])
    this.#seenMs.set(reading.uuid, performance.now())
    this.#failed = null
    if (this.#unreadable.length > 0) this.#unreadable = []
    if (this.#lost.size > 0) this.#lost.delete(reading.uuid)
  }

  lost(uuid: string | null, problem: string): void {
    this.#lost.set(uuid, problem)
  }

  unreadable(line: string): void {
    this.#unreadable = [...this.#unreadable.slice(1 - mostUnreadable), line]
  }

  failed(problem: string): void {
    this.#failed = problem
  }

  lap(): readonly GpuSpan[] {
    const spans = [...this.#readings].map(([uuid, readings]) => summarizeReadings(uuid, readings))
    this.#readings.clear()
    return spans
  }

  trouble(): string | null {
    if (this.#stopping.signal.aborted) return null
    const [lost] = this.#lost.values()
    const rubbish = this.#unreadable.length >= mostUnreadable
    return (
      this.#failed ??
      lost ??
      (rubbish ? unreadableText(this.#watched.tool(), this.#unreadable.join('\n')) : this.#silence())
    )
  }

  #silence(): string | null {
    const nowMs = performance.now()
    const tool = this.#watched.tool()
    if (this.#seenMs.size === 0) {
      const ms = nowMs - this.#startedMs
      return ms > this.#silenceMs ? `${tool} has told no reading in ${Math.round(ms / 1000)} s.` : null
    }
    for (const [uuid, seenMs] of this.#seenMs) {
      const ms = nowMs - seenMs
      if (ms > this.#silenceMs)
        return `${tool} has told no reading of ${uuid} for ${Math.round(ms / 1000)} s.`
    }
    return null
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    const over = new AbortController()
    // The watch holds nothing open while it runs; this timer does, so that stopping can be awaited.
    await Promise.race([this.#done, wait(stopMs, null, { signal: over.signal })])
    over.abort()
  }
}

/** A watch that sees nothing, and says why. */
export const blindWatch = (why: string): GpuWatch => ({
  lap: () => [],
  trouble: () => why,
  stop: async () => {},
})
