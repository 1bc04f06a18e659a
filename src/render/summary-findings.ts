/** The summary's first table: the worst checks that are not pass, and what to do about the three worst. */

import { count, noNumber } from '../model/number-format.ts'
import type { Check, Verdict } from '../model/verdict.ts'
import { cellText, changeText, changeTitle, subjectText, valueText, wantedText } from './check-text.ts'
import {
  beforeBracket,
  markdownCode,
  markdownFigure,
  markdownHeader,
  markdownParts,
  markdownRow,
  markdownText,
} from './markdown-text.ts'
import { checkWords } from './status-words.ts'
import { adviceGroups, findingsOf, groupByRule, type RuleChecks } from './verdict-facts.ts'

/** Rows of the first table; the others are in the list of every check. */
const mostRows = 10

/** Findings that get a paragraph of what to do. */
const mostAdvice = 3

/** Status with its sign, in words that a screen reader speaks. */
export const statusCell = (status: Check['status']): string =>
  markdownFigure(`${checkWords[status].emoji} ${checkWords[status].word}`)

const hasFigures = ({ head, change }: Check): boolean => head !== null || change !== null

/** One row a check; checks of one rule that have no figures share one, or a first run would be all rows. */
const rowGroups = (findings: readonly Check[]): readonly RuleChecks[] => {
  const shared = new Set<Check>()
  return findings.flatMap((check) => {
    if (shared.has(check)) return []
    const alone = { first: check, checks: [check], at: check.at }
    if (hasFigures(check)) return [alone]
    const alike = groupByRule(findings.filter((other) => !hasFigures(other))).find(({ checks }) =>
      checks.includes(check),
    )
    for (const other of alike?.checks ?? []) shared.add(other)
    return [alike ?? alone]
  })
}

const metricCell = (check: Check): string => {
  const value = valueText(check)
  const label = markdownText(subjectText(check))
  return value === noNumber ? label : `${label}<br>${markdownFigure(value)}`
}

/** The cell's long name comes last, so that a phone shows the figures first. */
const findingRow = ({ first, checks }: RuleChecks): string =>
  markdownRow([
    statusCell(first.status),
    metricCell(first),
    markdownParts(changeText(first), beforeBracket),
    markdownParts(wantedText(first)),
    checks.length === 1 ? markdownCode(cellText(first.cellId)) : count(checks.length, 'cell'),
  ])

const adviceLine = (checks: readonly Check[]): readonly string[] => {
  const [first] = checks
  if (!first) return []
  const more = checks.length > 1 ? ` (and ${count(checks.length - 1, 'more finding')})` : ''
  const fix = first.fix ? ` **Do:** ${markdownText(first.fix)}` : ''
  const where = `${markdownCode(cellText(first.cellId))}${more}`
  return [`- **${statusCell(first.status)}**, ${where}: ${markdownText(first.message)}${fix}`]
}

/** Table and advice; nothing at all when every check passed. */
export const findingsLines = (verdict: Verdict): readonly string[] => {
  const findings = findingsOf(verdict)
  if (findings.length === 0) return []
  const groups = rowGroups(findings)
  const header = [
    'result',
    'metric, base → head',
    markdownParts(changeTitle(findings), beforeBracket),
    'asked for',
    'cell',
  ]
  const hidden = groups.length - mostRows
  return [
    ...markdownHeader(header),
    ...groups.slice(0, mostRows).map(findingRow),
    '',
    ...(hidden > 0
      ? [`${count(hidden, 'more finding')} of this kind or milder: see "Every check" below.`, '']
      : []),
    ...adviceGroups(verdict).slice(0, mostAdvice).flatMap(adviceLine),
    '',
  ]
}
