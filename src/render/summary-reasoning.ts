/** The summary's folded explanation: the rules in force and what each status means. */

import { count, formatPercent } from '../model/number-format.ts'
import type { Check, Verdict } from '../model/verdict.ts'
import { sharedConfidence, subjectText, wantedText } from './check-text.ts'
import type { Section } from './fit-document.ts'
import { markdownCode, markdownText } from './markdown-text.ts'

const kindWords = {
  limit: 'limit',
  regression: 'regression rule',
  assertion: 'assertion',
  reproduction: 'reproduction',
} as const

const general = [
  '- **pass**: within the limit; of a regression rule, the change that must be caught is excluded. **fail**: a limit is broken, or the evidence favours that change over no change.',
  '- **inconclusive**: these samples cannot tell; the row says what they could have shown. **not comparable**: there is nothing to compare with. **invalid**: what the check needs was not measured. None of them is a pass.',
  '- The error rate is for the whole matrix, not for each check. A change between half of what must be caught and all of it may get either answer.',
]

/** Base and head of a cell are one cell; a rule on the whole run has none. */
const placesText = (checks: readonly Check[]): string => {
  const cells = new Set(checks.map(({ cellId }) => cellId).filter((id) => id !== '')).size
  return cells === 0 ? 'of the whole run' : `in ${count(cells, 'cell')}`
}

const ruleLine = (checks: readonly Check[]): string => {
  const [first] = checks
  if (!first) return ''
  const place = first.at ? `, ${markdownCode(`${first.at.file}:${first.at.line}`)}` : ''
  if (first.kind === 'reproduction')
    return `- ${count(checks.length, 'published figure')} (${kindWords.reproduction}${place}): each within what the policy allows; those in doubt, superseded, and peaks and scatters are shown, not required`
  const wanted = first.target === null ? wantedText(first) : wantedText({ ...first, status: 'pass' })
  return `- ${markdownText(subjectText(first))} (${kindWords[first.kind]}${place}): ${markdownText(wanted)}, ${placesText(checks)}`
}

const ruleLines = (checks: readonly Check[]): readonly string[] =>
  Array.from(
    Map.groupBy(checks, ({ kind, metric, of, at, expected }) =>
      kind === 'reproduction' ? kind : JSON.stringify([kind, metric, of, at, expected]),
    ).values(),
  ).map(ruleLine)

const policyLine = ({ policy, blocksOnInconclusive }: Verdict): readonly string[] =>
  policy
    ? [
        `- Policy ${markdownCode(policy.file)}, SHA-256 ${markdownCode(policy.sha256.slice(0, 12))}; an inconclusive verdict ${blocksOnInconclusive ? 'blocks' : 'does not block'} by its on-inconclusive.`,
      ]
    : []

const intervalLine = (checks: readonly Check[]): readonly string[] => {
  const confidence = sharedConfidence(checks)
  return confidence === null
    ? []
    : [`- Intervals are at ${formatPercent(confidence)}, from pairs of base and head in one session.`]
}

/** Rules and meanings; nothing when nothing was judged. */
export const reasoningSection = (verdict: Verdict): readonly Section[] =>
  verdict.checks.length === 0
    ? []
    : [
        {
          before: [
            '<details><summary>How this was decided</summary>',
            '',
            ...policyLine(verdict),
            ...general,
            ...intervalLine(verdict.checks),
          ],
          rows: ruleLines(verdict.checks),
          after: ['', '</details>', ''],
          rank: 1,
          leftOut: (rows) => `- ${count(rows, 'more rule')} left out here for their size.`,
        },
      ]
