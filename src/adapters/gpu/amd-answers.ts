/** From amd-smi's JSON to devices, readings and processes. Knows its keys, old and new, not how it is run. */
import type { GpuDevice, GpuProcess, GpuReading, SlowdownReason } from '../../model/gpu.ts'
import { at, bytesAt, firstOf, isFields, numberAt, textAt } from './amd-values.ts'

/** What is told of one device; `index` is how the answers refer to each other. */
interface Entry {
  readonly index: number
  readonly fields: unknown
}

/** The entries of an answer: a list, or since ROCm 7 a list within `gpu_data`. Null when it is neither. */
export function entriesIn(json: unknown): readonly Entry[] | null {
  const list = Array.isArray(json) ? json : at(json, 'gpu_data')
  if (!Array.isArray(list)) return null
  return list.flatMap((fields: unknown) => {
    const index = numberAt(fields, 'gpu')
    return index === null ? [] : [{ index, fields }]
  })
}

/** Who is who, from `amd-smi list`: index to UUID, or to the bus address where there is none. */
export type Identities = ReadonlyMap<number, string>

export const identitiesIn = (entries: readonly Entry[]): Identities =>
  new Map(
    entries.map(({ index, fields }) => [
      index,
      firstOf(textAt(fields, 'uuid'), textAt(fields, 'bdf')) ?? `index-${index}`,
    ]),
  )

const identity = (identities: Identities, index: number): string => identities.get(index) ?? `index-${index}`

/** Compute partitions other than one whole device (SPX) are AMD's form of cutting a card. */
const isPartitioned = (fields: unknown): boolean =>
  /^(dpx|tpx|qpx|cpx)/i.test(textAt(fields, 'partition', 'compute_partition') ?? '')

export const deviceFrom = ({ index, fields }: Entry, identities: Identities): GpuDevice => ({
  uuid: identity(identities, index),
  index,
  name: firstOf(textAt(fields, 'asic', 'market_name'), textAt(fields, 'board', 'product_name')) ?? 'AMD GPU',
  memoryTotalBytes: firstOf(
    bytesAt(fields, 'vram', 'size'),
    bytesAt(fields, 'vram', 'vram_size_mb'),
    bytesAt(fields, 'vram', 'vram_size'),
  ),
  powerLimitWatts: firstOf(
    numberAt(fields, 'limit', 'ppt0', 'socket_power_limit'),
    numberAt(fields, 'limit', 'socket_power'),
    numberAt(fields, 'limit', 'power'),
  ),
  mig: isPartitioned(fields),
  computeCapability: null,
})

export const driverIn = (fields: unknown): string | null =>
  firstOf(textAt(fields, 'driver', 'version'), textAt(fields, 'driver', 'driver_version'))

/**
 * The violations of MI300 and newer (AMD SMI, "GPU violations"): PROCHOT is the hardware's emergency brake, the others are
 * the firmware's. Older cards tell that they are throttled (`throttle_status`), not why, which is no reason.
 */
const violations: readonly (readonly [string, SlowdownReason])[] = [
  ['prochot_violation_status', 'hw-thermal'],
  ['socket_thermal_violation_status', 'sw-thermal'],
  ['vr_thermal_violation_status', 'sw-thermal'],
  ['hbm_thermal_violation_status', 'sw-thermal'],
  ['ppt_violation_status', 'sw-power-cap'],
]

function slowdownsFrom(fields: unknown): SlowdownReason[] | null {
  const throttle = firstOf(...['throttle', 'violation'].map((key) => at(fields, key) ?? null))
  const told = violations.flatMap(([key, reason]) => {
    const status = textAt(throttle, key)
    return status === null ? [] : [{ status, reason }]
  })
  if (told.length === 0) return null
  return [...new Set(told.flatMap(({ status, reason }) => (/^(active|true)$/i.test(status) ? [reason] : [])))]
}

/** The edge is what NVIDIA calls the GPU's temperature; cards that do not tell it have the hotspot only. */
export const readingFrom = ({ index, fields }: Entry, identities: Identities): GpuReading => ({
  uuid: identity(identities, index),
  temperatureCelsius: firstOf(
    numberAt(fields, 'temperature', 'edge'),
    numberAt(fields, 'temperature', 'hotspot'),
  ),
  utilizationPercent: numberAt(fields, 'usage', 'gfx_activity'),
  memoryUsedBytes: firstOf(bytesAt(fields, 'mem_usage', 'used_vram'), bytesAt(fields, 'fb_usage', 'fb_used')),
  smClockMegahertz: firstOf(
    numberAt(fields, 'clock', 'gfx_0', 'clk'),
    numberAt(fields, 'clock', 'gfx', 'clk'),
  ),
  memoryClockMegahertz: firstOf(
    numberAt(fields, 'clock', 'mem_0', 'clk'),
    numberAt(fields, 'clock', 'mem', 'clk'),
  ),
  powerWatts: firstOf(
    numberAt(fields, 'power', 'socket_power'),
    numberAt(fields, 'power', 'current_socket_power'),
    numberAt(fields, 'power', 'average_socket_power'),
  ),
  slowdowns: slowdownsFrom(fields),
})

/** The processes of one device; null when one of them cannot be read, since it might be the foreign one. */
export function processesFrom({ index, fields }: Entry, identities: Identities): GpuProcess[] | null {
  const list = at(fields, 'process_list')
  if (!Array.isArray(list)) return null
  const processes: GpuProcess[] = []
  for (const item of list) {
    const info: unknown = at(item, 'process_info') ?? item
    if (typeof info === 'string' && /^no running processes/i.test(info)) continue
    const pid = isFields(info) ? numberAt(info, 'pid') : null
    if (pid === null) return null
    processes.push({
      uuid: identity(identities, index),
      pid,
      name: textAt(info, 'name') ?? '',
      memoryUsedBytes: firstOf(bytesAt(info, 'memory_usage', 'vram_mem'), bytesAt(info, 'mem_usage')),
    })
  }
  return processes
}
