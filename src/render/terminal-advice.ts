/** The terminal's account of the worst findings: what was found, in a sentence, and what to do about it. */

import { count } from '../model/number-format.ts'
import type { Check, Verdict } from '../model/verdict.ts'
import { cellText } from './check-text.ts'
import { plainText } from './plain-text.ts'
import { checkWords } from './status-words.ts'
import type { Page } from './terminal-page.ts'
import { wrapText } from './text-columns.ts'
import { adviceGroups } from './verdict-facts.ts'

/** Findings that get a paragraph. */
const mostAdvice = 3

const adviceLines = (checks: readonly Check[], { width }: Page): readonly string[] => {
  const [first] = checks
  if (!first) return []
  const { sign, word } = checkWords[first.status]
  const more = checks.length > 1 ? ` (and ${count(checks.length - 1, 'more finding')})` : ''
  const found = `${sign} ${word}  ${cellText(first.cellId)}${more}: ${plainText(first.message)}`
  return [
    ...wrapText(found, width, { rest: '    ' }),
    ...(first.fix ? wrapText(`Do: ${plainText(first.fix)}`, width, { first: '    ', rest: '    ' }) : []),
  ]
}

/** The three worst; nothing when every check passed. */
export const terminalAdvice = (verdict: Verdict, page: Page): readonly string[] => {
  const groups = adviceGroups(verdict)
  return groups.length === 0
    ? []
    : [
        page.paint('bold', 'What to do'),
        ...groups.slice(0, mostAdvice).flatMap((checks) => adviceLines(checks, page)),
      ]
}
