/** The terminal's checks, cell by cell, worst first; cells that pass are one line each when there are many. */

import { count, noNumber } from '../model/number-format.ts'
import type { Check, Verdict } from '../model/verdict.ts'
import { cellText, changeText, changeTitle, subjectText, valueText, wantedText } from './check-text.ts'
import { checkWords } from './status-words.ts'
import type { Page } from './terminal-page.ts'
import { columnLine, columnWidths, type TextColumn, textWidth, wrapText } from './text-columns.ts'
import { type CellChecks, cellsOf } from './verdict-facts.ts'

/** From this many cells on, a cell that passes is one line. */
const manyCells = 7

const statusText = ({ status }: Check): string => `${checkWords[status].sign} ${checkWords[status].word}`

/** A limit, or a change beside the change that must be caught: no check has both, so they share a column. */
const judgedText = (check: Check): string =>
  changeText(check) === noNumber ? wantedText(check) : `${changeText(check)}, ${wantedText(check)}`

const rowOf = (check: Check): readonly string[] => [
  statusText(check),
  subjectText(check),
  valueText(check),
  judgedText(check),
  check.trials > 0 ? String(check.trials) : noNumber,
]

const columnsFor = (checks: readonly Check[]): readonly TextColumn[] => {
  const compared = checks.some(({ kind }) => kind === 'regression')
  return [
    { title: 'result' },
    { title: 'metric' },
    { title: compared ? 'base → head' : 'value', right: true },
    { title: compared ? `limit, or ${changeTitle(checks)} and what to catch` : 'limit' },
    { title: 'n', right: true },
  ]
}

/** Columns in which some row has something to say. */
const usedColumns = (
  rows: readonly (readonly string[])[],
  columns: readonly TextColumn[],
): readonly number[] =>
  columns.flatMap((_, index) => (rows.some((row) => (row[index] ?? noNumber) !== noNumber) ? [index] : []))

interface Table {
  readonly columns: readonly TextColumn[]
  readonly widths: readonly number[]
  readonly cells: (check: Check) => readonly string[]
  readonly fits: boolean
}

const indent = '  '

const tableFor = (checks: readonly Check[], width: number): Table => {
  const all = columnsFor(checks)
  const rows = checks.map(rowOf)
  const used = usedColumns(rows, all)
  const columns = used.flatMap((index) => all[index] ?? [])
  const cells = (check: Check) => used.map((index) => rowOf(check)[index] ?? '')
  const widths = columnWidths(columns, checks.map(cells))
  const total = indent.length + widths.reduce((sum, one) => sum + one + 2, -2)
  return { columns, widths, cells, fits: total <= width }
}

const painted = (line: string, check: Check, { paint }: Page): string => {
  const status = statusText(check)
  return line.replace(status, () => paint(checkWords[check.status].colour, status))
}

/** In a narrow terminal a check takes two lines: what it is, and under it what it asks for and how it changed. */
const stackedLines = (check: Check, page: Page): readonly string[] => {
  const [status = '', metric = '', value = '', judged = '', trials = ''] = rowOf(check)
  const below = trials === noNumber ? judged : `${judged}, n ${trials}`
  return [
    painted(`${indent}${status}  ${metric}${value === noNumber ? '' : `  ${value}`}`, check, page),
    ...wrapText(below, page.width, { first: indent.repeat(3), rest: indent.repeat(3) }),
  ]
}

const cellLines = ({ cellId, checks }: CellChecks, table: Table, page: Page): readonly string[] => [
  page.paint('bold', cellText(cellId)),
  ...checks.flatMap((check) =>
    table.fits
      ? [painted(`${indent}${columnLine(table.cells(check), table.columns, table.widths)}`, check, page)]
      : stackedLines(check, page),
  ),
]

const passLines = (cells: readonly CellChecks[], { paint }: Page): readonly string[] => {
  const words = `${checkWords.pass.sign} ${checkWords.pass.word}`
  const width = Math.max(0, ...cells.map(({ cellId }) => textWidth(cellText(cellId))))
  return cells.map(({ cellId, checks }) => {
    const name = columnLine(
      [cellText(cellId), count(checks.length, 'check')],
      [{ title: '' }, { title: '' }],
      [width, 0],
    )
    return `${paint(checkWords.pass.colour, words)}  ${name}`
  })
}

/** One table over all cells, so that its columns line up; nothing without checks. */
export const terminalChecks = (verdict: Verdict, page: Page): readonly string[] => {
  const cells = cellsOf(verdict).filter(({ worst }) => worst !== null)
  const short = cells.length >= manyCells ? cells.filter(({ worst }) => worst === 'pass') : []
  const long = cells.filter((cell) => !short.includes(cell))
  const table = tableFor(
    long.flatMap(({ checks }) => checks),
    page.width,
  )
  const header =
    table.fits && long.length > 0
      ? [
          page.paint(
            'dim',
            `${indent}${columnLine(
              table.columns.map(({ title }) => title),
              table.columns,
              table.widths,
            )}`,
          ),
        ]
      : []
  return [...header, ...long.flatMap((cell) => cellLines(cell, table, page)), ...passLines(short, page)]
}
