/** The terminal's typical figures: a line for each cell and subject, as many metrics as the width takes. */
import type { Summary } from '../model/figures.ts'
import { type MetricId, metricDefinition } from '../model/metric-catalog.ts'
import { count, formatFigure, unitOf } from '../model/number-format.ts'
import type { Verdict } from '../model/verdict.ts'
import { cellText } from './check-text.ts'
import { leadingOf } from './main-metrics.ts'
import type { Page } from './terminal-page.ts'
import { columnLine, columnWidths, type TextColumn, textWidth } from './text-columns.ts'

/** Lines of figures; a sweep of more is read in the files. */
const mostRows = 60

interface FigureRow {
  readonly name: string
  readonly values: readonly string[]
}

const rowsOf = (figures: readonly Summary[], metrics: readonly MetricId[]): readonly FigureRow[] => {
  const paired = figures.some(({ subject }) => subject === 'base')
  const groups = Map.groupBy(figures, ({ cellId, subject }) => JSON.stringify([cellId, subject]))
  return Array.from(groups.values()).flatMap((own) => {
    const [first] = own
    if (!first) return []
    const values = metrics.map((metric) =>
      formatFigure(metric, own.find((summary) => summary.metric === metric)?.typical ?? null),
    )
    return [{ name: `${cellText(first.cellId)}${paired ? `, ${first.subject}` : ''}`, values }]
  })
}

/** As many columns as fit, beginning with the first. */
const fitting = (widths: readonly number[], width: number): number => {
  let left = width + 2
  const tooMany = widths.findIndex((one) => {
    left -= one + 2
    return left < 0
  })
  return tooMany < 0 ? widths.length : tooMany
}

/** Nothing without figures. Names stand on lines of their own when they would take more than half of the width. */
export const terminalFigures = ({ figures }: Verdict, { width, paint }: Page): readonly string[] => {
  const metrics = leadingOf(new Set(figures.map(({ metric }) => metric)))
  const all = rowsOf(figures, metrics)
  const rows = all.slice(0, mostRows)
  if (metrics.length === 0) return []
  const titles: readonly TextColumn[] = metrics.map((metric) => ({
    title: `${metricDefinition(metric).label}, ${unitOf(metric)}`,
    right: true,
  }))
  const widths = columnWidths(
    titles,
    rows.map(({ values }) => values),
  )
  const nameWidth = Math.max(...rows.map(({ name }) => textWidth(name)))
  const apart = nameWidth > width / 2
  const lead = apart ? 2 : nameWidth + 2
  const columns = titles.slice(0, Math.max(1, fitting(widths, width - lead)))
  const line = (cells: readonly string[]) => columnLine(cells, columns, widths)
  const named = ({ name, values }: FigureRow): readonly string[] =>
    apart ? [name, `  ${line(values)}`] : [`${name}${' '.repeat(lead - textWidth(name))}${line(values)}`]
  return [
    paint('bold', 'Typical figures'),
    paint('dim', `${' '.repeat(lead)}${line(columns.map(({ title }) => title))}`),
    ...rows.flatMap(named),
    ...(all.length > mostRows ? [`${count(all.length - mostRows, 'more line')} in summary.md`] : []),
  ]
}
