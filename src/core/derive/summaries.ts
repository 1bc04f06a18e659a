/** From samples to one summary for each cell, subject and metric. */
import type { Sample, Summary } from '../../model/figures.ts'
import { type MetricDefinition, metricDefinition } from '../../model/metric-catalog.ts'
import { maxOf, meanOf, medianOf, minOf, percentileOf, sdOf } from '../statistics/descriptive.ts'

/** One value for an agent's part in a trial, or for the trial: the median of its values. */
export const trialValue = (sample: Sample): number => medianOf(sample.values)

/** The samples of each agent, or of the trials as a whole, in the order in which they first appear. */
export const byAgent = (samples: readonly Sample[]): readonly (readonly Sample[])[] => [
  ...Map.groupBy(samples, ({ agent }) => agent).values(),
]

/** The typical value of one agent: the median over trials; the mean for an event, whose mean is its share. */
export const typicalOf = (samples: readonly Sample[], { level }: Pick<MetricDefinition, 'level'>): number =>
  (level === 'event' ? meanOf : medianOf)(samples.map(trialValue))

function summarize(samples: readonly [Sample, ...Sample[]]): Summary {
  const [{ cellId, subject, metric }] = samples
  const definition = metricDefinition(metric)
  const typical = byAgent(samples).map((own) => typicalOf(own, definition))
  const values = samples.flatMap((sample) => sample.values)
  const mean = meanOf(values)
  const sd = sdOf(values)
  return {
    cellId,
    subject,
    metric,
    trials: new Set(samples.map(({ round }) => round)).size,
    samples: values.length,
    typical: definition.better === 'lower' ? maxOf(typical) : minOf(typical),
    worst: definition.better === 'lower' ? maxOf(samples.map(trialValue)) : minOf(samples.map(trialValue)),
    mean,
    sd,
    cvPercent: sd === null || mean === 0 ? null : (sd / Math.abs(mean)) * 100,
    min: minOf(values),
    max: maxOf(values),
    p50: percentileOf(values, 'p50'),
    p90: percentileOf(values, 'p90'),
    p95: percentileOf(values, 'p95'),
    p99: percentileOf(values, 'p99'),
  }
}

/** Summaries in the order in which cell, subject and metric first appear; empty for no samples. */
export function summarizeSamples(samples: readonly Sample[]): readonly Summary[] {
  const groups = Map.groupBy(samples, ({ cellId, subject, metric }) => `${cellId}\n${subject}\n${metric}`)
  return [...groups.values()].map((group) => summarize(group as [Sample, ...Sample[]])) // groups are never empty
}
