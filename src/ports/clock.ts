/** Time, as the story needs it. */

/** A monotonic clock for measuring, a wall clock for labels only, and a way to wait. */
export interface Clock {
  /** Milliseconds since the process started, monotonic, with microseconds as decimals. */
  nowMs(): number
  /** ISO 8601 in UTC. */
  wallTime(): string
  /** Resolves after `ms`, or rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}
