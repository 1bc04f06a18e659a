/** The summary's folded list of every check, the passed ones too. */

import { count } from '../model/number-format.ts'
import type { Check, Verdict } from '../model/verdict.ts'
import { cellText } from './check-text.ts'
import type { Section } from './fit-document.ts'
import { markdownCode, markdownHeader, markdownRow, markdownText } from './markdown-text.ts'
import { statusCell } from './summary-findings.ts'

const checkRow = ({ status, cellId, message, expected, source }: Check): string =>
  markdownRow([
    statusCell(status),
    markdownText(message),
    `${markdownText(expected)}${source ? ` (${markdownText(source)})` : ''}`,
    markdownCode(cellText(cellId)),
  ])

/** A table of all checks, worst first; nothing without checks. */
export const checksSection = ({ checks }: Verdict): readonly Section[] =>
  checks.length === 0
    ? []
    : [
        {
          before: [
            `<details><summary>Every check (${checks.length})</summary>`,
            '',
            ...markdownHeader(['result', 'finding', 'expected (source)', 'cell']),
          ],
          rows: checks.map(checkRow),
          after: ['', '</details>', ''],
          rank: 2,
          leftOut: (rows) => `\n${count(rows, 'check')} left out here for their size; verdict.json has all.`,
        },
      ]
