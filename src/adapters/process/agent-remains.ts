/** All processes of one program, also those that left its group or outlive it: found by their mark, and ended. */
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { allPids, markOf, nameOf } from './agent-marks.ts'
import { type Leader, maySignal, ownGroup, type Patience } from './process-group.ts'
import { hasGroups, identify, listProcesses } from './process-table.ts'

const pollMs = 50
const killMs = 5000

/** How many processes are looked at before others get their turn: a millisecond or so. */
const atOnce = 50

async function marked(mark: string): Promise<readonly number[]> {
  const found: number[] = []
  for (const [index, pid] of allPids().entries()) {
    if (index % atOnce === atOnce - 1) await nextTurn()
    if (markOf(pid) === mark) found.push(pid)
  }
  return found
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // Gone already, or not ours to signal, which the next look will see.
  }
}

/** What a program has running. */
export interface Remains {
  /** Itself and all that it started, as far as the system tells; empty when nothing is left. */
  list(): Promise<readonly number[]>
  /** Asks all of them to end, and ends those that do not. Gives what is left all the same. Never rejects. */
  end(patience: Patience): Promise<readonly number[]>
  /** Ends all at once, without waiting: for the exit of this process. */
  kill(): void
}

/** The remains of a child that has just been started with the mark, as the leader of a group where there are groups. */
export function remainsOf(leader: number, child: Leader, mark: string): Remains {
  const group = ownGroup(leader, child)
  // A process that is ending has lost its mark already, and is not over yet.
  const seen = new Map<number, string>()
  const stillEnding = () => [...seen].flatMap(([pid, since]) => (identify(pid)?.since === since ? [pid] : []))
  const list = async (): Promise<readonly number[]> => {
    const mayHaveGroup = !hasGroups || maySignal(-leader)
    const members = mayHaveGroup ? await group.membersAmong(await listProcesses()) : []
    const found = [...members, ...(await marked(mark))]
    for (const pid of found) if (!seen.has(pid)) seen.set(pid, identify(pid)?.since ?? '')
    return [...new Set([...found, ...stillEnding()])]
  }
  /** Gives what is left in the end; `onLeft` hears of those that each look finds. */
  const awaitEnd = async (patience: Patience, onLeft: (pids: readonly number[]) => void) => {
    const startMs = performance.now()
    for (;;) {
      const left = await list()
      if (left.length === 0 || performance.now() - startMs > patience()) return left
      onLeft(left)
      await wait(pollMs)
    }
  }
  const sendAll = (pids: readonly number[], name: NodeJS.Signals) => {
    for (const pid of pids) signal(pid, name)
  }
  return {
    list,
    end: async (patience) => {
      sendAll(await list(), 'SIGTERM')
      const stubborn = await awaitEnd(patience, () => undefined)
      return stubborn.length === 0
        ? []
        : awaitEnd(
            () => killMs,
            (pids) => sendAll(pids, 'SIGKILL'),
          )
    },
    kill: () => {
      signal(hasGroups ? -leader : leader, 'SIGKILL')
      for (const pid of allPids()) if (markOf(pid) === mark) signal(pid, 'SIGKILL')
    },
  }
}

/** What processes are called, each name once; those of which the system tells nothing by their numbers. */
export const namesOf = (pids: readonly number[]): string =>
  [...new Set(pids.map((pid) => nameOf(pid) || String(pid)))].join(', ')
