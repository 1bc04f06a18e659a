/** Keeps a rhythm: waits for moments on the monotonic clock. Knows nothing of tokens. */
import { performance } from 'node:perf_hooks'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'

/**
 * Waits until a moment of performance.now() has come: never early, at most about a timer's ms late. A moment that has
 * passed still takes a turn of the event loop, so that what was written before it has left the process.
 */
export const waitUntil = async (atMs: number, signal: AbortSignal): Promise<void> => {
  if (atMs <= performance.now()) await nextTurn()
  for (;;) {
    signal.throwIfAborted()
    const leftMs = atMs - performance.now()
    if (leftMs <= 0) return
    await sleep(Math.ceil(leftMs), undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}

/** A rhythm. Each wait counts from where the last one should have ended, so that lateness never adds up. */
export interface Pace {
  /** Waits for the moment that is `ms` after the last one. */
  wait(ms: number): Promise<void>
}

/** A rhythm that begins now. */
export const createPace = (signal: AbortSignal): Pace => {
  let dueMs = performance.now()
  return {
    wait: (ms) => {
      dueMs += ms
      return waitUntil(dueMs, signal)
    },
  }
}
