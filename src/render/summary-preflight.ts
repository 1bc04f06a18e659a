/** The summary's folded look at the machine before measuring. */
import { count } from '../model/number-format.ts'
import type { PreflightLine } from '../model/preflight.ts'
import type { Section } from './fit-document.ts'
import { markdownFigure, markdownHeader, markdownRow, markdownText } from './markdown-text.ts'
import { preflightCounts, preflightWords } from './preflight-words.ts'

const lineRow = ({ what, value, verdict, fix }: PreflightLine): string => {
  const { emoji, word } = preflightWords[verdict]
  return markdownRow([
    markdownFigure(`${emoji} ${word}`),
    markdownText(what),
    markdownText(value),
    fix === null ? '' : markdownText(fix),
  ])
}

/** One row a line; nothing where nobody looked. */
export const preflightSection = ({
  preflight,
}: {
  readonly preflight: readonly PreflightLine[]
}): readonly Section[] =>
  preflight.length === 0
    ? []
    : [
        {
          before: [
            `<details><summary>Preflight (${preflightCounts(preflight)})</summary>`,
            '',
            ...markdownHeader(['result', 'looked at', 'found', 'do']),
          ],
          rows: preflight.map(lineRow),
          after: ['', '</details>', ''],
          rank: 2,
          leftOut: (rows) =>
            `\n${count(rows, 'more line')} left out here for their size; verdict.json has all.`,
        },
      ]
