/** Which metrics a reader looks for first, where not all can be shown; the others follow in the catalog's order. */
import { type MetricId, metricIds } from '../model/metric-catalog.ts'

/** What each kind of cell is measured for stands before what explains it. */
const first = [
  'turnTimeMs',
  'requestsPerHour',
  'batchTokensPerSecond',
  'sustainedTokensPerSecond',
  'sustainedRetentionPercent',
  'warmTtftMs',
  'decodeTokensPerSecond',
  'parallelEfficiencyPercent',
  'aggregateTokensPerSecond',
  'agentTtftMs',
  'ingestTimeMs',
  'analysisTimeMs',
  'reportTimeMs',
  'agentStartupMs',
  'agentPeakRssMebibytes',
  'prefillTokensPerSecond',
  'concurrentTtftMs',
  'coldTtftMs',
  'endToEndTokensPerSecond',
  'overlapEfficiencyPercent',
  'speedupRatio',
] as const satisfies MetricId[]

/** What the first sentences are about: the rest of a first table mostly follows from it. */
export const wantedFirst: readonly MetricId[] = [
  'decodeTokensPerSecond',
  'warmTtftMs',
  'parallelEfficiencyPercent',
  'turnTimeMs',
]

const places = new Map<MetricId, number>(
  [...first, ...metricIds.filter((id) => !(first as readonly MetricId[]).includes(id))].map((id, place) => [
    id,
    place,
  ]),
)

/** Those of the metrics that a first table shows, in the order of reading; empty where there are none of them. */
export const leadingOf = (metrics: ReadonlySet<MetricId>): readonly MetricId[] =>
  first.filter((id) => metrics.has(id))

/** A comparison for sorting by the order of reading. */
export const byReading = (one: { readonly metric: MetricId }, other: { readonly metric: MetricId }): number =>
  (places.get(one.metric) ?? 0) - (places.get(other.metric) ?? 0)
