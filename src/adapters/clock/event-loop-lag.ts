/** How late this process's event loop is, from a timer that knows when it should have fired. */
import { createHistogram } from 'node:perf_hooks'
import type { LagMeter } from '../../ports/lag-meter.ts'

const everyMs = 10

/** A running meter; `stop` ends it. */
export interface RunningLagMeter extends LagMeter {
  stop(): void
}

/**
 * Starts a timer of 10 ms that does not keep the process alive. Each firing is one sample: the time since the one
 * before, less 10 ms, so an idle process shows a fraction of a millisecond (timers are set in whole ones).
 *
 * Not `monitorEventLoopDelay`: it reports the whole interval, and after each reset it drops everything up to its next
 * firing, which is exactly where a block at the start or at the end of a lap lies.
 */
export function eventLoopLag(): RunningLagMeter {
  const lateUs = createHistogram()
  let lastMs = performance.now()
  const sample = () => {
    const nowMs = performance.now()
    lateUs.record(Math.max(1, Math.round((nowMs - lastMs - everyMs) * 1000)))
    lastMs = nowMs
  }
  const timer = setInterval(sample, everyMs).unref()
  return {
    lap() {
      sample()
      const lag = {
        meanMs: lateUs.mean / 1000,
        p99Ms: lateUs.percentile(99) / 1000,
        maxMs: lateUs.max / 1000,
      }
      lateUs.reset()
      return lag
    },
    stop: () => clearInterval(timer),
  }
}
