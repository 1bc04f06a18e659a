/** A cell as far as it decides which metrics it can have. */
import type { AgentShape, CellShape } from '../../model/measurable.ts'
import type { Cell, Task } from '../../model/plan.ts'
import type { Policy } from '../../model/policy.ts'

export const agentShape = (task: Task): AgentShape => ({
  kind: task.kind,
  hasHeadings: task.kind === 'workflow' || (task.kind === 'chat' && task.headings.length > 0),
  hasMetrics: task.kind === 'program' && task.metrics,
})

export const shapeOf = (
  { workload, head }: Pick<Cell, 'workload' | 'head'>,
  { protocol, cost }: Pick<Policy, 'protocol' | 'cost'>,
): CellShape => ({
  workload,
  agents: head.agents.map(({ task }) => agentShape(task)),
  cold: protocol.cold,
  exactRepeats: protocol['exact-repeats'],
  hasPrice: cost !== undefined,
})
