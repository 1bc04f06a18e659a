/** Which processes run on this machine, told apart for good: a pid may be used again. Knows nothing of what they do. */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readlinkSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'

/** A process can be told apart from its children's group only where there are groups; elsewhere only by its parent. */
export const hasGroups = process.platform !== 'win32'

/** `since` is when it started, in whatever form the system tells it: pid and since together are one process. */
export interface ProcessIdentity {
  readonly pid: number
  readonly since: string
}

/** A process that runs; one that is over and was not yet buried is none. `group` is null where there are no groups. */
export interface ProcessRow extends ProcessIdentity {
  readonly parent: number
  readonly group: number | null
}

/** Whether the system tells of its processes in files (Linux). */
export const hasProc = existsSync('/proc/self/stat')

/** A line of /proc/<pid>/stat: the name in parentheses may hold anything, so that one counts from its end (proc(5)). */
function rowOfStat(stat: string): ProcessRow | null {
  const [state = '', parent, group, ...more] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const since = more[16]
  if (since === undefined || 'ZX'.includes(state)) return null
  return { pid: Number.parseInt(stat, 10), parent: Number(parent), group: Number(group), since }
}

/** Null for a process that ended meanwhile. */
const statRow = (pid: string): Promise<ProcessRow | null> =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(rowOfStat, () => null)

/** A line of `ps`: pid, parent, group, state, and when it started, which holds spaces. */
function rowOfPs(line: string): ProcessRow | null {
  const [pid, parent, group, state = '', ...since] = line.trim().split(/\s+/)
  if (since.length === 0 || state.startsWith('Z')) return null
  return { pid: Number(pid), parent: Number(parent), group: Number(group), since: since.join(' ') }
}

/** A line of the PowerShell command below: pid, parent, and when it started in ticks. */
function rowOfWindows(line: string): ProcessRow | null {
  const [pid, parent, since] = line.trim().split(' ')
  if (since === undefined || !/^\d+$/.test(since)) return null
  return { pid: Number(pid), parent: Number(parent), group: null, since }
}

/** They take a second or two; one that hangs must not hold up the end of a job. */
const listMs = 10_000
/** Some 100 bytes a process. */
const mostBytes = 16 * 1024 * 1024

const bounded = {
  encoding: 'utf8',
  windowsHide: true,
  timeout: listMs,
  killSignal: 'SIGKILL',
  maxBuffer: mostBytes,
} as const

const psColumns = ['-o', 'pid=,ppid=,pgid=,stat=,lstart=']
/** The same words whatever the user's language and time zone. */
const psOptions = () => ({ ...bounded, env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } })

const windowsCommand = (filter: string): string[] => [
  '-NoProfile',
  '-NonInteractive',
  '-Command',
  `Get-CimInstance Win32_Process ${filter} | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $($_.CreationDate.Ticks)" }`,
]

const run = promisify(execFile)

const rowsOf = (text: string, parse: (line: string) => ProcessRow | null): readonly ProcessRow[] =>
  text.split('\n').flatMap((line) => parse(line) ?? [])

/** As /proc tells it (Linux). */
export async function processesByProc(): Promise<readonly ProcessRow[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  return (await Promise.all(pids.map(statRow))).flatMap((row) => row ?? [])
}

/** As `ps` tells it (macOS, BSD). */
export async function processesByPs(): Promise<readonly ProcessRow[]> {
  return rowsOf((await run('ps', ['-A', ...psColumns], psOptions())).stdout, rowOfPs)
}

async function processesByPowerShell(): Promise<readonly ProcessRow[]> {
  const { stdout } = await run('powershell.exe', windowsCommand(''), bounded)
  return rowsOf(stdout, rowOfWindows)
}

/** All that run; null where the system does not tell, or not within 10 s. */
export async function listProcesses(): Promise<readonly ProcessRow[] | null> {
  try {
    if (hasProc) return await processesByProc()
    return hasGroups ? await processesByPs() : await processesByPowerShell()
  } catch {
    return null
  }
}

/** One process, at once; null when it does not run or the system does not tell. */
export function identify(pid: number): ProcessIdentity | null {
  try {
    if (hasProc) return rowOfStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    const [row] = hasGroups
      ? rowsOf(execFileSync('ps', ['-p', String(pid), ...psColumns], psOptions()), rowOfPs)
      : rowsOf(
          execFileSync('powershell.exe', windowsCommand(`-Filter "ProcessId=${pid}"`), bounded),
          rowOfWindows,
        )
    return row ?? null
  } catch {
    return null
  }
}

/** Whether this very process still runs, and no other one under its number. */
export const isAmong = (rows: readonly ProcessIdentity[], { pid, since }: ProcessIdentity): boolean =>
  rows.some((row) => row.pid === pid && row.since === since)

/** Where pids mean the same: this boot of this machine, and this container. */
export interface ProcessSpace {
  readonly boot: string
  readonly container: string
}

/** Empty texts for what the system does not tell. */
export function processSpace(): ProcessSpace {
  try {
    return {
      boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      container: readlinkSync('/proc/self/ns/pid'),
    }
  } catch {
    return { boot: '', container: hostname() }
  }
}

/**
 * The process and all that descend from it, by their parents' numbers, as Windows has it. A parent's number outlives it
 * there: who started before the process that bears it now is no child of that one. `since` must be in ticks.
 */
export function descendantsOf(rows: readonly ProcessRow[], leader: number): readonly number[] {
  const since = new Map(rows.map((row) => [row.pid, BigInt(row.since)]))
  const isLaterThan = (row: ProcessRow): boolean => BigInt(row.since) >= (since.get(row.parent) ?? 0n)
  const tree = new Set([leader])
  for (let before = 0; before !== tree.size; ) {
    before = tree.size
    for (const row of rows) if (tree.has(row.parent) && isLaterThan(row)) tree.add(row.pid)
  }
  return rows.filter(({ pid }) => tree.has(pid)).map(({ pid }) => pid)
}

/** The process and all that it started, as far as they run; those in its group where there are groups. */
export const treeOf = (rows: readonly ProcessRow[], leader: number): readonly number[] =>
  hasGroups ? rows.filter(({ group }) => group === leader).map(({ pid }) => pid) : descendantsOf(rows, leader)
