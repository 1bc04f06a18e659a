/** What the cells of nvidia-smi's CSV mean. Knows no field and no process. */
import type { SlowdownReason } from '../../model/gpu.ts'

const bytesPerMebibyte = 1024 * 1024

/**
 * A number, or null for everything else: `[N/A]`, `[Not Supported]`, `[Unknown Error]`, `[Insufficient Permissions]`,
 * `[Requested functionality has been deprecated]` and whatever else a driver says instead of a value. Never 0.
 */
export function numberIn(cell: string | undefined): number | null {
  return cell !== undefined && /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : null
}

/** MiB, as the tool prints memory without units, to bytes. */
export function bytesIn(cell: string | undefined): number | null {
  const mebibytes = numberIn(cell)
  return mebibytes === null ? null : mebibytes * bytesPerMebibyte
}

/** Text that is no placeholder; null for one, and for none. */
export function textIn(cell: string | undefined): string | null {
  if (cell === undefined || cell === '' || /^\[.*\]$/.test(cell) || /^n\/a$/i.test(cell)) return null
  return cell
}

/**
 * Whether the card is cut into instances. `[N/A]` is a card that cannot be, and a tool without the field is older than MIG;
 * null is an error in its place.
 */
export function migIn(cell: string | undefined): boolean | null {
  if (cell === undefined || /^(disabled|\[?n\/a\]?|\[not supported\])$/i.test(cell)) return false
  return /^enabled$/i.test(cell) ? true : null
}

/** Whether a cell says that the device is gone, or useless until it is reset. */
export const isLost = (cell: string): boolean => /gpu is lost|requires reset|fallen off/i.test(cell)

/** Whether a cell is there instead of a value that the driver could not get. */
export const isError = (cell: string): boolean =>
  /^\[?(unknown error|gpu is lost|gpu requires reset)/i.test(cell)

/** Bits of nvmlClocksEventReasons (nvml.h). Idle, application clocks, sync boost and display clocks are no slowdown. */
const reasonBits: readonly (readonly [number, SlowdownReason])[] = [
  [0x40, 'hw-thermal'],
  [0x20, 'sw-thermal'],
  [0x08, 'hw-slowdown'],
  [0x80, 'hw-power-brake'],
  [0x04, 'sw-power-cap'],
]

/** The reasons of a bit mask such as 0x0000000000000024; null where the tool does not tell. */
export function slowdownsIn(cell: string | undefined): SlowdownReason[] | null {
  if (cell === undefined || !/^0x[0-9a-f]+$/i.test(cell)) return null
  // The low word holds all bits that are known; the rest may exceed what a bit operation takes.
  const mask = Number.parseInt(cell.slice(-8).replace(/^0x/i, ''), 16)
  return reasonBits.flatMap(([bit, reason]) => ((mask & bit) === 0 ? [] : [reason]))
}
