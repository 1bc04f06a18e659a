/** Ending processes that we started, with their children, in every exit path. Knows nothing of what they do. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { hasGroups, listProcesses, treeOf } from './process-table.ts'

const politeMs = 5000
const killMs = 5000
const pollMs = 50

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

const isOver = ({ exitCode, signalCode, pid }: ChildProcess): boolean =>
  pid === undefined || exitCode !== null || signalCode !== null

async function overWithin(child: ChildProcess, ms: number): Promise<boolean> {
  if (isOver(child)) return true
  const stop = new AbortController()
  const { signal } = stop
  try {
    return await Promise.race([once(child, 'exit', { signal }).then(() => true), wait(ms, false, { signal })])
  } finally {
    stop.abort()
  }
}

/** Asks the child and its group to end, and ends them when they do not. Resolves when the child is gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (isOver(child)) return
  signalGroup(child, 'SIGTERM')
  if (await overWithin(child, politeMs)) return
  signalGroup(child, 'SIGKILL')
  await overWithin(child, killMs)
}

/** The process and all that it started, as far as they run and the system tells. */
async function membersOf(leader: number): Promise<readonly number[]> {
  if (hasGroups && !exists(-leader)) return []
  const rows = await listProcesses()
  if (rows !== null) return treeOf(rows, leader)
  return exists(leader) ? [leader] : []
}

async function goneWithin(leader: number, ms: number): Promise<readonly number[]> {
  const endMs = performance.now() + ms
  for (;;) {
    const left = await membersOf(leader)
    if (left.length === 0 || performance.now() > endMs) return left
    await wait(pollMs)
  }
}

/** `members` are signalled one by one where there are no groups: the tree is lost once its root is gone. */
function signalTree(leader: number, members: readonly number[], signal: NodeJS.Signals): void {
  if (hasGroups) signalOne(-leader, signal)
  else for (const pid of members) signalOne(pid, signal)
}

/**
 * Asks a group to end, also one whose leader is dead, and ends it when it does not within `patienceMs`. Gives the
 * processes that are left all the same (no permission, or stuck in a driver); empty when all are gone. Never rejects.
 */
export async function endGroup(leader: number, patienceMs: number = politeMs): Promise<readonly number[]> {
  const members = await membersOf(leader)
  if (members.length === 0) return []
  signalTree(leader, members, 'SIGTERM')
  const stubborn = await goneWithin(leader, patienceMs)
  if (stubborn.length === 0) return []
  signalTree(leader, stubborn, 'SIGKILL')
  return goneWithin(leader, killMs)
}

/** Whether this user may signal the process; false for one that is gone. */
export const maySignal = (pid: number): boolean => signalOne(pid, 0)
