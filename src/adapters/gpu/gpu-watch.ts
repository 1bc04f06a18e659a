/** A running observation: collects what a tool says in the background. Knows no tool and no format. */
import { setTimeout as wait } from 'node:timers/promises'
import { messageOf } from '../../errors.ts'
import type { GpuReading, GpuSpan } from '../../model/gpu.ts'
import type { GpuWatch } from '../../ports/gpu-probe.ts'
import type { Following, ReadingSink } from './device-tool.ts'
import { summarizeReadings } from './summarize-readings.ts'
import { unreadableText } from './tool-words.ts'

/**
 * When a watch despairs. `restartDelaysMs` holds one wait for each time that a tool that ended is started again; all of
 * them are to be had anew once it has told readings for `healthyMs`.
 */
export interface Patience {
  /** How long a tool may be silent before that is trouble, or five intervals, whichever is longer. */
  readonly silenceMs: number
  readonly restartDelaysMs: readonly number[]
  readonly healthyMs: number
}

/** What is watched: the tool's name for messages and its interval, which may be known only later, and how it is followed. */
export interface Watched {
  readonly tool: () => string
  readonly intervalMs: () => number
  readonly patience: Patience
  follow(following: Pick<Following, 'sink' | 'signal'>): Promise<string>
}

/** A loss that names no device, and which devices were read since. */
interface NamelessLoss {
  readonly problem: string
  readonly read: Set<string>
}

/** One line may be a remark; as many in a row without a reading are rubbish. */
const mostUnreadable = 3
const silentIntervals = 5
/** A device that has missed two ticks, when some device is known to be gone, is that one. */
const lateIntervals = 2.5
const stopMs = 5000

/** Follows the tool from its making until `stop`. */
export class RunningGpuWatch implements GpuWatch, ReadingSink {
  readonly #watched: Watched
  readonly #stopping = new AbortController()
  readonly #done: Promise<void>
  readonly #startedMs = performance.now()
  readonly #readings = new Map<string, GpuReading[]>()
  readonly #seenMs = new Map<string, number>()
  readonly #lost = new Map<string, string>()
  #nameless: NamelessLoss | null = null
  #lapMs = this.#startedMs
  #failed: string | null = null
  #unreadable: string[] = []

  constructor(watched: Watched) {
    this.#watched = watched
    this.#done = this.#run()
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    const { restartDelaysMs, healthyMs } = this.#watched.patience
    let starts = 0
    while (true) {
      const startedMs = performance.now()
      await this.#follow(signal)
      if (signal.aborted) return
      if (Math.max(...this.#seenMs.values()) - startedMs >= healthyMs) starts = 0
      const delayMs = restartDelaysMs[starts]
      if (delayMs === undefined) return
      starts += 1
      // Rejects only when the watch is stopped, which is asked next.
      await wait(delayMs, null, { signal, ref: false }).catch(() => null)
      if (signal.aborted) return
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    try {
      this.#failed = await this.#watched.follow({ sink: this, signal })
    } catch (error) {
      this.#failed = `${this.#watched.tool()} cannot be followed: ${messageOf(error)}.`
    }
  }

  reading(reading: GpuReading, askedMs: number): void {
    const { uuid } = reading
    // What was asked before the lap tells of what was before it.
    if (askedMs >= this.#lapMs) {
      const readings = this.#readings.get(uuid)
      if (readings) readings.push(reading)
      else this.#readings.set(uuid, [reading])
    }
    this.#seenMs.set(uuid, performance.now())
    this.#failed = null
    if (this.#unreadable.length > 0) this.#unreadable = []
    this.#lost.delete(uuid)
    // A device that comes round again: a whole tick has passed, and none was missing.
    if (this.#nameless?.read.has(uuid)) this.#nameless = null
    else this.#nameless?.read.add(uuid)
  }

  lost(uuid: string | null, problem: string): void {
    if (uuid === null) this.#nameless = { problem, read: new Set() }
    else this.#lost.set(uuid, problem)
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
    this.#lapMs = performance.now()
    return spans
  }

  trouble(uuids: readonly string[] = []): string | null {
    if (this.#stopping.signal.aborted) return null
    const rubbish = this.#unreadable.length >= mostUnreadable
    return (
      this.#failed ??
      this.#loss(uuids) ??
      (rubbish ? unreadableText(this.#watched.tool(), this.#unreadable.join('\n')) : this.#silence(uuids))
    )
  }

  #loss(uuids: readonly string[]): string | null {
    const [named] = [...this.#lost].filter(([uuid]) => uuids.length === 0 || uuids.includes(uuid))
    if (named) return named[1]
    if (this.#nameless === null) return null
    const lateMs = lateIntervals * this.#watched.intervalMs()
    const isTheirs = uuids.length === 0 || uuids.some((uuid) => this.#unseenMs(uuid) > lateMs)
    return isTheirs ? this.#nameless.problem : null
  }

  #unseenMs(uuid: string): number {
    return performance.now() - (this.#seenMs.get(uuid) ?? this.#startedMs)
  }

  #silence(uuids: readonly string[]): string | null {
    const tool = this.#watched.tool()
    const silenceMs = Math.max(this.#watched.patience.silenceMs, silentIntervals * this.#watched.intervalMs())
    const seconds = (ms: number) => `${Math.round(ms / 1000)} s`
    if (this.#seenMs.size === 0) {
      const ms = performance.now() - this.#startedMs
      return ms > silenceMs ? `${tool} has told no reading in ${seconds(ms)}.` : null
    }
    const silent = (uuids.length > 0 ? uuids : [...this.#seenMs.keys()]).find(
      (uuid) => this.#unseenMs(uuid) > silenceMs,
    )
    return silent === undefined
      ? null
      : `${tool} has told no reading of ${silent} for ${seconds(this.#unseenMs(silent))}.`
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
