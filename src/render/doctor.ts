/** What a look at the machine found, for a terminal: a line each, and under it what to do. Plain text from lines. */
import { count } from '../model/number-format.ts'
import type { PreflightLine } from '../model/preflight.ts'
import { plainText } from './plain-text.ts'
import { preflightCounts, preflightWords } from './preflight-words.ts'
import { type Page, paintFor } from './terminal-page.ts'
import { columnLine, columnWidths, type TextColumn, textWidth, wrapText } from './text-columns.ts'

/** Colour or none, and the columns that may be used. */
export interface DoctorStyle {
  readonly colour: boolean
  readonly width: number
}

/** Below this lines are left to the terminal's own wrapping. */
const leastWidth = 40

/** A longer name has a line of its own, so that one long address does not push all values to the edge. */
const longestName = 30

/** With less than this for values, they stand under their names. */
const leastValue = 32

const columns: readonly TextColumn[] = [{ title: '' }, { title: '' }]

interface Row {
  readonly line: PreflightLine
  readonly status: string
  readonly name: string
}

const rowOf = (line: PreflightLine): Row => {
  const { sign, word } = preflightWords[line.verdict]
  return { line, status: `${sign} ${word}`, name: plainText(line.what, 120) }
}

interface Layout {
  readonly widths: readonly number[]
  /** Blanks before a value that stands on a line of its own. */
  readonly indent: string
  readonly stacked: boolean
}

function layoutOf(rows: readonly Row[], width: number): Layout {
  const short = rows.filter(({ name }) => textWidth(name) <= longestName)
  const widths = columnWidths(
    columns,
    rows.map(({ status, name }) => [status, short.some((row) => row.name === name) ? name : '']),
  )
  const lead = widths.reduce((sum, one) => sum + one + 2, 0)
  const stacked = width - lead < leastValue
  return { widths, indent: ' '.repeat(stacked ? (widths[0] ?? 0) + 2 : lead), stacked }
}

function rowLines({ line, status, name }: Row, layout: Layout, { width, paint }: Page): readonly string[] {
  const { widths, indent, stacked } = layout
  const head = columnLine([status, name], columns, widths)
  const value = plainText(line.value)
  const apart = stacked || textWidth(head) + 2 > indent.length
  const lines = apart
    ? [head, ...wrapText(value, width, { first: indent, rest: indent })]
    : wrapText(value, width, {
        first: head.padEnd(head.length + indent.length - textWidth(head)),
        rest: indent,
      })
  const fix =
    line.fix === null ? [] : wrapText(`Do: ${plainText(line.fix)}`, width, { first: indent, rest: indent })
  const { colour } = preflightWords[line.verdict]
  return [...lines, ...fix].map((text, index) =>
    index === 0 ? `${paint(colour, status)}${text.slice(status.length)}` : text,
  )
}

function closing(lines: readonly PreflightLine[]): string {
  const failing = lines.filter(({ verdict }) => verdict === 'fail').length
  return failing === 0
    ? 'Nothing keeps a job from starting.'
    : `${count(failing, 'line')} ${failing === 1 ? 'keeps' : 'keep'} a job from starting.`
}

/** All lines in their order, their number by verdict, and whether a job could start. Ends in a line end. */
export function renderDoctor(lines: readonly PreflightLine[], { colour, width }: DoctorStyle): string {
  const page = { width: Math.max(leastWidth, width), paint: paintFor(colour) }
  const rows = lines.map(rowOf)
  const layout = layoutOf(rows, page.width)
  return [
    ...rows.flatMap((row) => rowLines(row, layout, page)),
    '',
    ...wrapText(`${preflightCounts(lines)}. ${closing(lines)}`, page.width, {}),
    '',
  ].join('\n')
}
