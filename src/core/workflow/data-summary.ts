/** What a workflow agent read, as text for its prompt. Knows no file system and no model. */
import type { Document, Documents } from '../../model/documents.ts'
import { cutText } from './text-room.ts'

/** One file must not take the place of all others. */
const mostLineCharacters = 240

const kindNames = { csv: 'CSV', json: 'JSON', markdown: 'Markdown' } as const

/** Names and headings are anybody's text: on one line, without control characters. */
const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ')

/** Four digits tell figures apart, and more would fill the prompt. */
const figure = (value: number): string => String(Number(value.toPrecision(4)))

/** More would not fit the line of a file. */
const mostNames = 20

/** The first names as one text, with how many there are beyond; `of` is what they are names of. */
function namesOf(names: readonly string[], { of, more }: { of: string; more: number }): string {
  if (names.length === 0) return `no ${of}`
  const untold = Math.max(0, names.length - mostNames) + more
  return names.slice(0, mostNames).map(oneLine).join(', ') + (untold > 0 ? `, and ${untold} more` : '')
}

function contentText(content: Document['content']): string {
  switch (content.kind) {
    case 'csv': {
      const figures = new Map(content.numbers.map((one) => [one.column, one]))
      const columns = content.columns.map((column) => {
        const own = figures.get(column)
        return own ? `${column} (mean ${figure(own.mean)}, ${figure(own.min)} to ${figure(own.max)})` : column
      })
      return `${content.rows} rows; ${namesOf(columns, { of: 'columns', more: content.more })}`
    }
    case 'json':
      return `${content.entries} entries; ${namesOf(content.keys, { of: 'keys', more: content.more })}`
    case 'markdown':
      return `${content.words} words; ${namesOf(content.headings, { of: 'headings', more: content.more })}`
    default:
      return content satisfies never
  }
}

const lineOf = ({ path, content }: Document): string =>
  cutText(`${oneLine(path)}: ${contentText(content)}`, mostLineCharacters)

/** Counts by kind, e.g. `Files: 12 (5 CSV, 4 JSON, 3 Markdown)` */
function headOf(read: Documents['read']): string {
  const counts = (['csv', 'json', 'markdown'] as const).flatMap((kind) => {
    const count = read.filter(({ content }) => content.kind === kind).length
    return count === 0 ? [] : `${count} ${kindNames[kind]}`
  })
  return `Files: ${read.length} (${counts.join(', ')})`
}

const moreText = (count: number): string => `\nand ${count} more files`

/**
 * The summary in at most `mostCharacters`: how many files of each kind, then a line a file in their order, as many as
 * fit, and how many more there are. Long lines are cut. Expects at least one file.
 */
export function dataSummary({ read }: Pick<Documents, 'read'>, mostCharacters: number): string {
  let text = headOf(read)
  for (const [i, document] of read.entries()) {
    const isLast = i === read.length - 1
    const room = mostCharacters - text.length - 1 - (isLast ? 0 : moreText(read.length).length)
    const line = lineOf(document)
    // The first file is told of in any case, cut where it must be.
    if (line.length > room && i > 0) return `${text}${moreText(read.length - i)}`
    text += `\n${cutText(line, room)}`
  }
  return text
}
