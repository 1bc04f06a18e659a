/** One reading as a span of its own: for a trial that is shorter than the interval of the watch. */
import type { GpuReading, GpuSpan } from '../model/gpu.ts'

/** From here on a device counts as working, as in the watch's own spans. */
const loadedPercent = 50

/** A span of one reading; its clocks only where the device was at work, since an idle one's say nothing. */
export function glanceOf({ slowdowns, ...reading }: GpuReading): GpuSpan {
  const isIdle = (reading.utilizationPercent ?? 100) < loadedPercent
  return {
    ...reading,
    readings: 1,
    ...(isIdle ? { smClockMegahertz: null, memoryClockMegahertz: null } : {}),
    slowdowns: slowdowns && Object.fromEntries(slowdowns.map((reason) => [reason, 1])),
  }
}
