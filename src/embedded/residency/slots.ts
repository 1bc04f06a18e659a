/** Places for requests that run at once, given in the order of asking. Knows nothing of what runs. */

/** A number of places; asking waits without a bound, and an aborted wait throws the signal's reason. */
export class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  /** Waits for a place; the answer gives it back, and must be called once. */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#free > 0) this.#free -= 1
    else await this.#wait(signal)
    return () => this.#giveBack()
  }

  #wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const given = (): void => {
        signal.removeEventListener('abort', aborted)
        resolve()
      }
      const aborted = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(given), 1)
        reject(signal.reason)
      }
      signal.addEventListener('abort', aborted, { once: true })
      this.#waiting.push(given)
    })
  }

  #giveBack(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free += 1
    else next()
  }
}
