/** How busy the CPUs of the whole machine are, cheaply. Knows no process. */
import { readFileSync } from 'node:fs'
import os from 'node:os'

/** Time of all CPUs together since boot, in units of the system's own. */
export interface CpuTimes {
  readonly idle: number
  readonly total: number
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

/**
 * From the first line of /proc/stat (proc_stat(5)): user, nice, system, idle, iowait, irq, softirq, steal; time of guests
 * is in user already. Waiting for a disk is idle. Null for any other text.
 */
export function parseProcStat(text: string): CpuTimes | null {
  const fields = /^cpu +(\d[\d ]*)/.exec(text)?.[1]
  if (fields === undefined) return null
  const values = fields.trim().split(/ +/).map(Number).slice(0, 8)
  const [, , , idle = 0, iowait = 0] = values
  return values.length < 4 ? null : { idle: idle + iowait, total: sum(values) }
}

/** What os.cpus() lists, for systems without /proc; null for an empty list. */
function listedTimes(): CpuTimes | null {
  const times = os.cpus().map((cpu) => cpu.times)
  if (times.length === 0) return null
  return {
    idle: sum(times.map(({ idle }) => idle)),
    total: sum(times.flatMap(({ user, nice, sys, idle, irq }) => [user, nice, sys, idle, irq])),
  }
}

/**
 * Times until now; null when they cannot be had. On Linux os.cpus() would ask each core for its frequency as well, which
 * on some kernels waits for it.
 */
export function readCpuTimes(): CpuTimes | null {
  if (process.platform !== 'linux') return listedTimes()
  try {
    return parseProcStat(readFileSync('/proc/stat', 'utf8'))
  } catch {
    return null
  }
}

/** Share of the time in between that was not idle, from 0 to 100; null when no time has passed, or is not known. */
export function utilizationPercent(before: CpuTimes | null, after: CpuTimes | null): number | null {
  if (before === null || after === null) return null
  const total = after.total - before.total
  if (total <= 0) return null
  // A core that goes offline takes its idle time with it.
  return Math.min(100, Math.max(0, 100 * (1 - (after.idle - before.idle) / total)))
}
