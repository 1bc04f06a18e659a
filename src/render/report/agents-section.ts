/** Agents at once: both efficiencies and both contention rates side by side, since each pair sees different things. */
import { type MetricId, metricDefinition } from '../../model/metric-catalog.ts'
import { count, formatFigure, formatPercent, formatValue } from '../../model/number-format.ts'
import type { Verdict } from '../../model/verdict.ts'
import { type ShortNames, shortNames } from '../short-names.ts'
import { drawChart } from './draw-chart.ts'
import { type FigureLookup, lookUp } from './figure-lookup.ts'
import { type Html, html } from './html.ts'
import { type ChartRow, rowChart } from './row-chart.ts'
import { code, type MaybeSection, sharedNote } from './section.ts'
import { table } from './table.ts'

const mostDrawn = 14
const mostListed = 60

/** Points between the two efficiencies from which they tell different stories. */
const apartPoints = 5

const columns = [
  'overlapEfficiencyPercent',
  'parallelEfficiencyPercent',
  'ttftAnomalyContentionPercent',
  'throughputContentionPercent',
  'throughputImbalancePercent',
] as const satisfies MetricId[]

const difference =
  'Overlap efficiency only says that the agents ran at the same time: it stays near 100 % even when each slows the other down by half. Parallel efficiency holds their throughput together against what each does alone, so only it sees the slowing. In the same way the TTFT rate counts trials whose first token came seconds late, and the throughput rate trials in which an agent fell below its own pace.'

interface Pair {
  readonly cellId: string
  readonly overlap: number
  readonly parallel: number
}

const pairsOf = ({ cellIds, of }: FigureLookup): readonly Pair[] =>
  cellIds.flatMap((cellId) => {
    const overlap = of(cellId, 'overlapEfficiencyPercent')?.typical
    const parallel = of(cellId, 'parallelEfficiencyPercent')?.typical
    return overlap === undefined || parallel === undefined ? [] : [{ cellId, overlap, parallel }]
  })

const titleOf = (pairs: readonly Pair[]): string => {
  const above = pairs.filter(({ overlap, parallel }) => parallel - overlap > apartPoints).length
  const below = pairs.filter(({ overlap, parallel }) => overlap - parallel > apartPoints).length
  const worst = pairs.reduce((one, other) => (other.parallel < one.parallel ? other : one))
  const cells = count(pairs.length, 'cell')
  const lead =
    above + below === 0
      ? `The two efficiencies agree within ${apartPoints} points`
      : above === 0 || below === 0
        ? `Parallel efficiency is more than ${apartPoints} points ${above === 0 ? 'below' : 'above'} overlap efficiency in ${above + below} of ${cells}`
        : `Parallel efficiency is more than ${apartPoints} points below overlap efficiency in ${below} and above it in ${above} of ${cells}`
  return `${lead}; the least is ${formatPercent(worst.parallel)} parallel at ${formatPercent(worst.overlap)} overlap`
}

const rowOf = ({ cellId, overlap, parallel }: Pair, names: ShortNames): ChartRow => ({
  name: names.differing(cellId),
  figures: `${formatPercent(parallel)} / ${formatPercent(overlap)}`,
  dots: [
    { value: overlap, kind: 'other' },
    { value: parallel, kind: 'square' },
  ],
  low: Math.min(overlap, parallel),
  high: Math.max(overlap, parallel),
})

async function efficiencyFigure(pairs: readonly Pair[], names: ShortNames): Promise<Html> {
  if (pairs.length === 0) return html``
  const shown = pairs.toSorted((one, other) => one.parallel - other.parallel).slice(0, mostDrawn)
  const greatest = Math.max(100, ...shown.map(({ overlap, parallel }) => Math.max(overlap, parallel)))
  const least = Math.min(0, ...shown.map(({ overlap, parallel }) => Math.min(overlap, parallel)))
  const title = titleOf(pairs)
  const words = shown.map(
    ({ cellId, overlap, parallel }) =>
      `${names.of(cellId)}: parallel ${formatPercent(parallel)}, overlap ${formatPercent(overlap)}`,
  )
  const chart = await drawChart(
    rowChart({
      rows: shown.map((pair) => rowOf(pair, names)),

      message: `${title}. ${words.join('; ')}.`,
      domain: [least, greatest * 1.02],
    }),
  )
  const more = pairs.length > mostDrawn ? `The ${mostDrawn} cells with the least are drawn.` : ''
  return html`<h3>${title}</h3>
<p class="note">efficiency, %</p>
<figure>${chart}<figcaption>Square: parallel efficiency. Dot: overlap efficiency. The figures say both in that order. ${more}</figcaption></figure>
`
}

const listing = (lookup: FigureLookup, cellIds: readonly string[], names: ShortNames): Html => {
  const shown = columns.filter(lookup.has)
  return table({
    caption: 'Agents at once, each cell',
    columns: [
      { title: 'cell' },
      ...shown.map((metric) => ({ title: metricDefinition(metric).label, figure: true })),
    ],
    rows: cellIds.map((cellId) => [
      code(names.of(cellId)),
      ...shown.map((metric) => {
        const summary = lookup.of(cellId, metric)
        return summary ? formatValue(metric, summary.typical) : formatFigure(metric, null)
      }),
    ]),
    most: mostListed,
    leftOut: (rows) => `${count(rows, 'more cell')} left out here; verdict.json has all.`,
  })
}

/** Nothing where no cell has several agents. */
export async function agentsSection(verdict: Pick<Verdict, 'figures'>): Promise<MaybeSection> {
  const lookup = lookUp(verdict)
  const cellIds = lookup.cellIds.filter((cellId) =>
    columns.some((metric) => lookup.of(cellId, metric) !== null),
  )
  if (cellIds.length === 0) return []
  const names = shortNames(cellIds)
  return [
    {
      id: 'agents',
      title: 'Agents at once',
      body: html`<p>${difference}</p>
<div class="finding">${await efficiencyFigure(pairsOf(lookup), names)}${sharedNote(names.shared)}</div>
${listing(lookup, cellIds, names)}`,
    },
  ]
}
