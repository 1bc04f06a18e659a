/** How much memory a running program and its children have at most. Knows not what they are. */
import { readdirSync, readFileSync } from 'node:fs'

const intervalMs = 100

/** Of one process, in bytes: what it has now, and the most that it ever had. */
interface Resident {
  readonly nowBytes: number
  readonly peakBytes: number
}

const kibibytes = (status: string, field: string): number =>
  Number(new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1] ?? 0) * 1024

/** Null for a process that is gone, or a zombie. */
function residentOf(pid: number): Resident | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return status.includes('VmRSS:')
      ? { nowBytes: kibibytes(status, 'VmRSS'), peakBytes: kibibytes(status, 'VmHWM') }
      : null
  } catch {
    return null
  }
}

/** The children of one process, by the threads that started them: far less to read than all processes of the machine. */
const childrenOf = (pid: number): readonly number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    (readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').match(/\d+/g) ?? []).map(Number),
  )

function treeOf(pid: number): readonly number[] {
  try {
    return [pid, ...childrenOf(pid).flatMap(treeOf)]
  } catch {
    // It ended meanwhile.
    return [pid]
  }
}

/** The most that was seen in one look: all together, or one of them by the system's own account of it. */
function mostNow(pid: number): number {
  const all = treeOf(pid).flatMap((one) => residentOf(one) ?? [])
  return Math.max(
    0,
    all.reduce((sum, { nowBytes }) => sum + nowBytes, 0),
    ...all.map(({ peakBytes }) => peakBytes),
  )
}

/** Whether the system tells of a process's children in a file: Linux with CONFIG_PROC_CHILDREN. */
function tellsChildren(): boolean {
  try {
    readFileSync(`/proc/self/task/${process.pid}/children`)
    return true
  } catch {
    return false
  }
}

/**
 * Looks at a process and its children from now on, ten times a second. The function ends that and gives the greatest
 * resident memory in bytes, pages that they share counted for each; null where the system does not tell.
 */
export function watchMemory(pid: number): () => number | null {
  if (!tellsChildren()) return () => null
  let most = mostNow(pid)
  const timer = setInterval(() => {
    most = Math.max(most, mostNow(pid))
  }, intervalMs)
  return () => {
    clearInterval(timer)
    return most > 0 ? most : null
  }
}
