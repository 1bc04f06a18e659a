/** The terminal's account of a sweep: what moves what, and the first of what was published beside it. */
import { count } from '../model/number-format.ts'
import type { Verdict } from '../model/verdict.ts'
import { keyFindings } from './key-findings.ts'
import { plainText } from './plain-text.ts'
import {
  deviationText,
  measuredFirst,
  measuredValue,
  publishedLabel,
  publishedValue,
  remarksText,
} from './published-words.ts'
import type { Page } from './terminal-page.ts'
import { wrapText } from './text-columns.ts'

/** Published figures that are told one by one. */
const mostPublished = 5

const item = (text: string, { width }: Page): readonly string[] =>
  wrapText(text, width, { first: '- ', rest: '  ' })

/** Nothing where there is nothing to compare. */
export function terminalEffects({ analysis }: Verdict, page: Page): readonly string[] {
  if (analysis === null) return []
  const lines = [
    ...keyFindings(analysis),
    ...analysis.notes.slice(0, mostPublished).map((note) => plainText(note)),
  ]
  return lines.length === 0
    ? []
    : [page.paint('bold', 'What moves what'), ...lines.flatMap((line) => item(line, page))]
}

/** Nothing where no figure is named that was measured here. */
export function terminalPublished({ analysis }: Verdict, page: Page): readonly string[] {
  const rows = measuredFirst(analysis?.published ?? []).filter(({ measured }) => measured !== null)
  const more = rows.length - mostPublished
  return rows.length === 0
    ? []
    : [
        page.paint('bold', 'Published / measured here'),
        ...rows.slice(0, mostPublished).flatMap((row) => {
          const remarks = remarksText(row)
          return item(
            `${measuredValue(row)} here, ${publishedValue(row)} published (${deviationText(row)}): ${publishedLabel(row)}, ${plainText(row.published.source, 80)}${remarks === '' ? '' : `. ${remarks}`}`,
            page,
          )
        }),
        ...(more > 0 ? [`  ${count(more, 'more figure')} in summary.md`] : []),
      ]
}
