/** The clock of these tests: the real one, whose sleeps can be shortened by a factor. */
import { performance } from 'node:perf_hooks'
import { setTimeout as sleepFor } from 'node:timers/promises'
import type { Clock } from '../../../src/ports/clock.ts'

/** A real clock; `sleepFactor` 0.01 makes a sleep of a second take ten milliseconds. */
export const realClock = (sleepFactor = 1): Clock => ({
  nowMs: () => performance.now(),
  wallTime: () => new Date().toISOString(),
  sleep: async (ms, signal) => {
    try {
      await sleepFor(ms * sleepFactor, undefined, signal ? { signal } : {})
    } catch (error) {
      throw signal?.reason ?? error
    }
  },
})
