/** What a GPU is, and what was seen of it while something ran. Sizes in bytes; null is what the tool does not tell. */
import { z } from 'zod'

/** The tool that was asked. */
export const gpuToolSchema = z.enum(['nvidia-smi', 'amd-smi', 'rocm-smi', 'none'])
export type GpuTool = z.output<typeof gpuToolSchema>

/**
 * The shortest time between two readings of a device. nvidia-smi's stream averages utilization over a sixth of a second at
 * least. AMD's tools are Python programs that are started for each reading: more often, they would take a good part of a
 * core from what is measured.
 */
export const leastIntervalMs: Readonly<Record<GpuTool, number>> = {
  'nvidia-smi': 100,
  'amd-smi': 5000,
  'rocm-smi': 5000,
  none: 0,
}

/**
 * `present`: one at least answers. `absent`: no tool, or a tool that finds no device. `broken`: a tool that fails
 * (driver mismatch, device lost). `unknown`: the servers are on another host, where nobody was asked.
 */
export const gpuStateSchema = z.enum(['present', 'absent', 'broken', 'unknown'])

/** One device. `uuid` is its identity: an index may change at boot (OLLAMA section 6). */
export const gpuDeviceSchema = z.strictObject({
  uuid: z.string(),
  index: z.int().nullable(),
  name: z.string(),
  memoryTotalBytes: z.number().nullable(),
  powerLimitWatts: z.number().nullable(),
  /** Whether it is cut into instances (MIG): then utilization is not told and memory is the whole card's. */
  mig: z.boolean().nullable(),
  /** NVIDIA's, e.g. "8.9"; older records lack it. */
  computeCapability: z.string().nullable().default(null),
})
export type GpuDevice = z.output<typeof gpuDeviceSchema>

/**
 * The GPUs of this machine, as identity. `detail` says in one sentence why the state is not `present`, or which device is
 * lost beside those that answer.
 */
export const gpuFactsSchema = z.strictObject({
  tool: gpuToolSchema,
  state: gpuStateSchema,
  detail: z.string().nullable(),
  driver: z.string().nullable(),
  devices: z.array(gpuDeviceSchema),
})
export type GpuFacts = z.output<typeof gpuFactsSchema>

/**
 * Why a device runs below its clocks, in words common to its makers. Idle and application clocks are no reasons.
 * `sw-power-cap` is normal at full load on many cards (OLLAMA section 6).
 */
export const slowdownReasonSchema = z.enum([
  'hw-thermal',
  'sw-thermal',
  'hw-slowdown',
  'hw-power-brake',
  'sw-power-cap',
])
export type SlowdownReason = z.output<typeof slowdownReasonSchema>

/** One reading of one device. `slowdowns` is null where the tool tells no reasons, empty for none. */
export const gpuReadingSchema = z.strictObject({
  uuid: z.string(),
  temperatureCelsius: z.number().nullable(),
  utilizationPercent: z.number().nullable(),
  memoryUsedBytes: z.number().nullable(),
  smClockMegahertz: z.number().nullable(),
  memoryClockMegahertz: z.number().nullable(),
  powerWatts: z.number().nullable(),
  slowdowns: z.array(slowdownReasonSchema).nullable(),
})
export type GpuReading = z.output<typeof gpuReadingSchema>

/** From here on a device counts as working: clocks of an idle one say nothing about the work. */
const atWorkPercent = 50

/** Whether a device was at work when it was read; one that tells no utilization counts as working. */
export const isAtWork = ({ utilizationPercent }: Pick<GpuReading, 'utilizationPercent'>): boolean =>
  (utilizationPercent ?? 100) >= atWorkPercent

/**
 * One device over a span of time: greatest temperature and memory, mean utilization and power, median clocks of the
 * readings under load (utilization of half or more, or not told; null where there is none: an idle device's clocks say
 * nothing), and how many readings had each slowdown.
 */
export const gpuSpanSchema = z.strictObject({
  uuid: z.string(),
  readings: z.int().min(1),
  temperatureCelsius: z.number().nullable(),
  utilizationPercent: z.number().nullable(),
  memoryUsedBytes: z.number().nullable(),
  smClockMegahertz: z.number().nullable(),
  memoryClockMegahertz: z.number().nullable(),
  powerWatts: z.number().nullable(),
  slowdowns: z.partialRecord(slowdownReasonSchema, z.int()).nullable(),
})
export type GpuSpan = z.output<typeof gpuSpanSchema>

/** A process that computes on a GPU. In a container the list may be empty though there are some. */
export const gpuProcessSchema = z.strictObject({
  uuid: z.string().nullable(),
  pid: z.int(),
  name: z.string(),
  memoryUsedBytes: z.number().nullable(),
})
export type GpuProcess = z.output<typeof gpuProcessSchema>
