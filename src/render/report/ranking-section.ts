/** Which cells are best: dots with their spread, those that cannot be told apart marked; by typical value and consistency. */
import type { Analysis, Ranking } from '../../model/analysis.ts'
import { metricDefinition } from '../../model/metric-catalog.ts'
import {
  count,
  formatFigure,
  formatFigureLike,
  formatPercent,
  formatValue,
  noNumber,
  unitOf,
} from '../../model/number-format.ts'
import { rankingsInOrder } from '../key-findings.ts'
import { type RankedCell, rankedFigure, rankingTitle } from '../ranking-words.ts'
import { type ShortNames, shortNames } from '../short-names.ts'
import { drawChart } from './draw-chart.ts'
import { type Html, html } from './html.ts'
import { type ChartRow, type DotKind, rowChart } from './row-chart.ts'
import { folded, type MaybeSection, paragraph, sharedNote } from './section.ts'
import { table } from './table.ts'

/** Rankings that are drawn; further ones are in verdict.json. */
const mostRankings = 6

/** Cells in a chart and in a table. */
const mostDrawn = 8
const mostListed = 40

const kindOf = ({ tiedWithBest }: RankedCell, place: number): DotKind =>
  place === 0 ? 'first' : tiedWithBest ? 'tied' : 'other'

const tieText = ({ tiedWithBest }: RankedCell, place: number): string =>
  place === 0 ? 'best' : tiedWithBest ? 'tied with the best' : 'behind'

/** By typical value: the value, one sd around it, and the worst trial. By consistency: the cv from zero on. */
function rowOf(ranking: Ranking, cell: RankedCell, place: number, names: ShortNames): ChartRow {
  const { value, sd, cvPercent, worst } = cell
  const base = { name: `${place + 1}. ${names.differing(cell.cellId)}`, figures: rankedFigure(ranking, cell) }
  const kind = kindOf(cell, place)
  if (ranking.by === 'consistency') {
    const cv = cvPercent ?? 0
    return { ...base, dots: [{ value: cv, kind }], low: 0, high: cv }
  }
  return { ...base, dots: [{ value, kind }], low: value - (sd ?? 0), high: value + (sd ?? 0), tick: worst }
}

const axisOf = ({ metric, by }: Ranking): string =>
  by === 'consistency'
    ? `coefficient of variation of ${metricDefinition(metric).label}, % (less is steadier)`
    : `${metricDefinition(metric).label}, ${unitOf(metric)} (${metricDefinition(metric).better} is better)`

const legendOf = ({ by }: Ranking): string =>
  by === 'consistency'
    ? 'Full diamond: the steadiest. Hollow diamond: cannot be told from it. Dot: behind.'
    : 'Full diamond: the best. Hollow diamond: tied, the trials’ scatter cannot tell it from the best. Dot: behind. Line: one standard deviation to each side. Upright tick: the worst trial.'

const listing = (ranking: Ranking, names: ShortNames): Html => {
  const { metric, cells, among } = ranking
  return table({
    caption: `${metricDefinition(metric).label}${among === null ? '' : ` of ${among}`} by ${ranking.by === 'typical' ? 'typical value' : 'consistency'}`,
    columns: [
      { title: 'cell' },
      { title: `typical, ${unitOf(metric)}`, figure: true },
      { title: 'sd', figure: true },
      { title: 'CV', figure: true },
      { title: 'worst trial', figure: true },
      { title: 'trials', figure: true },
      { title: 'against the best' },
    ],
    rows: cells.map((cell, place) => [
      html`${place + 1}. <code>${names.of(cell.cellId)}</code>`,
      formatFigure(metric, cell.value),
      cell.sd === null ? noNumber : formatFigureLike(metric, cell.sd, cell.value),
      cell.cvPercent === null ? noNumber : formatPercent(cell.cvPercent),
      formatValue(metric, cell.worst),
      cell.trials,
      tieText(cell, place),
    ]),
    most: mostListed,
    leftOut: (rows) => `${count(rows, 'more cell')} left out here; verdict.json has all.`,
  })
}

async function figure(ranking: Ranking): Promise<Html> {
  const { cells } = ranking
  const names = shortNames(cells.map(({ cellId }) => cellId))
  const title = rankingTitle(ranking, names)
  const drawnCells = cells.slice(0, mostDrawn)
  const chart = await drawChart(
    rowChart({
      rows: drawnCells.map((cell, place) => rowOf(ranking, cell, place, names)),

      message: `${title}. ${drawnCells.map((cell, place) => `${place + 1}. ${names.of(cell.cellId)} ${rankedFigure(ranking, cell)}, ${tieText(cell, place)}`).join('; ')}.`,
    }),
  )
  const more = cells.length > mostDrawn ? `The first ${mostDrawn} of ${cells.length} cells are drawn.` : ''
  return html`<div class="finding"><h3>${title}</h3>
<p class="note">${axisOf(ranking)}</p>
<figure>${chart}<figcaption>${legendOf(ranking)} ${more}</figcaption></figure>
${sharedNote(names.shared)}${folded(`Figures of ${count(cells.length, 'cell')}`, listing(ranking, names))}</div>
`
}

/** Nothing where fewer than two cells can be ranked. */
export async function rankingSection(analysis: Analysis): Promise<MaybeSection> {
  const rankings = rankingsInOrder(analysis)
  if (rankings.length === 0) return []
  const figures: Html[] = []
  for (const ranking of rankings.slice(0, mostRankings)) figures.push(await figure(ranking))
  const more = rankings.length - mostRankings
  return [
    {
      id: 'ranking',
      title: 'Which configuration is best',
      body: html`<div class="grid">${figures}</div>
${more > 0 ? paragraph(`${count(more, 'more ranking')} left out here; verdict.json has all.`) : html``}`,
    },
  ]
}
