/** Which metrics a reader of a sweep looks for; the others are in the figures. */
import { type MetricId, metricDefinition } from '../../model/metric-catalog.ts'

/**
 * In the order in which they are shown; each as far as the run has it. Cold TTFT and the model's load have one value a cell,
 * too few to tell anything from scatter: they are in the figures only.
 */
export const analysedMetrics = [
  'decodeTokensPerSecond',
  'endToEndTokensPerSecond',
  'warmTtftMs',
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

/** Whether a cell can be best by it: an answer is neither better nor worse for its length. */
export const hasBest = (metric: MetricId): boolean => metric !== 'outputTokens'

/** Whether its scatter over trials says how steady a cell is: that of a yes or no only repeats its share. */
export const hasConsistency = (metric: MetricId): boolean => metricDefinition(metric).level !== 'event'
