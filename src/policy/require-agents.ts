/** Holds the agents of a file against the policy that names it. */
import { InputError } from '../errors.ts'
import type { Agents, LoadedPolicy } from '../model/policy.ts'
import { checkAgentUses } from './check-agents.ts'
import { checkRules } from './check-rules.ts'
import { type Complaint, inOrder, toProblem } from './complaint.ts'
import { pathText } from './path-text.ts'
import { partsOf } from './policy-parts.ts'

function refuse(complaints: readonly Complaint[], { positions }: LoadedPolicy): void {
  const problems = complaints.map((complaint) =>
    toProblem(complaint, (path, key) => {
      const whole = key === undefined ? path : [...path, key]
      return positions[pathText(whole)] ?? positions[pathText(path)]
    }),
  )
  if (problems.length > 0) throw new InputError(inOrder(problems))
}

/**
 * Throws one InputError with every place of the policy's matrix that uses an agent which is not among `agents`, or uses
 * it in a way that has no effect. What parsePolicy does by itself for agents that stand in the policy.
 */
export function requireAgents(loaded: LoadedPolicy, agents: Agents): void {
  refuse(checkAgentUses(loaded.policy.matrix, new Map(Object.entries(agents))), loaded)
}

/**
 * The same for the agents that are judged, and with it every rule that none of them can give a figure for: such a rule
 * would apply to no cell, and be green by silence.
 */
export function requireJudged(loaded: LoadedPolicy, agents: Agents): void {
  const known = new Map(Object.entries(agents))
  const rules = checkRules({ ...partsOf(loaded.policy), agents: known })
  refuse([...checkAgentUses(loaded.policy.matrix, known), ...rules], loaded)
}
