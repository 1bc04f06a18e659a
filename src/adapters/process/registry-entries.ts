/**
 * What this machine's gates have started, one small file a server, so that a gate that is killed leaves no unknown
 * orphan. Many users may share the folder. Knows how an entry is kept, not what follows from it.
 */
import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { identify, type ProcessIdentity, type ProcessSpace, processSpace } from './process-table.ts'

/** One server. `owner` is the gate that started it, `mark` what its environment and that of its children carries. */
export interface ServerEntry {
  readonly server: ProcessIdentity
  readonly owner: ProcessIdentity
  readonly space: ProcessSpace
  readonly mark: string
  readonly port: number
  readonly binary: string
  /** ISO 8601 in UTC. */
  readonly startedAt: string
}

/** An entry as it lies in the folder. `entry` is null where it cannot be read; `userId` is null where there are none. */
export interface StoredEntry {
  readonly file: string
  readonly pid: number
  readonly userId: number | null
  /** When it was written, in wall time. */
  readonly writtenMs: number
  readonly entry: ServerEntry | null
}

/** What a caller knows of a server that it has just started. */
export type NewEntry = Pick<ServerEntry, 'mark' | 'port' | 'binary'> & { readonly pid: number }

/** No sticky bit: the lock lies in the same folder, and whoever comes next must be able to clear away a dead job's. */
const sharedFolderMode = 0o777
const sharedFileMode = 0o644

const thisProcess = (): ProcessIdentity => identify(process.pid) ?? { pid: process.pid, since: '' }

const textOf = ({ pid, since }: ProcessIdentity): string => `${pid}@${since}`

/** This process as an owner of servers, to be kept for whoever cleans up after it. */
export const ownerOfThisProcess = (): string => textOf(thisProcess())

/** Whether an entry belongs to an owner as `ownerOfThisProcess` gave it. */
export const belongsTo = ({ owner }: ServerEntry, token: string): boolean => textOf(owner) === token

/** A folder that is there stays as whoever made it wants it. */
function openFolder(folder: string): void {
  if (mkdirSync(folder, { recursive: true }) !== undefined) chmodSync(folder, sharedFolderMode)
}

/** Synced before it gets its name: a machine that loses power must not come back with an empty entry. */
function writeWhole(file: string, text: string): void {
  const draft = `${file}.draft`
  // Exclusive, so that nothing is written through a link that another user has put there.
  const fd = openSync(draft, 'wx')
  try {
    writeFileSync(fd, text)
    fchmodSync(fd, sharedFileMode)
    fsyncSync(fd)
    renameSync(draft, file)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  } finally {
    closeSync(fd)
  }
}

/**
 * Writes an entry for a server that has just started and gives its file; null for one that is over already. Throws
 * what the disk says.
 */
export function registerServer(folder: string, { pid, ...known }: NewEntry): string | null {
  const server = identify(pid)
  if (server === null) return null
  openFolder(folder)
  const entry: ServerEntry = {
    server,
    owner: thisProcess(),
    space: processSpace(),
    startedAt: new Date().toISOString(),
    ...known,
  }
  const file = join(folder, `server-${pid}-${randomUUID().slice(0, 8)}.json`)
  writeWhole(file, JSON.stringify(entry))
  return file
}

/** Removes an entry. One that is gone already, or another user's, is left as it is. */
export function forgetServer(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // Of another user: it is theirs to remove.
  }
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object'

const isIdentity = (value: unknown): value is ProcessIdentity =>
  isFields(value) &&
  Number.isSafeInteger(value.pid) &&
  Number(value.pid) > 1 &&
  typeof value.since === 'string'

const isSpace = (value: unknown): value is ProcessSpace =>
  isFields(value) && typeof value.boot === 'string' && typeof value.container === 'string'

function isEntry(value: unknown): value is ServerEntry {
  if (!isFields(value) || !isIdentity(value.server) || !isIdentity(value.owner)) return false
  const texts = [value.mark, value.binary, value.startedAt]
  return (
    isSpace(value.space) && Number.isInteger(value.port) && texts.every((text) => typeof text === 'string')
  )
}

function readEntry(file: string, pid: number): ServerEntry | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return isEntry(value) && value.server.pid === pid ? value : null
  } catch {
    return null
  }
}

/** One file of the folder; null for what is no entry, or is gone. */
export function readStored(file: string): StoredEntry | null {
  const pid = Number(/server-(\d{1,10})-[0-9a-f]{8}\.json$/.exec(file)?.[1])
  if (!(pid > 1)) return null
  try {
    const { uid, mtimeMs } = statSync(file)
    const userId = process.getuid === undefined ? null : uid
    return { file, pid, userId, writtenMs: mtimeMs, entry: readEntry(file, pid) }
  } catch {
    return null
  }
}

/** All entries; empty where there is no such folder, or it may not be read. */
export function readRegistry(folder: string): readonly StoredEntry[] {
  try {
    return readdirSync(folder).flatMap((name) => readStored(join(folder, name)) ?? [])
  } catch {
    return []
  }
}
