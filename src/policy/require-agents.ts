/** Holds the agents of a file against the policy that names it. */
import { InputError } from '../errors.ts'
import type { Agents, LoadedPolicy } from '../model/policy.ts'
import { checkAgentUses } from './check-agents.ts'
import { inOrder, toProblem } from './complaint.ts'
import { pathText } from './path-text.ts'

/**
 * Throws one InputError with every place of the policy's matrix that uses an agent which is not among `agents`, or uses
 * it in a way that has no effect. What parsePolicy does by itself for agents that stand in the policy.
 */
export function requireAgents({ policy, positions }: LoadedPolicy, agents: Agents): void {
  const complaints = checkAgentUses(policy.matrix, new Map(Object.entries(agents)))
  const problems = complaints.map((complaint) =>
    toProblem(complaint, (path, key) => {
      const whole = key === undefined ? path : [...path, key]
      return positions[pathText(whole)] ?? positions[pathText(path)]
    }),
  )
  if (problems.length > 0) throw new InputError(inOrder(problems))
}
