/** Servers whose gate is gone: found by the registry, told apart from strangers, and ended. Starts nothing. */
import { readFileSync, statSync } from 'node:fs'
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

/** A server that a gate started and that runs, or whose children do, without it. Null is what is not known. */
export interface Orphan {
  readonly file: string
  /** Of the server itself, which leads the group. */
  readonly pid: number
  /** All that run of its group; never empty. */
  readonly pids: readonly number[]
  /** False when the server itself is dead and only children of it are left. */
  readonly serverRuns: boolean
  readonly port: number | null
  readonly binary: string | null
  /** ISO 8601 in UTC. */
  readonly startedAt: string | null
  readonly ownerPid: number | null
  /** Whether this process may and can end it: false for another user's, and where it is not certain whose it is. */
  readonly canEnd: boolean
}

/** What came of ending the servers of an owner. */
export interface EndedServers {
  readonly ended: readonly Orphan[]
  readonly left: readonly Orphan[]
}

/** What is left of a server: its processes, and whether they are certainly its own. */
interface Remains {
  readonly pids: readonly number[]
  readonly serverRuns: boolean
  readonly certain: boolean
}

const nothing: Remains = { pids: [], serverRuns: false, certain: true }

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
function remainsOf({ pid, entry }: StoredEntry, rows: readonly ProcessRow[]): Remains {
  const pids = treeOf(rows, pid)
  const runs = rows.some((row) => row.pid === pid)
  if (entry === null) return { pids, serverRuns: runs, certain: false }
  if (isAmong(rows, entry.server)) return { pids, serverRuns: true, certain: true }
  if (runs) return nothing
  const marks = pids.map((one) => carries(one, entry.mark))
  if (marks.every((mark) => mark === false)) return nothing
  return { pids, serverRuns: false, certain: marks.includes(true) }
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

function asOrphan(stored: StoredEntry, rows: readonly ProcessRow[]): Orphan | null {
  const { pids, serverRuns, certain } = remainsOf(stored, rows)
  if (pids.length === 0) return null
  const { file, pid, userId, entry } = stored
  return {
    file,
    pid,
    pids,
    serverRuns,
    port: entry?.port ?? null,
    binary: entry?.binary ?? null,
    startedAt: entry?.startedAt ?? null,
    ownerPid: entry?.owner.pid ?? null,
    canEnd: certain && mayName(userId, pids) && pids.every(maySignal),
  }
}

/** Another container's processes have other numbers here: nothing can be said of them. */
const isElsewhere = ({ space }: ServerEntry): boolean => {
  const here = processSpace()
  return space.boot === here.boot && space.container !== here.container
}

const isPast = ({ space }: ServerEntry): boolean => space.boot !== processSpace().boot

/** The entries that can be spoken of, and what runs. The entries come first: what was started meanwhile is not missed. */
async function look(
  folder: string,
): Promise<{ entries: readonly StoredEntry[]; rows: readonly ProcessRow[] }> {
  const entries: StoredEntry[] = []
  for (const stored of readRegistry(folder)) {
    if (stored.entry !== null && isPast(stored.entry)) forgetServer(stored.file)
    else if (stored.entry === null || !isElsewhere(stored.entry)) entries.push(stored)
  }
  const rows = entries.length === 0 ? [] : await listProcesses()
  return rows === null ? { entries: [], rows: [] } : { entries, rows }
}

/** Entries of servers that are over are removed on the way. */
function running(entries: readonly StoredEntry[], rows: readonly ProcessRow[]): readonly Orphan[] {
  return entries.flatMap((stored) => {
    const orphan = asOrphan(stored, rows)
    if (orphan === null) forgetServer(stored.file)
    return orphan ?? []
  })
}

/**
 * Servers that run, or whose children do, though the gate that started them is gone; empty for none, and where the
 * system does not tell what runs. Never rejects.
 */
export async function findOrphans(stateFolder: string): Promise<readonly Orphan[]> {
  const { entries, rows } = await look(stateFolder)
  return running(
    entries.filter(({ entry }) => entry === null || !isAmong(rows, entry.owner)),
    rows,
  )
}

/** Ends a server with its children, as it stands now. True when nothing of it is left. Never rejects. */
export async function endOrphan({ file }: Orphan): Promise<boolean> {
  const stored = readStored(file)
  if (stored === null) return true
  const rows = await listProcesses()
  if (rows === null) return false
  const orphan = asOrphan(stored, rows)
  if (orphan !== null && (!orphan.canEnd || (await endGroup(orphan.pid)).length > 0)) return false
  forgetServer(file)
  return true
}

/**
 * Ends all servers of one owner, as `ownerOfThisProcess` named it, whether that still runs or not: for whoever cleans
 * up after a gate that was killed or hangs. Never rejects.
 */
export async function endServersOf(stateFolder: string, owner: string): Promise<EndedServers> {
  const { entries, rows } = await look(stateFolder)
  const servers = running(
    entries.filter(({ entry }) => entry !== null && belongsTo(entry, owner)),
    rows,
  )
  const gone = await Promise.all(servers.map(endOrphan))
  return {
    ended: servers.filter((_, index) => gone[index]),
    left: servers.filter((_, index) => !gone[index]),
  }
}
