/** Which model is in memory and for how long: loads, reloads, expiry. Knows no HTTP and no engine in particular. */
import { ApiError } from '../api-error.ts'
import type { Engine } from '../engine.ts'
import { type RunnerOptions, servesWithoutReload } from '../options.ts'
import { Resident } from './resident.ts'
import { Slots } from './slots.ts'

/** OLLAMA_MAX_QUEUE's default: it counts only requests that need a load (OLLAMA section 2). */
const maxQueue = 512

/** What a request needs in memory. `keepAliveMs` may be Infinity. */
export interface Need {
  readonly options: RunnerOptions
  readonly keepAliveMs: number
}

/** A use of the loaded model; `release` ends it and must be called once. */
export interface Lease {
  readonly resident: Resident
  release(): void
}

/** Settles as the promise does, or throws the signal's reason when that comes first. */
const unlessAborted = async (promise: Promise<void>, signal: AbortSignal): Promise<void> => {
  signal.throwIfAborted()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** The memory of one server: at most one runner, loaded one at a time. */
export class Residency {
  readonly #engine: Engine
  readonly #loading = new Slots(1)
  #resident: Resident | null = null
  #queued = 0

  constructor(engine: Engine) {
    this.#engine = engine
  }

  /** The loaded model; null while there is none, and while it loads. */
  get resident(): Resident | null {
    return this.#resident
  }

  /**
   * Waits until the model is loaded as needed. A load whose client goes away is given up. Throws ApiError 503 when too
   * many wait for a load.
   */
  async lease(need: Need, signal: AbortSignal): Promise<Lease> {
    const fitting = this.#fitting(need)
    if (fitting !== null) return this.#enter(fitting, need)
    if (this.#queued >= maxQueue) {
      throw new ApiError(503, 'server busy, please try again.  maximum pending requests exceeded')
    }
    this.#queued += 1
    try {
      const release = await this.#loading.take(signal)
      try {
        return this.#enter(this.#fitting(need) ?? (await this.#load(need, signal)), need)
      } finally {
        release()
      }
    } finally {
      this.#queued -= 1
    }
  }

  /** Unloads the model when nobody uses it any more; returns at once. */
  expire(): void {
    this.#resident?.expire()
  }

  /** Unloads the model when nobody uses it any more; resolves when it is gone. */
  async close(): Promise<void> {
    const resident = this.#resident
    resident?.leave()
    await resident?.gone
  }

  #fitting(need: Need): Resident | null {
    const resident = this.#resident
    if (resident === null || resident.leaving) return null
    return servesWithoutReload(resident.options, need.options) ? resident : null
  }

  #enter(resident: Resident, need: Need): Lease {
    resident.enter(need.keepAliveMs)
    return { resident, release: () => resident.exit() }
  }

  async #load({ options }: Need, signal: AbortSignal): Promise<Resident> {
    const former = this.#resident
    if (former !== null) {
      former.leave()
      await unlessAborted(former.gone, signal)
    }
    const runner = await this.#engine.load(options, signal)
    const resident = new Resident({ runner, options, parallel: this.#engine.parallel })
    this.#resident = resident
    void resident.gone.then(() => {
      if (this.#resident === resident) this.#resident = null
    })
    return resident
  }
}
