/** Entries of the matrix as far as they decide what can be measured of them. */
import { type CellShape, unmetNeed } from '../model/measurable.ts'
import { type MetricId, type MetricNeed, metricDefinition } from '../model/metric-catalog.ts'
import type { MatrixEntry } from '../model/policy.ts'
import type { KnownAgents } from './check-agents.ts'
import type { PolicyParts } from './policy-parts.ts'

/** What would have to be there for a metric, by the need that is not met. */
const missing: Record<MetricNeed, string> = {
  solo: 'turns of single agents, which a batch and a sustained trial have none of',
  together: 'two agents at once, and no entry of the matrix has as many',
  'own-calls': 'an agent whose calls are our own, and there are only programs',
  turns: 'an agent with a workflow or a program',
  steps: 'an agent with a workflow, or a program with `metrics: true`',
  program: 'an agent with a program',
  headings: 'an agent with headings or a workflow',
  cold: 'a cold start, and protocol.cold is false',
  batch: 'an entry with the workload batch',
  sustained: 'an entry with the workload sustained',
  repeats: 'repeated requests: set protocol.exact-repeats',
  price: 'a price: set cost',
}

function agentsOf({ agents: uses }: MatrixEntry, agents: KnownAgents): CellShape['agents'] | null {
  const used = uses.map((use) => agents.get(typeof use === 'string' ? use : use.use) ?? null)
  if (!used.every((agent) => agent !== null)) return null
  return used.map(({ workflow, program, headings }) => ({
    kind: workflow ? 'workflow' : program ? 'program' : 'chat',
    hasHeadings: headings !== undefined,
    hasMetrics: program?.metrics ?? false,
  }))
}

/** Null where a part that decides it is broken, or the agents stand in another file. */
function shapeOf(entry: MatrixEntry, { agents, protocol, hasPrice }: PolicyParts): CellShape | null {
  const used = agents && agentsOf(entry, agents)
  return used && protocol
    ? {
        workload: entry.workload,
        agents: used,
        cold: protocol.cold,
        exactRepeats: protocol['exact-repeats'],
        hasPrice,
      }
    : null
}

/**
 * Why none of these entries can give the metric, e.g. "needs two agents at once, …"; null when one can, or a broken part
 * leaves it open.
 */
export function whyNone(
  metric: MetricId,
  entries: readonly (MatrixEntry | null)[],
  parts: PolicyParts,
): string | null {
  const { needs } = metricDefinition(metric)
  const unmet = entries.map((entry) => {
    const shape = entry && shapeOf(entry, parts)
    return shape ? unmetNeed(shape, needs) : null
  })
  const [first] = unmet
  return first && unmet.every((need) => need !== null) ? `needs ${missing[first]}` : null
}
