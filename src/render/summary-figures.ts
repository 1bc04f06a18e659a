/** The summary's folded figures: every cell and metric with its spread, certified percentiles and number of samples. */
import type { Summary } from '../model/figures.ts'
import { metricDefinition, metricIds } from '../model/metric-catalog.ts'
import {
  count,
  formatFigure,
  formatFigureLike,
  formatPercent,
  formatValue,
  noNumber,
} from '../model/number-format.ts'
import type { Verdict } from '../model/verdict.ts'
import { cellText } from './check-text.ts'
import type { Section } from './fit-document.ts'
import {
  beforeBracket,
  markdownCode,
  markdownFigure,
  markdownHeader,
  markdownParts,
  markdownRow,
} from './markdown-text.ts'

const spreadText = ({ metric, mean, sd, cvPercent }: Summary): string => {
  const parts = [
    formatFigure(metric, mean),
    ...(sd === null ? [] : [`± ${formatFigureLike(metric, sd, mean)}`]),
    ...(cvPercent === null ? [] : [`(${formatPercent(cvPercent)})`]),
  ]
  return parts.join(' ')
}

const percentilesText = ({ metric, p50, p90, p95, p99 }: Summary): string =>
  Object.entries({ P50: p50, P90: p90, P95: p95, P99: p99 })
    .flatMap(([name, value]) => (value === null ? [] : [`${name} ${formatFigure(metric, value)}`]))
    .join(', ') || noNumber

const sizeText = ({ trials, samples }: Summary): string =>
  samples === trials ? count(trials, 'trial') : `${count(samples, 'request')} in ${count(trials, 'trial')}`

const figureRow = (summary: Summary, paired: boolean): string =>
  markdownRow([
    `${metricDefinition(summary.metric).label}${paired ? `, ${summary.subject}` : ''}`,
    markdownFigure(formatValue(summary.metric, summary.typical)),
    markdownParts(spreadText(summary), beforeBracket),
    markdownParts(percentilesText(summary)),
    sizeText(summary),
  ])

/** By the catalog's order, base above head. */
const inOrder = (figures: readonly Summary[]): readonly Summary[] =>
  figures.toSorted(
    (one, other) =>
      metricIds.indexOf(one.metric) - metricIds.indexOf(other.metric) ||
      one.subject.localeCompare(other.subject),
  )

/** Heading and table of one cell, as one piece that is kept or left out whole. */
const cellBlock = (cellId: string, own: readonly Summary[], paired: boolean): string =>
  [
    `**${markdownCode(cellText(cellId))}**`,
    '',
    ...markdownHeader(['metric', '>typical', 'mean ± sd (CV)', 'percentiles', 'n']),
    ...inOrder(own).map((summary) => figureRow(summary, paired)),
    '',
  ].join('\n')

const explanation =
  'Typical is the median of the trials’ values (the mean, for a share of events), and what limits look at. A percentile is shown from the number of requests that certifies it.'

/** A table for each cell; nothing without figures. */
export const figuresSection = ({ figures }: Verdict): readonly Section[] => {
  if (figures.length === 0) return []
  const paired = figures.some(({ subject }) => subject === 'base')
  const cells = Array.from(Map.groupBy(figures, ({ cellId }) => cellId))
  return [
    {
      before: [`<details><summary>Figures of every cell (${cells.length})</summary>`, '', explanation, ''],
      rows: cells.map(([cellId, own]) => cellBlock(cellId, own, paired)),
      after: ['</details>', ''],
      rank: 3,
      leftOut: (rows) => `${count(rows, 'cell')} left out here for their size; verdict.json has all.\n`,
    },
  ]
}
