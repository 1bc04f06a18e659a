/** Programs of agents whose gate was killed: found by the mark in their environment, and ended. Starts nothing. */
import { createHash, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { agentMarkName } from './agent-environment.ts'
import { hasProc, identify, processSpace } from './process-table.ts'
import { ownerOfThisProcess } from './registry-entries.ts'

/** Process numbers mean something only where they were given. */
const here = (): string => {
  const { boot, container } = processSpace()
  return createHash('sha256').update(`${boot}/${container}`).digest('hex').slice(0, 16)
}

/** A mark for the processes of one run of a program: who started it, where, and which run it is. */
export const newAgentMark = (): string => `${ownerOfThisProcess()}/${here()}/${randomUUID()}`

/** A process of a program that outlived its gate. */
export interface LostProgram {
  readonly pid: number
  readonly name: string
}

function readProc(pid: number, file: 'environ' | 'comm'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    // Gone, or of another user.
    return ''
  }
}

const markOf = (pid: number): string | undefined =>
  readProc(pid, 'environ')
    .split('\0')
    .find((line) => line.startsWith(`${agentMarkName}=`))
    ?.slice(agentMarkName.length + 1)

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
  if (!hasProc) return []
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const lost = pids.map(Number).flatMap((pid) => {
    const [from = '', space] = markOf(pid)?.split('/') ?? []
    if (space !== here() || !(owner === null ? isOver(from) : from === owner)) return []
    return [{ pid, name: readProc(pid, 'comm').trim() }]
  })
  for (const { pid } of lost) end(pid)
  return lost
}
