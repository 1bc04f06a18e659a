/** What a trial's rate costs at the policy's price; nothing without one. */
import type { MetricId } from '../../model/metric-catalog.ts'
import type { Policy } from '../../model/policy.ts'
import type { LegKind, Trial } from '../../model/run.ts'
import { generationCost } from '../cost/gpu-cost.ts'
import { legOf, lengthMs, spanOf, tokensOf } from './agent-shares.ts'

/** The leg that shows a trial at work, by the first kind that it has: all agents at once before one alone. */
const working = ['concurrent', 'batch', 'sustained', 'solo'] as const satisfies LegKind[]

/**
 * Tokens of the leg over its time, in tokens/s; null where a call lacks what that needs, and where several agents were
 * only measured one after the other.
 */
function tokensPerSecond(trial: Trial): number | null {
  const kind = working.find((kind) => trial.legs.some((leg) => leg.kind === kind))
  if (!kind) return null
  const { calls, turns } = legOf(trial, kind)
  const span = spanOf(calls, turns)
  const tokens = tokensOf(calls)
  const agents = new Set(calls.map(({ agent }) => agent)).size
  if (!span || !tokens || (kind === 'solo' && agents > 1)) return null
  return (tokens / lengthMs(span)) * 1000
}

function costOf(trial: Trial, { cost }: Pick<Policy, 'cost'>, tokens: number): number | null {
  const rate = cost && tokensPerSecond(trial)
  return rate ? generationCost({ tokens, tokensPerSecond: rate, gpuHourPrice: cost['gpu-hour-price'] }) : null
}

/** The table of cost metrics; a null means no price, or no rate. */
export const costMetrics = {
  costPerMillionTokens: (trial, policy) => costOf(trial, policy, 1_000_000),
  costPerThousandRequests: (trial, policy) =>
    costOf(trial, policy, 1000 * (policy.cost?.['request-tokens'] ?? 0)),
} as const satisfies Partial<Record<MetricId, (trial: Trial, policy: Pick<Policy, 'cost'>) => number | null>>
