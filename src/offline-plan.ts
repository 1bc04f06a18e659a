/** The plan of a policy as it would be with as many servers as it can use: asks nobody, measures nothing. */
import { planRun } from './core/plan/plan-run.ts'
import type { Plan } from './model/plan.ts'
import type { PolicyWithAgents } from './read-policy.ts'
import { serversWanted } from './server-choice.ts'

/** Whether a base is measured beside head, and the seed that orders the cells. */
export interface OfflinePlanOptions {
  readonly paired: boolean
  readonly seed: number
}

/** Models stand under the names that are written in the policy. Throws InputError with everything that is wrong. */
export function planOffline(
  { loaded, agents }: PolicyWithAgents,
  { paired, seed }: OfflinePlanOptions,
): Plan {
  const { policy } = loaded
  const named = policy.models === 'auto' ? ['auto'] : policy.models
  const swept = policy.matrix.flatMap((entry) => [
    ...(entry.models ?? []),
    ...(entry.sweep?.model ?? []).map(String),
  ])
  const models = new Map([...named, ...swept].map((model) => [model, model]))
  const servers = serversWanted(policy)
  return planRun({
    loaded,
    agents: { head: agents, base: paired ? agents : null },
    servers: { head: servers, base: paired ? servers : null },
    models: { head: models, base: paired ? models : null },
    seed,
  })
}
