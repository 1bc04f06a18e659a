/** Servers whose gate is gone: found by the registry, told apart from strangers, and ended. Starts nothing. */
import { readFileSync, statSync } from 'node:fs'
import { uptime } from 'node:os'
import { markName } from './ollama-environment.ts'
import { endGroup, maySignal } from './process-group.ts'
import { hasProc, isAmong, listProcesses, type ProcessRow, processSpace, treeOf } from './process-table.ts'
import {
  belongsTo,
  forgetServer,
  readRegistry,
  readStored,
  type ServerEntry,
  type StoredEntry,
} from './registry-entries.ts'

export { ownerOfThisProcess } from './registry-entries.ts'

/** A server that a gate certainly started and that runs, or whose children do, without it. */
export interface Orphan {
  readonly file: string
  /** Of the server itself, which leads the group. */
  readonly pid: number
  /** All that run of its group; never empty. */
  readonly pids: readonly number[]
  /** False when the server itself is dead and only children of it are left. */
  readonly serverRuns: boolean
  readonly port: number
  readonly binary: string
  /** ISO 8601 in UTC. */
  readonly startedAt: string
  readonly ownerPid: number
  /** Whether this process may end it: false for another user's. */
  readonly canEnd: boolean
}

/** What came of ending the servers of an owner. */
export interface EndedServers {
  readonly ended: readonly Orphan[]
  readonly left: readonly Orphan[]
}

/** An entry that can be read. */
type ReadEntry = StoredEntry & { readonly entry: ServerEntry }

/** What is left of a server. */
interface Remains {
  /** Never empty. */
  readonly pids: readonly number[]
  readonly serverRuns: boolean
}

/** Whether the process was started with this mark, or by one that was; null where that is not told. */
function carries(pid: number, mark: string): boolean | null {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${markName}=${mark}`)
  } catch {
    return null
  }
}

/**
 * A group keeps its number until its last member ends, so that one process with the mark vouches for all. Without the
 * server itself and without a mark, the number may long be another group's.
 */
function remainsOf({ pid, entry }: ReadEntry, rows: readonly ProcessRow[]): Remains | 'over' | 'uncertain' {
  const pids = treeOf(rows, pid)
  if (pids.length === 0) return 'over'
  if (isAmong(rows, entry.server)) return { pids, serverRuns: true }
  if (rows.some((row) => row.pid === pid)) return 'over'
  const marks = pids.map((one) => carries(one, entry.mark))
  if (marks.every((mark) => mark === false)) return 'over'
  return marks.includes(true) ? { pids, serverRuns: false } : 'uncertain'
}

/** Null where the system does not tell. */
function userOf(pid: number): number | null {
  try {
    return hasProc ? statSync(`/proc/${pid}`).uid : null
  } catch {
    return null
  }
}

/** Anybody may put a file into the folder: it can only speak of processes of whoever wrote it, or be root's. */
const mayName = (userId: number | null, pids: readonly number[]): boolean =>
  userId === null ||
  userId === 0 ||
  userId === process.getuid?.() ||
  pids.every((pid) => userOf(pid) === userId)

/** What is not certain is never an orphan: a stranger's process would be in the way of every job. */
function asOrphan(stored: ReadEntry, rows: readonly ProcessRow[]): Orphan | 'over' | 'uncertain' {
  const remains = remainsOf(stored, rows)
  if (typeof remains === 'string') return remains
  const { file, pid, userId, entry } = stored
  const { pids, serverRuns } = remains
  if (!mayName(userId, pids)) return 'uncertain'
  const { port, binary, startedAt, owner } = entry
  const canEnd = pids.every(maySignal)
  return { file, pid, pids, serverRuns, port, binary, startedAt, ownerPid: owner.pid, canEnd }
}

/** Another container's processes have other numbers here: nothing can be said of them. */
const isElsewhere = ({ space }: ServerEntry): boolean => {
  const here = processSpace()
  return space.boot === here.boot && space.container !== here.container
}

const isPast = ({ space }: ServerEntry): boolean => space.boot !== processSpace().boot

/** Torn by a power cut, say: whatever it named is over. A younger one may be of a user who lets nobody read it. */
const isOldRubbish = ({ entry, writtenMs }: StoredEntry): boolean =>
  entry === null && writtenMs < Date.now() - uptime() * 1000

const isRead = (stored: StoredEntry): stored is ReadEntry => stored.entry !== null

/** The entries that can be spoken of, and what runs, null where the system does not tell. */
interface Sight {
  readonly entries: readonly ReadEntry[]
  readonly rows: readonly ProcessRow[] | null
}

/** The entries come first: what was started meanwhile is not missed. */
async function look(folder: string): Promise<Sight> {
  const entries: ReadEntry[] = []
  for (const stored of readRegistry(folder)) {
    if (isOldRubbish(stored)) forgetServer(stored.file)
    else if (!isRead(stored)) continue
    else if (isPast(stored.entry)) forgetServer(stored.file)
    else if (!isElsewhere(stored.entry)) entries.push(stored)
  }
  return { entries, rows: entries.length === 0 ? [] : await listProcesses() }
}

/** Entries of servers that are over are removed on the way. */
function running(entries: readonly ReadEntry[], rows: readonly ProcessRow[]): readonly Orphan[] {
  return entries.flatMap((stored) => {
    const orphan = asOrphan(stored, rows)
    if (orphan === 'over') forgetServer(stored.file)
    return typeof orphan === 'string' ? [] : orphan
  })
}

/**
 * Servers that run, or whose children do, though the gate that started them is gone; empty for none that is certain,
 * null where the system does not tell what runs. Never rejects.
 */
export async function findOrphans(stateFolder: string): Promise<readonly Orphan[] | null> {
  const { entries, rows } = await look(stateFolder)
  if (rows === null) return null
  return running(
    entries.filter(({ entry }) => !isAmong(rows, entry.owner)),
    rows,
  )
}

/** Ends a server with its children, as it stands now. True when nothing of it is left. Never rejects. */
export async function endOrphan({ file }: Orphan): Promise<boolean> {
  const stored = readStored(file)
  if (stored === null) return true
  const rows = await listProcesses()
  if (rows === null || !isRead(stored)) return false
  const orphan = asOrphan(stored, rows)
  if (orphan === 'uncertain') return false
  if (orphan !== 'over' && (!orphan.canEnd || (await endGroup(orphan.pid)).length > 0)) return false
  forgetServer(file)
  return true
}

/**
 * Ends all servers of one owner, as `ownerOfThisProcess` named it, whether that still runs or not: for whoever cleans
 * up after a gate that was killed or hangs. Gives none where the system does not tell what runs. Never rejects.
 */
export async function endServersOf(stateFolder: string, owner: string): Promise<EndedServers> {
  const { entries, rows } = await look(stateFolder)
  const servers = running(
    entries.filter(({ entry }) => rows !== null && belongsTo(entry, owner)),
    rows ?? [],
  )
  const gone = await Promise.all(servers.map(endOrphan))
  return {
    ended: servers.filter((_, index) => gone[index]),
    left: servers.filter((_, index) => !gone[index]),
  }
}
