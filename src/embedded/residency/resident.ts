/** A loaded model with those who use it and its time to live. Knows no HTTP and no loading. */
import { messageOf } from '../api-error.ts'
import type { Runner } from '../engine.ts'
import type { RunnerOptions } from '../options.ts'
import { Slots } from './slots.ts'

/** The longest delay of a timer; what is to live longer is never unloaded by time. */
const longestTimerMs = 2 ** 31 - 1

/** Ollama shows "for ever" as the end of Go's durations, some 292 years on. */
const forEverMs = 9_223_372_036_854

/** What a resident is made of. */
export interface Loaded {
  readonly runner: Runner
  readonly options: RunnerOptions
  readonly parallel: number
}

/** A runner in memory: counted users, slots, expiry. `gone` resolves when it has been unloaded. */
export class Resident {
  readonly runner: Runner
  readonly options: RunnerOptions
  readonly slots: Slots
  readonly gone: Promise<void>
  readonly #unloaded: () => void
  #users = 0
  #keepAliveMs = 0
  #expiresAtMs = 0
  #timer: NodeJS.Timeout | null = null
  #leaving = false
  #unloading = false

  constructor({ runner, options, parallel }: Loaded) {
    this.runner = runner
    this.options = options
    this.slots = new Slots(parallel)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.gone = promise
    this.#unloaded = resolve
  }

  /** Whether it takes no more users. */
  get leaving(): boolean {
    return this.#leaving
  }

  /** When it expires if nobody uses it again, in ms since 1970. */
  get expiresAtMs(): number {
    return this.#expiresAtMs
  }

  /** Counts a user, whose keep-alive (ms; Infinity is for ever) holds from now on. */
  enter(keepAliveMs: number): void {
    this.#users += 1
    this.#keepAliveMs = keepAliveMs
    this.#touch()
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  /** Uncounts a user; the last one starts the expiry. */
  exit(): void {
    this.#users -= 1
    this.#touch()
    if (this.#users > 0) return
    if (this.#leaving || this.#keepAliveMs <= 0) this.#unload()
    else if (this.#keepAliveMs <= longestTimerMs) {
      this.#timer = setTimeout(() => this.#unload(), this.#keepAliveMs)
      this.#timer.unref()
    }
  }

  /** Lets it go as soon as nobody uses it; later users may keep it after all. */
  expire(): void {
    this.#keepAliveMs = 0
    this.#touch()
    if (this.#users === 0) this.#unload()
  }

  /** Lets it go as soon as nobody uses it, and takes no more users. */
  leave(): void {
    this.#leaving = true
    this.expire()
  }

  #touch(): void {
    this.#expiresAtMs = Date.now() + Math.min(this.#keepAliveMs, forEverMs)
  }

  #unload(): void {
    if (this.#unloading) return
    this.#leaving = true
    this.#unloading = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.runner
      .unload()
      .catch((thrown: unknown) => console.error(`the model did not unload: ${messageOf(thrown)}`))
      .finally(this.#unloaded)
  }
}
