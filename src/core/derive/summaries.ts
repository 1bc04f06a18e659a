/** From samples to one summary for each cell, subject and metric. */
import type { Sample, Summary } from '../../model/figures.ts'
import { metricDefinition } from '../../model/metric-catalog.ts'
import { maxOf, meanOf, medianOf, minOf, percentileOf, sdOf } from '../statistics/descriptive.ts'

/**
 * One value for a trial: the mean of its agents' medians. One median over all would lie between the agents where they
 * differ, and would not move when the slower one gets slower.
 */
export const trialValue = (sample: Sample): number => meanOf(sample.values.map(medianOf))

/** The value that limits look at: the median over trials; the mean for an event, whose mean is its share. */
const typicalOf = (samples: readonly Sample[], level: string): number =>
  (level === 'event' ? meanOf : medianOf)(samples.map(trialValue))

function summarize(samples: readonly [Sample, ...Sample[]]): Summary {
  const [{ cellId, subject, metric }] = samples
  const values = samples.flatMap((sample) => sample.values.flat())
  const mean = meanOf(values)
  const sd = sdOf(values)
  return {
    cellId,
    subject,
    metric,
    trials: samples.length,
    samples: values.length,
    typical: typicalOf(samples, metricDefinition(metric).level),
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
