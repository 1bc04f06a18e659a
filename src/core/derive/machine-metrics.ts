/** Figures of the machine while a trial ran, from what was watched: appendix H.2's alert metrics. */
import type { GpuSpan } from '../../model/gpu.ts'
import type { MetricId } from '../../model/metric-catalog.ts'
import type { Trial } from '../../model/run.ts'
import { maxOf, minOf } from '../statistics/descriptive.ts'

const bytesPerGibibyte = 2 ** 30

/** What each GPU told; empty where none was watched, or none tells it. */
const readings = ({ watched }: Trial, of: (span: GpuSpan) => number | null): readonly number[] =>
  (watched.gpus ?? []).flatMap((span) => of(span) ?? [])

const orNull = (values: readonly number[], of: (values: readonly number[]) => number): number | null =>
  values.length > 0 ? of(values) : null

const gibibytes = (bytes: number | null): number | null => (bytes === null ? null : bytes / bytesPerGibibyte)

const sumOf = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** The table of machine metrics; a null means that nobody told. */
export const machineMetrics = {
  vramUsedGibibytes: (trial) =>
    gibibytes(
      orNull(
        readings(trial, ({ memoryUsedBytes }) => memoryUsedBytes),
        maxOf,
      ),
    ),
  gpuTemperatureCelsius: (trial) =>
    orNull(
      readings(trial, ({ temperatureCelsius }) => temperatureCelsius),
      maxOf,
    ),
  gpuUtilizationPercent: (trial) =>
    orNull(
      readings(trial, ({ utilizationPercent }) => utilizationPercent),
      maxOf,
    ),
  gpuPowerWatts: (trial) =>
    orNull(
      readings(trial, ({ powerWatts }) => powerWatts),
      sumOf,
    ),
  gpuClockMegahertz: (trial) =>
    orNull(
      readings(trial, ({ smClockMegahertz }) => smClockMegahertz),
      minOf,
    ),
  cpuUtilizationPercent: ({ watched }) => watched.host.cpuUtilizationPercent,
  serverRssGibibytes: ({ watched }) => gibibytes(watched.serverRssBytes),
} as const satisfies Partial<Record<MetricId, (trial: Trial) => number | null>>
