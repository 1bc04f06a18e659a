/** Cells by a metric, best first: by their typical value and by their consistency (TR111 4.2, TR115). */
import type { Ranking } from '../../model/analysis.ts'
import type { MetricId } from '../../model/metric-catalog.ts'
import { count } from '../../model/number-format.ts'
import type { Workload } from '../../model/policy.ts'
import { meanOf } from '../statistics/descriptive.ts'
import { hasBest, hasConsistency } from './analysed-metrics.ts'
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
  head: Pick<Ranking, 'metric' | 'by' | 'among'>,
  ordered: readonly CellFigure[],
  isShown: IsShown,
): readonly Ranking[] {
  if (ordered.length < 2) return []
  const comparing = { metric: head.metric, comparisons: ordered.length - 1 }
  return [
    {
      ...head,
      cells: ordered.slice(0, mostRanked).map((figure, place) => ({
        cellId: figure.cell.id,
        value: figure.typical,
        sd: figure.sd,
        cvPercent: cvPercent(figure),
        worst: figure.worst,
        trials: figure.values.length,
        tiedWithBest: place === 0 || !isShown(ordered[0] ?? figure, figure, comparing),
      })),
    },
  ]
}

/** Workloads whose names do not say how many agents there are. */
const anyNumber: readonly Workload[] = ['many-agents', 'batch', 'sustained']

/** What cells that do the same work have in common: "two-agents cells", "batch cells of 4 agents". */
function workOf({ cell: { workload, head } }: CellFigure): string {
  const agents = head.agents.length
  return `${workload} cells${anyNumber.includes(workload) ? ` of ${count(agents, 'agent')}` : ''}`
}

/** Both rankings of cells that do the same work; by consistency only of cells whose cv can be told. */
function rankingsAmong(
  { metric, among }: Pick<Ranking, 'metric' | 'among'>,
  figures: readonly CellFigure[],
): readonly Ranking[] {
  const order = byGoodness(metric)
  const typical = hasBest(metric) ? figures.toSorted((a, b) => order(a.typical, b.typical)) : []
  const steady = hasConsistency(metric)
    ? figures
        .flatMap((figure) => {
          const cv = cvPercent(figure)
          return cv === null ? [] : [{ figure, cv }]
        })
        .toSorted((a, b) => a.cv - b.cv)
        .map(({ figure }) => figure)
    : []
  return [
    ...rankingOf({ metric, by: 'typical', among }, typical, isShownBetter),
    ...rankingOf({ metric, by: 'consistency', among }, steady, isShownSteadier),
  ]
}

/** Both rankings of a metric, for every kind of work that two cells do. */
export function rankingsOf(metric: MetricId, figures: readonly CellFigure[]): readonly Ranking[] {
  const works = Map.groupBy(figures, workOf)
  return [...works].flatMap(([work, own]) =>
    rankingsAmong({ metric, among: works.size > 1 ? work : null }, own),
  )
}
