/** What a limit looks at of a cell's trials, in words and figures: the metric itself, its worst trial, or its scatter. */
import { type MetricId, metricDefinition } from './metric-catalog.ts'
import { formatBound, formatFigure, formatPlain, formatValue, noNumber } from './number-format.ts'
import type { Aggregate } from './policy.ts'

/** A metric, and what of its trials' values is meant; null is as good as typical. */
export interface Aggregated {
  readonly metric: MetricId
  readonly of: Aggregate | null
}

/** Scatter is better low, whatever the metric. */
export const betterOf = ({ metric, of }: Aggregated): 'lower' | 'higher' =>
  of === 'sd' || of === 'cv' ? 'lower' : metricDefinition(metric).better

/** "decode", "minimum of decode", "sd of decode"; `label` stands for the metric where it is one agent's. */
export function aggregateLabel(
  { metric, of }: Aggregated,
  label: string = metricDefinition(metric).label,
): string {
  if (of === 'worst')
    return `${metricDefinition(metric).better === 'lower' ? 'maximum' : 'minimum'} of ${label}`
  return of === 'sd' || of === 'cv' ? `${of} of ${label}` : label
}

/** A cv is a share of the mean; the sd of percentages is in points, so that nobody reads it as a share. */
const ownUnit = ({ metric, of }: Aggregated): string | null => {
  if (of === 'cv') return '%'
  return of === 'sd' && metricDefinition(metric).unit === '%' ? 'points' : null
}

/** A figure with its unit, e.g. "4.1 %", "1.2 points"; a dash for none. */
export function formatAggregate(aggregated: Aggregated, value: number | null): string {
  const unit = ownUnit(aggregated)
  if (unit === null) return formatValue(aggregated.metric, value)
  if (value === null || !Number.isFinite(value)) return noNumber
  const figure =
    unit === '%'
      ? formatPlain(Number(value.toFixed(value < 1 ? 2 : 1)))
      : formatFigure(aggregated.metric, value)
  return `${figure} ${unit}`
}

/** A bound as its policy writes it, with the unit. */
export function formatAggregateBound(aggregated: Aggregated, bound: number): string {
  const unit = ownUnit(aggregated)
  return unit === null ? formatBound(aggregated.metric, bound) : `${formatPlain(bound)} ${unit}`
}
