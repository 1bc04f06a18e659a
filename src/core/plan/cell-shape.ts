/** A cell as far as it decides which metrics it can have. */
import type { AgentShape, CellShape } from '../../model/measurable.ts'
import type { Cell, Task, Variant } from '../../model/plan.ts'
import type { Policy } from '../../model/policy.ts'

export const agentShape = (task: Task): AgentShape => ({
  kind: task.kind,
  hasHeadings: task.kind === 'chat' && task.headings.length > 0,
  hasMetrics: task.kind === 'program' && task.metrics,
})

/** Of what head runs and, where there is one, of what base runs: agents of one name may do different things. */
export const shapesOf = (
  { workload, head, base }: Pick<Cell, 'workload' | 'head' | 'base'>,
  { protocol, cost }: Pick<Policy, 'protocol' | 'cost'>,
): readonly CellShape[] =>
  [head, ...(base ? [base] : [])].map(({ agents }: Variant) => ({
    workload,
    agents: agents.map(({ task }) => agentShape(task)),
    cold: protocol.cold,
    exactRepeats: protocol['exact-repeats'],
    hasPrice: cost !== undefined,
  }))
