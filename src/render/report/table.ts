/** Tables of the page: headed by rows and columns; on a narrow screen each row becomes a card with named values. */
import { type Html, html, nothing, type Part } from './html.ts'

/** A column: its name, and whether it holds figures, which are aligned right. */
export interface Column {
  readonly title: string
  readonly figure?: boolean
}

/** The first cell of a row is its heading. */
export interface TableParts {
  /** What the table shows, for who cannot see it at a glance. */
  readonly caption: string
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Part[])[]
  /** The most rows that are shown; `leftOut` then says how many are not. */
  readonly most?: number
  readonly leftOut?: (rows: number) => string
}

const headCell = ({ title, figure = false }: Column): Html =>
  html`<th scope="col" role="columnheader"${classOf(figure)}>${title}</th>`

const classOf = (figure: boolean): Html => (figure ? html` class="figure"` : nothing)

const bodyCell = (part: Part, { title, figure = false }: Column, index: number): Html =>
  index === 0
    ? html`<th scope="row" role="rowheader">${part}</th>`
    : html`<td role="cell" data-label="${title}"${classOf(figure)}>${part}</td>`

const bodyRow = (parts: readonly Part[], columns: readonly Column[]): Html =>
  html`<tr role="row">${columns.map((column, index) => bodyCell(parts[index] ?? '', column, index))}</tr>
`

/** The roles say again what the elements are: a card is no table any more, and would be read as none. */
export function table({ caption, columns, rows, most = rows.length, leftOut }: TableParts): Html {
  const out = rows.length - most
  return html`<table role="table"><caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map(headCell)}</tr></thead>
<tbody role="rowgroup">
${rows.slice(0, most).map((row) => bodyRow(row, columns))}</tbody></table>
${
  out > 0 && leftOut
    ? html`<p class="left-out">${leftOut(out)}</p>
`
    : nothing
}`
}
