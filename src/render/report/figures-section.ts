/** The figures that a reader looks for first, cell by cell; all others are in the files. */
import { metricDefinition } from '../../model/metric-catalog.ts'
import { count, formatFigure, formatFigureLike, noNumber, unitOf } from '../../model/number-format.ts'
import type { Verdict } from '../../model/verdict.ts'
import { leadingOf } from '../main-metrics.ts'
import { shortNames } from '../short-names.ts'
import { lookUp } from './figure-lookup.ts'
import { html } from './html.ts'
import { code, type MaybeSection, sharedNote } from './section.ts'
import { table } from './table.ts'

const mostRows = 80
const mostColumns = 8

/** Nothing without figures. */
export function figuresSection(verdict: Pick<Verdict, 'figures'>): MaybeSection {
  const lookup = lookUp(verdict)
  const metrics = leadingOf(new Set(verdict.figures.map(({ metric }) => metric))).slice(0, mostColumns)
  if (lookup.cellIds.length === 0 || metrics.length === 0) return []
  const names = shortNames(lookup.cellIds)
  return [
    {
      id: 'figures',
      title: 'Typical figures',
      body: html`<p>Typical is the median of the trials’ values. ± is one standard deviation of all single measurements, such as calls; that of the trials, by which configurations are ranked, is mostly less.</p>
${table({
  caption: `Figures of ${count(lookup.cellIds.length, 'cell')}`,
  columns: [
    { title: 'cell' },
    ...metrics.map((metric) => ({
      title: `${metricDefinition(metric).label}, ${unitOf(metric)}`,
      figure: true,
    })),
  ],
  rows: lookup.cellIds.map((cellId) => [
    code(names.of(cellId)),
    ...metrics.map((metric) => {
      const summary = lookup.of(cellId, metric)
      if (!summary) return noNumber
      const typical = formatFigure(metric, summary.typical)
      return summary.sd === null
        ? typical
        : `${typical} ± ${formatFigureLike(metric, summary.sd, summary.typical)}`
    }),
  ]),
  most: mostRows,
  leftOut: (rows) => `${count(rows, 'more cell')} left out here; verdict.json has all.`,
})}${sharedNote(names.shared)}`,
    },
  ]
}
