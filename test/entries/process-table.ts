/** What runs on this machine, by the system's own account. Knows nothing of what any of it does. */
import { execFileSync } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'

interface Row {
  readonly pid: number
  readonly parent: number
  readonly group: number
}

/** Processes that run; those that have ended and only wait to be reaped are left out. */
const rows = (): readonly Row[] =>
  execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => !state?.startsWith('Z'))
    .map(([pid, parent, group]) => ({ pid: Number(pid), parent: Number(parent), group: Number(group) }))

/** The processes that a process started itself and that still run. */
export const childrenOf = (pid: number | undefined): readonly number[] =>
  rows().flatMap((row) => (row.parent === pid ? [row.pid] : []))

/** The processes of the groups that these lead or led: a server with all that it started. */
export const groupsOf = (leaders: readonly number[]): readonly number[] =>
  rows().flatMap(({ pid, group }) => (leaders.includes(group) ? [pid] : []))

/** Those of the given processes that still run. */
export const stillRunning = (pids: readonly number[]): readonly number[] => {
  const running = new Set(rows().map(({ pid }) => pid))
  return pids.filter((pid) => running.has(pid))
}

/** Waits for what must come about, however busy the machine is; throws after 25 s. */
export async function eventually(what: string, holds: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + 25_000
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain until ${what}`)
    await wait(30)
  }
}
