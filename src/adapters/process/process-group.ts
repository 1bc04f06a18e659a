/** Ending processes that we started, with their children, in every exit path. Knows nothing of what they do. */
import type { ChildProcess } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import {
  hasGroups,
  isAmong,
  listProcesses,
  type ProcessIdentity,
  type ProcessRow,
  treeOf,
} from './process-table.ts'

const politeMs = 5000
/** A runner ends a cancelled job for good 7.5 s after it was asked to end. */
const hurriedMs = 2500
const killMs = 5000
const pollMs = 50

/** For how long something is asked to end before it is ended, in milliseconds; it may become less meanwhile. */
export type Patience = () => number

/** So long, and less once this process is itself told to end. */
export const patienceOf =
  (ms: number, isHurried: () => boolean): Patience =>
  () =>
    isHurried() ? Math.min(ms, hurriedMs) : ms

const polite: Patience = () => politeMs
const killed: Patience = () => killMs

const alive = new Set<ChildProcess>()

/** True when there was one to signal. */
function signalOne(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    // Gone already, which is what was wanted, or not ours to signal, which whoever waits for its end will see.
    return false
  }
}

/** Also true for what this user may not signal, and for a process that is over but was not yet buried. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Signals the child and, where there are groups, all that it started; true when there was one to signal. */
const signalGroup = ({ pid }: ChildProcess, signal: NodeJS.Signals): boolean =>
  pid !== undefined && signalOne(hasGroups ? -pid : pid, signal)

function killAll(): void {
  for (const child of alive) signalGroup(child, 'SIGKILL')
}

/** From now on the child, which must lead its own group where there are groups, does not outlive this process's exit. */
export function endWithUs(child: ChildProcess): void {
  if (alive.size === 0) process.on('exit', killAll)
  alive.add(child)
  child.once('exit', () => {
    // What it left behind is ours too: nobody else knows of it.
    if (hasGroups) signalGroup(child, 'SIGKILL')
    alive.delete(child)
    if (alive.size === 0) process.off('exit', killAll)
  })
}

/** A child that is not over keeps its number: what is over may have handed it on. */
export const isOver = ({ exitCode, signalCode, pid }: Omit<Leader, 'once'>): boolean =>
  pid === undefined || exitCode !== null || signalCode !== null

async function overWithin(child: ChildProcess, patience: Patience): Promise<boolean> {
  const startMs = performance.now()
  while (!isOver(child)) {
    if (performance.now() - startMs > patience()) return false
    await wait(pollMs)
  }
  return true
}

/** Asks the child and its group to end, and ends them when they do not. Resolves when the child is gone. */
export async function endProcess(child: ChildProcess, patience: Patience = polite): Promise<void> {
  if (isOver(child)) return
  signalGroup(child, 'SIGTERM')
  if (await overWithin(child, patience)) return
  signalGroup(child, 'SIGKILL')
  await overWithin(child, killed)
}

type Members = readonly ProcessIdentity[]

/** The process and all that it started, as far as they run and the system tells; `rows` is null where it does not. */
function membersIn(rows: readonly ProcessRow[] | null, leader: number): Members {
  if (rows === null) return exists(leader) ? [{ pid: leader, since: '' }] : []
  const pids = new Set(treeOf(rows, leader))
  return rows.filter(({ pid }) => pids.has(pid))
}

const listMembers = async (leader: number): Promise<Members> =>
  hasGroups && !exists(-leader) ? [] : membersIn(await listProcesses(), leader)

type List = () => Promise<Members>

async function goneWithin(list: List, patience: Patience): Promise<Members> {
  const startMs = performance.now()
  for (;;) {
    const left = await list()
    if (left.length === 0 || performance.now() - startMs > patience()) return left
    await wait(pollMs)
  }
}

/** `members` are signalled one by one where there are no groups: the tree is lost once its root is gone. */
function signalTree(leader: number, members: Members, signal: NodeJS.Signals): void {
  if (hasGroups) signalOne(-leader, signal)
  else for (const { pid } of members) signalOne(pid, signal)
}

async function endMembers(leader: number, list: List, patience: Patience): Promise<readonly number[]> {
  const asked = await list()
  if (asked.length === 0) return []
  // A group's number is its own while it has members; without groups a number may be another's at the next look.
  const same = async () => (await list()).filter((one) => hasGroups || isAmong(asked, one))
  signalTree(leader, asked, 'SIGTERM')
  const stubborn = await goneWithin(same, patience)
  if (stubborn.length === 0) return []
  signalTree(leader, stubborn, 'SIGKILL')
  return (await goneWithin(same, killed)).map(({ pid }) => pid)
}

/**
 * Asks a group to end, also one whose leader is dead, and ends it when it does not in time. Gives the processes that
 * are left all the same (no permission, or stuck in a driver); empty when all are gone. Never rejects. Whoever asks has
 * made sure whose group it is.
 */
export const endGroup = (leader: number, patience: Patience = polite): Promise<readonly number[]> =>
  endMembers(leader, () => listMembers(leader), patience)

/** The group of a child of ours: never that of a stranger who was given the child's number later. */
export interface OwnGroup {
  /** All that run of it, among those that run; `rows` is null where the system does not tell. */
  membersAmong(rows: readonly ProcessRow[] | null): Promise<readonly number[]>
  /** As `endGroup`; does nothing once the group is empty. */
  end(patience: Patience): Promise<readonly number[]>
}

/** What `ownGroup` needs of a child. */
export type Leader = Pick<ChildProcess, 'exitCode' | 'signalCode' | 'pid'> & {
  once(event: 'exit', listener: () => void): unknown
}

/** The group of a child that has just been started as `leader`, and leads a group where there are groups. */
export function ownGroup(leader: number, child: Leader): OwnGroup {
  // The number of a child that is over is only free for others when nobody of its group is left.
  const withoutStranger = (now: Members): Members =>
    isOver(child) && now.some(({ pid }) => pid === leader) ? [] : now
  let atExit: Promise<Members> = Promise.resolve([])
  child.once('exit', () => {
    atExit = listMembers(leader).then(withoutStranger)
  })
  const ours = async (rows: Members): Promise<Members> => {
    if (!isOver(child)) return rows
    const left = await atExit
    const same = withoutStranger(rows).filter((one) => isAmong(left, one))
    return hasGroups && same.length > 0 ? rows : same
  }
  return {
    membersAmong: async (rows) => (await ours(membersIn(rows, leader))).map(({ pid }) => pid),
    end: (patience) => endMembers(leader, async () => ours(await listMembers(leader)), patience),
  }
}

/** Whether this user may signal the process; false for one that is gone. */
export const maySignal = (pid: number): boolean => signalOne(pid, 0)
