/**
 * What the scatter of trials does to means over cells: the noise that an effect must exceed to be one. Knows no axis.
 *
 * Trials of all compared cells share one standard deviation s, of logarithms where the metric's changes are ratios, pooled
 * over them with df degrees of freedom, and never below the floor at which figures are taken for rounding. A cell's typical value, a median of n trials, then has the
 * variance c s² / n with c = π/2 from three trials on (the limit for the median of many normal values, and an upper bound
 * for few), and 1 for two, for one, and for shares, which are means.
 */
import { type MetricId, metricDefinition } from '../../model/metric-catalog.ts'
import { meanOf, sdOf } from '../statistics/descriptive.ts'
import { studentTQuantile } from '../statistics/student-t.ts'
import type { CellFigure } from './cell-figures.ts'
import { valueScale } from './value-scale.ts'

/** How often scatter alone may exceed the noise that is told. */
const falseAlarms = 0.05

/** The pooled standard deviation of trials, with its degrees of freedom; of logarithms where `isRatio`. */
export interface Scatter {
  readonly isRatio: boolean
  readonly sd: number
  readonly df: number
}

/** Null where no cell has two trials. */
export function pooledScatter(figures: readonly CellFigure[], metric: MetricId): Scatter | null {
  const df = figures.reduce((sum, { values }) => sum + values.length - 1, 0)
  if (df === 0) return null
  const { isRatio, of, floor } = valueScale(
    metric,
    figures.flatMap(({ values }) => values),
  )
  const squares = figures.reduce(
    (sum, { values }) => sum + (values.length - 1) * (sdOf(values.map(of)) ?? 0) ** 2,
    0,
  )
  return { isRatio, sd: Math.max(Math.sqrt(squares / df), floor), df }
}

/** Variance of a cell's typical value, in units of the trials' own. */
function typicalVariance({ values }: CellFigure, metric: MetricId): number {
  const isMedian = metricDefinition(metric).level !== 'event' && values.length > 2
  return (isMedian ? Math.PI / 2 : 1) / values.length
}

/** The mean of the means of groups of cells, by their typical values. */
export const meanOfGroups = (groups: readonly (readonly CellFigure[])[]): number =>
  meanOf(groups.map((group) => meanOf(group.map(({ typical }) => typical))))

/**
 * Variance of a mean of means, one of each group of cells, in units of the trials' own; that of its logarithm for ratios,
 * in which a cell weighs as much as its share of the mean (the delta method).
 */
export function meanVariance(
  groups: readonly (readonly CellFigure[])[],
  metric: MetricId,
  { isRatio }: Scatter,
): number {
  const mean = meanOfGroups(groups)
  const weight = ({ typical }: CellFigure) => (isRatio ? (typical / mean) ** 2 : 1)
  const ofGroup = (group: readonly CellFigure[]) =>
    group.reduce((sum, figure) => sum + typicalVariance(figure, metric) * weight(figure), 0) /
    group.length ** 2
  return groups.reduce((sum, group) => sum + ofGroup(group), 0) / groups.length ** 2
}

/** The greatest of so many deviations of this variance that scatter alone exceeds in one of twenty cases at most (Bonferroni). */
export const scatterBound = ({ sd, df }: Scatter, variance: number, deviations: number): number =>
  studentTQuantile(1 - falseAlarms / 2 / Math.max(1, deviations), df) * sd * Math.sqrt(variance)
