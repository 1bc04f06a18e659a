/** From a device's readings to one span. Knows no clock and no tool. */
import { type GpuReading, type GpuSpan, isAtWork, type SlowdownReason } from '../../model/gpu.ts'

type Measured = Exclude<keyof GpuReading, 'uuid' | 'slowdowns'>

const told = (readings: readonly GpuReading[], key: Measured): number[] =>
  readings.flatMap((reading) => reading[key] ?? [])

const greatest = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((a, b) => Math.max(a, b))

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((a, b) => a + b) / values.length

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.floor((sorted.length - 1) / 2)]
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2
}

/** How many of the readings that tell reasons had each; null when none of them tells any. */
function countSlowdowns(readings: readonly GpuReading[]): GpuSpan['slowdowns'] {
  const counts: Partial<Record<SlowdownReason, number>> = {}
  for (const { slowdowns } of readings) {
    if (slowdowns === null) continue
    for (const reason of slowdowns) counts[reason] = (counts[reason] ?? 0) + 1
  }
  return readings.every(({ slowdowns }) => slowdowns === null) ? null : counts
}

/** The span over these readings of one device, of which there is one at least. What was never told is null. */
export function summarizeReadings(uuid: string, readings: readonly GpuReading[]): GpuSpan {
  const loaded = readings.filter(isAtWork)
  return {
    uuid,
    readings: readings.length,
    temperatureCelsius: greatest(told(readings, 'temperatureCelsius')),
    utilizationPercent: mean(told(readings, 'utilizationPercent')),
    memoryUsedBytes: greatest(told(readings, 'memoryUsedBytes')),
    smClockMegahertz: median(told(loaded, 'smClockMegahertz')),
    memoryClockMegahertz: median(told(loaded, 'memoryClockMegahertz')),
    powerWatts: mean(told(readings, 'powerWatts')),
    slowdowns: countSlowdowns(readings),
  }
}
