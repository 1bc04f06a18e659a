/** Which processes of this machine carry the mark of a program's run. Ends none of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { agentMarkName } from './agent-environment.ts'
import { hasProc } from './process-table.ts'

function readProc(pid: number, file: 'environ' | 'comm'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    // Gone, or of another user.
    return ''
  }
}

/** All processes; empty where the system does not tell their environments, as it does on Linux. */
export const allPids = (): readonly number[] =>
  hasProc
    ? readdirSync('/proc')
        .filter((name) => /^\d+$/.test(name))
        .map(Number)
    : []

/** Undefined for a process without a mark, and for one that is gone or another user's. */
export const markOf = (pid: number): string | undefined =>
  readProc(pid, 'environ')
    .split('\0')
    .find((line) => line.startsWith(`${agentMarkName}=`))
    ?.slice(agentMarkName.length + 1)

/** What the process calls itself; empty where nobody tells. */
export const nameOf = (pid: number): string => readProc(pid, 'comm').trim()
