/** Ending processes that we started, with their children, in every exit path. Knows nothing of what they do. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'

/** A process can be told apart from its children's group only where there are groups; elsewhere it is ended alone. */
export const hasGroups = process.platform !== 'win32'

const politeMs = 5000
const killMs = 5000

const alive = new Set<ChildProcess>()

/** Signals the child and, where there are groups, all that it started; true when there was one to signal. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): boolean {
  if (pid === undefined) return false
  try {
    return process.kill(hasGroups ? -pid : pid, signal)
  } catch {
    // Gone already, which is what was wanted.
    return false
  }
}

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
