/** A ranking of cells and a share of better ones, in words. Knows no markup. */
import type { Ranking, SuccessRate } from '../model/analysis.ts'
import { metricDefinition } from '../model/metric-catalog.ts'
import { count, formatFigureLike, formatPercent, formatValue } from '../model/number-format.ts'
import type { ShortNames } from './short-names.ts'

/** One line of a ranking. */
export type RankedCell = Ranking['cells'][number]

/** The figure that the ranking goes by: "114.5 tok/s ± 2.1", or "cv 1.8 %" for consistency. */
export function rankedFigure({ metric, by }: Ranking, { value, sd, cvPercent }: RankedCell): string {
  if (by === 'consistency') return cvPercent === null ? 'cv unknown' : `cv ${formatPercent(cvPercent)}`
  const typical = formatValue(metric, value)
  return sd === null ? typical : `${typical} ± ${formatFigureLike(metric, sd, value)}`
}

/** The first, and cells that cannot be told from it. */
export const tiesOf = ({ cells }: Ranking): readonly RankedCell[] =>
  cells.slice(1).filter(({ tiedWithBest }) => tiedWithBest)

/**
 * "Best decode of two-agents cells: ctx512 (114.5 tok/s ± 2.1); 3 of 17 others cannot be told from it"; empty without
 * cells.
 */
export function rankingTitle(ranking: Ranking, names: ShortNames): string {
  const [best] = ranking.cells
  if (!best) return ''
  const { label } = metricDefinition(ranking.metric)
  const ties = tiesOf(ranking).length
  const others = ranking.cells.length - 1
  const kind = ranking.by === 'typical' ? 'Best' : 'Most consistent'
  const tied =
    others === 0
      ? ''
      : ties === 0
        ? `; ${others === 1 ? 'the other cell is' : `all ${others} others are`} behind it`
        : ties === others
          ? `; ${others === 1 ? 'the other cell' : `none of ${others} others`} ${others === 1 ? 'cannot' : 'can'} be told from it`
          : `; ${ties} of ${others} others cannot be told from it`
  const among = ranking.among === null ? '' : ` of ${ranking.among}`
  return `${kind} ${label}${among}: ${names.of(best.cellId)} (${rankedFigure(ranking, best)})${tied}`
}

/** "11 of 17 configurations (64.7 %) beat the server's defaults in decode, 8 of them beyond the trials' scatter". */
export function successText({ metric, configurations, better, shown }: SuccessRate): string {
  const { label } = metricDefinition(metric)
  const share = configurations > 0 ? ` (${formatPercent((better / configurations) * 100)})` : ''
  return `${better} of ${count(configurations, 'configuration')}${share} beat the server’s defaults in ${label}, ${shown} of them beyond the trials’ scatter`
}
