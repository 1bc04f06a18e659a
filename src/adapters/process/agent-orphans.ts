/** Programs of agents whose gate was killed: found by the mark in their environment, and ended. Starts nothing. */
import { createHash, randomUUID } from 'node:crypto'
import { allPids, markOf, nameOf } from './agent-marks.ts'
import { identify, processSpace } from './process-table.ts'
import { ownerOfThisProcess } from './registry-entries.ts'

/** Process numbers mean something only where they were given, and jobs without a common state know nothing of each other. */
const here = (): string => {
  const { boot, container } = processSpace()
  const state = process.env.OLLAMA_PERF_GATE_STATE ?? ''
  return createHash('sha256').update(`${boot}/${container}/${state}`).digest('hex').slice(0, 16)
}

/** A mark for the processes of one run of a program: who started it, where, and which run it is. */
export const newAgentMark = (): string => `${ownerOfThisProcess()}/${here()}/${randomUUID()}`

/** A process of a program that outlived its gate. */
export interface LostProgram {
  readonly pid: number
  readonly name: string
}

/** Whether the gate of that name, "pid@since", is over. */
function isOver(owner: string): boolean {
  const [pid = '', since = ''] = owner.split('@')
  return identify(Number(pid))?.since !== since
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone meanwhile, or not ours to end.
  }
}

/**
 * Ends what programs left running whose gate was killed, or that of `owner` (as `ownerOfThisProcess` gave it) whether it
 * is over or not. Gives what was ended; nothing where the system tells no environments, as it does on Linux.
 */
export function endLostPrograms(owner: string | null = null): readonly LostProgram[] {
  const lost = allPids().flatMap((pid) => {
    const [from = '', space] = markOf(pid)?.split('/') ?? []
    if (space !== here() || !(owner === null ? isOver(from) : from === owner)) return []
    return [{ pid, name: nameOf(pid) }]
  })
  for (const { pid } of lost) end(pid)
  return lost
}
