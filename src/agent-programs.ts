/** External agents with real adapters: each program behind a recording proxy of its own. */
import { MachineError } from './errors.ts'
import type { AgentPrograms } from './ports/agent-programs.ts'
import type { Clock } from './ports/clock.ts'

export function openAgentPrograms(_clock: Clock): AgentPrograms {
  const missing = () => Promise.reject(new MachineError([{ what: 'not yet' }]))
  return { setUp: missing, run: missing }
}
