/** How long a plan may take, before anything was measured. */

import { explicitDefaults } from '../../model/options.ts'
import type { CellAgent, Plan, Variant, Visit } from '../../model/plan.ts'
import type { Protocol } from '../../model/policy.ts'

const tokensPerSecond = 50
const probeSeconds = 0.2
const loadSeconds = 10
const warmupTokens = 8

const generationSeconds = (tokens: number): number => probeSeconds + tokens / tokensPerSecond

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const answerSeconds = ({ options }: CellAgent): number =>
  generationSeconds(options.num_predict ?? explicitDefaults.num_predict)

/** Agents of one server wait for each other, servers do not. */
const togetherSeconds = ({ agents }: Variant): number =>
  agents.length < 2
    ? 0
    : Math.max(
        ...[...Map.groupBy(agents, ({ server }) => server).values()].map((group) =>
          sum(group.map(answerSeconds)),
        ),
      )

function visitSeconds({ round }: Visit, variant: Variant, protocol: Protocol): number {
  const { agents } = variant
  const servers = new Set(agents.map(({ server }) => server)).size
  const start =
    round === 0
      ? servers * loadSeconds + agents.length * protocol['warmup-requests'] * generationSeconds(warmupTokens)
      : 0
  const probes = agents.length * protocol['ttft-probes'] * probeSeconds
  return start + probes + protocol.requests * (sum(agents.map(answerSeconds)) + togetherSeconds(variant))
}

/**
 * A rough estimate in minutes. It assumes 50 tokens/s for each generation, 0.2 s to the first token, 10 s for each load,
 * one load and warm-up for each subject, cell and server, every answer at its full num_predict, and agents on one
 * server served in turn. A GPU may take half of it, a CPU several times as much; the budget is what holds.
 */
export function estimateMinutes({ cells, visits }: Plan, protocol: Protocol): number {
  const byId = new Map(cells.map((cell) => [cell.id, cell]))
  const seconds = visits.map((visit) => {
    const variant = byId.get(visit.cellId)?.[visit.subject]
    return variant ? visitSeconds(visit, variant, protocol) : 0
  })
  return sum(seconds) / 60
}
