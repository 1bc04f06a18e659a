/** Cells by a metric, best first: by their typical value and by their consistency (TR111 4.2, TR115). */
import type { Ranking } from '../../model/analysis.ts'
import type { MetricId } from '../../model/metric-catalog.ts'
import { meanOf } from '../statistics/descriptive.ts'
import { hasConsistency } from './analysed-metrics.ts'
import { byGoodness, type CellFigure } from './cell-figures.ts'
import { type Comparing, isShownBetter, isShownSteadier } from './shown-better.ts'

/** Cells of one ranking. */
const mostRanked = 50

const cvPercent = ({ values, sd }: CellFigure): number | null => {
  const mean = meanOf(values)
  return sd === null || mean === 0 ? null : (sd / Math.abs(mean)) * 100
}

type IsShown = (best: CellFigure, other: CellFigure, comparing: Comparing) => boolean

function rankingOf(
  { metric, by }: Pick<Ranking, 'metric' | 'by'>,
  ordered: readonly CellFigure[],
  isShown: IsShown,
): Ranking {
  const comparing = { metric, comparisons: ordered.length - 1 }
  return {
    metric,
    by,
    cells: ordered.slice(0, mostRanked).map((figure, place) => ({
      cellId: figure.cell.id,
      value: figure.typical,
      sd: figure.sd,
      cvPercent: cvPercent(figure),
      worst: figure.worst,
      trials: figure.values.length,
      tiedWithBest: place === 0 || !isShown(ordered[0] ?? figure, figure, comparing),
    })),
  }
}

/** Both rankings of a metric; none for one cell alone, by consistency only of cells whose cv can be told. */
export function rankingsOf(metric: MetricId, figures: readonly CellFigure[]): readonly Ranking[] {
  const order = byGoodness(metric)
  const typical = figures.toSorted((a, b) => order(a.typical, b.typical))
  const steady = figures
    .flatMap((figure) => {
      const cv = cvPercent(figure)
      return cv === null ? [] : [{ figure, cv }]
    })
    .toSorted((a, b) => a.cv - b.cv)
    .map(({ figure }) => figure)
  return [
    ...(typical.length > 1 ? [rankingOf({ metric, by: 'typical' }, typical, isShownBetter)] : []),
    ...(steady.length > 1 && hasConsistency(metric)
      ? [rankingOf({ metric, by: 'consistency' }, steady, isShownSteadier)]
      : []),
  ]
}
