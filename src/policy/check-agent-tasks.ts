/** Cross-checks of what each agent does by itself: one call, a workflow or a program. Knows no matrix. */
import type { AgentPolicy } from '../model/agent.ts'
import type { KnownAgents } from './check-agents.ts'
import type { Complaint } from './complaint.ts'
import type { Path } from './path-text.ts'

/** What only an agent of one call is asked for. */
const ofOneCall = ['system', 'prompt', 'headings'] as const

function checkTask(agent: AgentPolicy, path: Path): readonly Complaint[] {
  const { workflow, program } = agent
  if (workflow && program)
    return [{ path: [...path, 'workflow'], what: 'stands beside program.', fix: 'Keep one of the two.' }]
  if (!workflow && !program) return []
  const [who, own] = workflow
    ? ['a workflow', 'asks its own two questions']
    : ['a program', 'asks what it likes']
  return ofOneCall.flatMap((key) =>
    agent[key] === undefined
      ? []
      : [
          {
            path: [...path, key],
            what: `changes nothing: ${who} ${own}.`,
            fix: 'Remove it, or make it an agent of its own.',
          },
        ],
  )
}

/** What stands in a definition to no effect; `at` is where the mapping of agents stands in its file. */
export const checkAgentTasks = (agents: KnownAgents, at: Path): readonly Complaint[] =>
  [...agents].flatMap(([name, agent]) => (agent ? checkTask(agent, [...at, name]) : []))
