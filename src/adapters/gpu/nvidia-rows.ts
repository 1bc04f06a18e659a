/** From nvidia-smi's rows to devices, readings and processes. Knows its fields, not how it is run. */
import type { GpuDevice, GpuProcess, GpuReading } from '../../model/gpu.ts'
import { bytesIn, isError, isLost, migIn, numberIn, slowdownsIn, textIn } from './nvidia-cells.ts'
import type { Cells, Columns } from './nvidia-query.ts'

type DeviceKey = 'uuid' | 'index' | 'driver' | 'memory' | 'power' | 'mig' | 'capability' | 'name'
export type DeviceCells = Cells<DeviceKey>

/** The name comes last, since it may hold commas. */
export const deviceColumns: Columns<DeviceKey> = {
  uuid: ['uuid', 'gpu_uuid'],
  index: ['index'],
  driver: ['driver_version'],
  memory: ['memory.total'],
  power: ['power.limit'],
  mig: ['mig.mode.current'],
  capability: ['compute_cap'],
  name: ['name', 'gpu_name'],
}

type ReadingKey =
  | 'uuid'
  | 'index'
  | 'temperature'
  | 'utilization'
  | 'memory'
  | 'sm'
  | 'mem'
  | 'power'
  | 'reasons'
export type ReadingCells = Cells<ReadingKey>

/** `reasons` is one bit mask under both of its names; drivers before 535 know only the second. */
export const readingColumns: Columns<ReadingKey> = {
  uuid: ['uuid', 'gpu_uuid'],
  index: ['index'],
  temperature: ['temperature.gpu'],
  utilization: ['utilization.gpu'],
  memory: ['memory.used'],
  sm: ['clocks.sm', 'clocks.current.sm'],
  mem: ['clocks.mem', 'clocks.current.memory'],
  power: ['power.draw'],
  reasons: ['clocks_event_reasons.active', 'clocks_throttle_reasons.active'],
}

type ProcessKey = 'uuid' | 'pid' | 'memory' | 'name'
export type ProcessCells = Cells<ProcessKey>

/** Under MIG the UUID is the card's, not the instance's. */
export const processColumns: Columns<ProcessKey> = {
  uuid: ['gpu_uuid'],
  pid: ['pid'],
  memory: ['used_memory', 'used_gpu_memory'],
  name: ['process_name', 'name'],
}

type Identified = Cells<'uuid' | 'index'>

/** GPU-…, MIG-… or, on Tegra, bare hexadecimals. */
const uuidPattern = /^[\w-]{8,}$/

const isPlaceholder = (cell: string): boolean => /^(\[.*\]|n\/a)$/i.test(cell)

/** Whether these are the cells of a device, as opposed to something else that happens to hold commas. */
export const isDeviceRow = ({ uuid = '' }: Identified): boolean =>
  uuidPattern.test(uuid) || isPlaceholder(uuid)

/** A device's UUID; its index where the driver tells none; null for a row of errors. */
export function identityIn({ uuid, index }: Identified): string | null {
  const told = textIn(uuid)
  if (told !== null) return told
  return numberIn(index) === null ? null : `index-${index}`
}

/** Whether the row stands for a device that is gone: it says so, or has errors in place of every value. */
export function isLostRow(cells: Cells<string>): boolean {
  const { uuid: _uuid, index: _index, name: _name, ...values } = cells
  const told = Object.values(values).filter((cell) => cell !== undefined)
  if (told.some(isLost) || isLost(cells.uuid ?? '')) return true
  return identityIn(cells) === null || (told.length > 0 && told.every(isError))
}

/** The rows of devices that are there, with who they are. */
export function wholeRows<Row extends Identified>(
  rows: readonly Row[],
): readonly { readonly uuid: string; readonly row: Row }[] {
  return rows.flatMap((row) => {
    const uuid = isLostRow(row) ? null : identityIn(row)
    return uuid === null ? [] : [{ uuid, row }]
  })
}

export function deviceIn(cells: DeviceCells, uuid: string): GpuDevice {
  return {
    uuid,
    index: numberIn(cells.index),
    name: textIn(cells.name) ?? 'NVIDIA GPU',
    memoryTotalBytes: bytesIn(cells.memory),
    powerLimitWatts: numberIn(cells.power),
    mig: migIn(cells.mig),
    computeCapability: textIn(cells.capability),
  }
}

export function readingIn(cells: ReadingCells, uuid: string): GpuReading {
  return {
    uuid,
    temperatureCelsius: numberIn(cells.temperature),
    utilizationPercent: numberIn(cells.utilization),
    memoryUsedBytes: bytesIn(cells.memory),
    smClockMegahertz: numberIn(cells.sm),
    memoryClockMegahertz: numberIn(cells.mem),
    powerWatts: numberIn(cells.power),
    slowdowns: slowdownsIn(cells.reasons),
  }
}

/** A row whose PID is told; in a container it may read `[Insufficient Permissions]`. */
export const isProcessRow = ({ pid = '' }: ProcessCells): boolean => /^\d+$/.test(pid)

export const processIn = (cells: ProcessCells): GpuProcess => ({
  uuid: textIn(cells.uuid),
  pid: Number(cells.pid),
  name: cells.name ?? '',
  memoryUsedBytes: bytesIn(cells.memory),
})
