/** Which metrics a reader of a sweep looks for; the others are in the figures. */
import { type MetricId, metricDefinition } from '../../model/metric-catalog.ts'

/** In the order in which they are shown; each as far as the run has it. */
export const analysedMetrics = [
  'decodeTokensPerSecond',
  'endToEndTokensPerSecond',
  'warmTtftMs',
  'coldTtftMs',
  'overlapEfficiencyPercent',
  'parallelEfficiencyPercent',
  'aggregateTokensPerSecond',
  'ttftAnomalyContentionPercent',
  'throughputContentionPercent',
  'throughputImbalancePercent',
  'turnTimeMs',
  'agentTtftMs',
  'agentStartupMs',
  'agentPeakRssMebibytes',
  'requestsPerHour',
  'batchTokensPerSecond',
  'sustainedTokensPerSecond',
  'sustainedRetentionPercent',
  'outputTokens',
  'repetitionPercent',
  'structureCompliancePercent',
  'exactMatchPercent',
  'costPerMillionTokens',
] as const satisfies readonly MetricId[]

/** Whether its scatter over trials says how steady a cell is: that of a yes or no only repeats its share. */
export const hasConsistency = (metric: MetricId): boolean => metricDefinition(metric).level !== 'event'
