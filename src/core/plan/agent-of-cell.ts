/** One agent of a cell with all its options: defaults, then the agent's, the entry's, and the sweep's. */

import type { AgentPolicy } from '../../model/agent.ts'
import { explicitDefaults, type Options, optionsSchema } from '../../model/options.ts'
import type { CellAgent, Task } from '../../model/plan.ts'
import type { Agents, AgentUse } from '../../model/policy.ts'
import type { Combination } from '../../model/sweep.ts'

/** The name that a matrix entry uses an agent by. */
export const nameOf = (use: AgentUse): string => (typeof use === 'string' ? use : use.use)

function overridesOf(use: AgentUse): Options {
  if (typeof use === 'string') return {}
  const { use: _, ...options } = use
  return options
}

const sweptOptions = ({ model: _, topology: __, ...options }: Combination): Options =>
  optionsSchema.parse(options)

function optionsOf({ options }: AgentPolicy, use: AgentUse, combination: Combination): Options {
  const overrides = overridesOf(use)
  // The baseline agent of TR114: a sweep is about the others, and only the length of its answers is ours to say.
  if (options === 'server-defaults')
    return { num_predict: overrides.num_predict ?? explicitDefaults.num_predict }
  return { ...explicitDefaults, ...options, ...overrides, ...sweptOptions(combination) }
}

function taskOf({ workflow, program, system, prompt, headings }: AgentPolicy): Task {
  if (workflow) return { kind: 'workflow', ...workflow }
  if (program) return { kind: 'program', ...program }
  return { kind: 'chat', system: system ?? null, prompt: prompt ?? null, headings: headings ?? [] }
}

/** An agent's place in a cell: how the entry uses it, which combination, and the server it is dealt to. */
export interface Seat {
  readonly use: AgentUse
  readonly combination: Combination
  readonly server: number
}

/** The agent in its place; null when there is no agent of that name. */
export function agentOfCell(agents: Agents, { use, combination, server }: Seat): CellAgent | null {
  const name = nameOf(use)
  const agent = Object.hasOwn(agents, name) ? agents[name] : undefined
  if (!agent) return null
  return {
    name,
    options: optionsOf(agent, use, combination),
    serverDefaults: agent.options === 'server-defaults',
    server,
    task: taskOf(agent),
  }
}
