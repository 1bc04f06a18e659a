/** This process's own clocks and timers. Knows nothing of what is timed. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../../ports/clock.ts'

/**
 * The real clock. `sleep` may wake up to a millisecond late, and takes at most 24 days, as timers of Node do. An offset
 * lets its moments continue those of an earlier process.
 */
export const systemClock = (offsetMs = 0): Clock => ({
  nowMs: () => performance.now() + offsetMs,
  wallTime: () => new Date().toISOString(),
  async sleep(ms, signal) {
    try {
      await wait(ms, undefined, signal ? { signal } : {})
    } catch (error) {
      // Node rejects with an AbortError of its own; callers want to see why they were stopped.
      throw signal?.aborted ? signal.reason : error
    }
  },
})
