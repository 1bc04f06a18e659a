/** Whether trials tell two cells apart: the scatter of each against the difference. Knows no ranking. */
import { type MetricId, metricDefinition } from '../../model/metric-catalog.ts'
import { meanOf, sdOf } from '../statistics/descriptive.ts'
import { lowerShare, upperShare } from '../statistics/exact-binomial.ts'
import { incompleteBeta } from '../statistics/incomplete-beta.ts'
import { studentTQuantile } from '../statistics/student-t.ts'
import { byGoodness, type CellFigure } from './cell-figures.ts'
import { type ValueScale, valueScale } from './value-scale.ts'

/** How often one of several comparisons may be shown though there is nothing. */
const falseAlarms = 0.05

/** What is asked of two cells: the metric, and how many such comparisons are made, for Bonferroni. */
export interface Comparing {
  readonly metric: MetricId
  readonly comparisons: number
}

const chance = ({ comparisons }: Comparing): number => falseAlarms / Math.max(1, comparisons)

const flooredSd = (values: readonly number[], { of, floor }: ValueScale): number =>
  Math.max(sdOf(values.map(of)) ?? 0, floor)

/** Welch's t on the trials' values, one-sided, of ratios on their logarithms, with the degrees of freedom of Welch and Satterthwaite. */
function isShownByMeans(better: CellFigure, worse: CellFigure, comparing: Comparing): boolean {
  const { metric } = comparing
  const scale = valueScale(metric, [...better.values, ...worse.values])
  const parts = [better, worse].map(({ values }) => ({
    variance: flooredSd(values, scale) ** 2 / values.length,
    df: values.length - 1,
  }))
  const mean = ({ values }: CellFigure) => meanOf(values.map(scale.of))
  const gain = -byGoodness(metric)(mean(better), mean(worse))
  const variance = parts.reduce((sum, part) => sum + part.variance, 0)
  if (variance === 0) return gain > 0
  const df = variance ** 2 / parts.reduce((sum, part) => sum + part.variance ** 2 / part.df, 0)
  return gain > studentTQuantile(1 - chance(comparing), df) * Math.sqrt(variance)
}

/** Shares of events: their exact bounds do not overlap. Half of the chance of error goes to each. */
function isShownByShares(better: CellFigure, worse: CellFigure, comparing: Comparing): boolean {
  const confidence = 1 - chance(comparing) / 2
  const isHigher = metricDefinition(comparing.metric).better === 'higher'
  const [high, low] = isHigher ? [better, worse] : [worse, better]
  const events = ({ values }: CellFigure) => values.filter((value) => value > 0).length
  return (
    lowerShare(events(high), high.values.length, confidence) >
    upperShare(events(low), low.values.length, confidence)
  )
}

/** Whether the trials show that one cell is better than the other. Never with one trial: it has no scatter to go by. */
export function isShownBetter(better: CellFigure, worse: CellFigure, comparing: Comparing): boolean {
  if (better.values.length < 2 || worse.values.length < 2) return false
  return metricDefinition(comparing.metric).level === 'event'
    ? isShownByShares(better, worse, comparing)
    : isShownByMeans(better, worse, comparing)
}

/** Scatter of the logarithms, or over the mean, never below what is taken for rounding; 0 for a mean of 0. */
const steadiness = ({ values }: CellFigure, metric: MetricId): number => {
  const scale = valueScale(metric, values)
  const sd = flooredSd(values, scale)
  const mean = Math.abs(meanOf(values))
  return scale.isRatio ? sd : mean === 0 ? 0 : sd / mean
}

/** Whether the trials show that one cell scatters less than the other: Fisher's F on the squares of their scatter. */
export function isShownSteadier(steadier: CellFigure, other: CellFigure, comparing: Comparing): boolean {
  const [df, dfOther] = [steadier.values.length - 1, other.values.length - 1]
  const [own, its] = [steadiness(steadier, comparing.metric), steadiness(other, comparing.metric)]
  if (df < 1 || dfOther < 1 || its <= own) return false
  if (own === 0) return true
  const ratio = (its / own) ** 2
  return incompleteBeta(df / (df + dfOther * ratio), df / 2, dfOther / 2) < chance(comparing)
}
