/** How long a plan may take, before anything was measured. */
import type { CellAgent, Plan } from '../../model/plan.ts'
import type { Protocol } from '../../model/policy.ts'
import type { ServersPolicy } from '../../model/servers-policy.ts'
import { defaultTokens, type TimedAgent, trialSeconds } from '../../model/trial-time.ts'

const timed = ({ task, options, server }: CellAgent): TimedAgent => ({
  kind: task.kind,
  tokens: options.num_predict ?? defaultTokens,
  server,
})

/** A rough estimate in minutes: see trialSeconds for what it assumes. The budget is what holds. */
export function estimateMinutes(
  { cells, visits }: Plan,
  protocol: Protocol,
  restart: ServersPolicy['restart'] = 'never',
): number {
  const byId = new Map(cells.map((cell) => [cell.id, cell]))
  const seconds = visits.map(({ cellId, subject, round }) => {
    const cell = byId.get(cellId)
    const variant = cell?.[subject]
    if (!cell || !variant) return 0
    const trial = { workload: cell.workload, agents: variant.agents.map(timed), isFirst: round === 0 }
    return trialSeconds({ ...trial, isRestarted: restart === 'each-cell' }, protocol)
  })
  return seconds.reduce((total, value) => total + value, 0) / 60
}
