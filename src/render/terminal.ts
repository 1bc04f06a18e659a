/** The verdict for a terminal: the answer, the checks of each cell, the figures, what to do. Plain text from a verdict. */

import { count } from '../model/number-format.ts'
import type { Verdict } from '../model/verdict.ts'
import { passedText } from './passed-text.ts'
import { plainText } from './plain-text.ts'
import { costText, engineText, recordHint, sentence, titleText } from './run-text.ts'
import { outcomeWords } from './status-words.ts'
import { terminalAdvice } from './terminal-advice.ts'
import { terminalEffects, terminalPublished } from './terminal-analysis.ts'
import { terminalChecks } from './terminal-checks.ts'
import { terminalFigures } from './terminal-figures.ts'
import { type Page, paintFor } from './terminal-page.ts'
import { wrapText } from './text-columns.ts'
import { isInTitle, lacksBase } from './verdict-facts.ts'

/** Colour or none, and the columns that may be used. */
export interface TerminalStyle {
  readonly colour: boolean
  readonly width: number
}

/** Below this a table makes no sense, and lines are left to the terminal's own wrapping. */
const leastWidth = 40

const headLines = (verdict: Verdict, { width, paint }: Page): readonly string[] => {
  const { sign, word, colour } = outcomeWords[verdict.outcome]
  const engine = engineText(verdict)
  const [first = '', ...rest] = wrapText(`${sign} ${word}  ${titleText(verdict)}`, width, { rest: '  ' })
  const start = `${sign} ${word}`
  return [
    ...(engine ? wrapText(engine, width, {}).map((line) => paint('yellow', line)) : []),
    `${paint(colour, start)}${paint('bold', first.slice(start.length))}`,
    ...rest.map((line) => paint('bold', line)),
  ]
}

const problemLines = (verdict: Verdict, { width, paint }: Page): readonly string[] => {
  const { problems, trials } = verdict
  if (problems.length === 0) return []
  const lines = problems.flatMap((problem) => {
    const { what, why, fix, at } = problem
    const place = at ? [paint('bold', `${plainText(at.file, 200)}:${at.line}:${at.column}`)] : []
    const told = isInTitle(problem, verdict) ? [] : [what]
    const parts = [...told, ...(why ? [why] : []), ...(fix ? [fix] : [])].map(sentence)
    return [...place, ...wrapText(parts.join(' '), width, { first: '  ', rest: '  ' })]
  })
  return [
    ...lines,
    `${count(problems.length, 'problem')}.${trials.measured === 0 ? ' Nothing was measured.' : ''}`,
  ]
}

const closingLines = (verdict: Verdict, { width }: Page): readonly string[] =>
  [passedText(verdict), costText(verdict), lacksBase(verdict) ? recordHint(verdict) : null].flatMap((text) =>
    text ? wrapText(text, width, { rest: '  ' }) : [],
  )

const noteLines = ({ notes }: Verdict, { width, paint }: Page): readonly string[] =>
  notes.length === 0
    ? []
    : [
        paint('bold', 'Notes'),
        ...notes.flatMap((note) => wrapText(plainText(note), width, { first: '- ', rest: '  ' })),
      ]

/** Blocks with an empty line between them, ending in a line end. Outside text comes without control characters. */
export const renderTerminal = (verdict: Verdict, { colour, width }: TerminalStyle): string => {
  const page = { width: Math.max(leastWidth, width), paint: paintFor(colour) }
  const blocks = [
    headLines(verdict, page),
    problemLines(verdict, page),
    terminalChecks(verdict, page),
    terminalFigures(verdict, page),
    terminalEffects(verdict, page),
    terminalPublished(verdict, page),
    terminalAdvice(verdict, page),
    noteLines(verdict, page),
    closingLines(verdict, page),
  ]
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}
