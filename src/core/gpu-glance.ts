/** One reading as a span of its own: for a trial that is shorter than the interval of the watch. */
import { type GpuReading, type GpuSpan, isAtWork } from '../model/gpu.ts'

/** A span of one reading; its clocks only where the device was at work, since an idle one's say nothing. */
export function glanceOf({ slowdowns, ...reading }: GpuReading): GpuSpan {
  return {
    ...reading,
    readings: 1,
    ...(isAtWork(reading) ? {} : { smClockMegahertz: null, memoryClockMegahertz: null }),
    slowdowns: slowdowns && Object.fromEntries(slowdowns.map((reason) => [reason, 1])),
  }
}
