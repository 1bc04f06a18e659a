/** The verdict as GitHub Markdown, for step summaries and comments: the answer first, then why, then everything. */

import { count } from '../model/number-format.ts'
import type { Verdict } from '../model/verdict.ts'
import { fitDocument, type Section, wholeSection } from './fit-document.ts'
import { markdownText } from './markdown-text.ts'
import { passedText } from './passed-text.ts'
import { costText, engineText, recordHint, titleText } from './run-text.ts'
import { outcomeWords } from './status-words.ts'
import { boundariesSection, effectsSection, publishedSection } from './summary-analysis.ts'
import { checksSection } from './summary-checks.ts'
import { environmentSection } from './summary-environment.ts'
import { figuresSection } from './summary-figures.ts'
import { findingsLines } from './summary-findings.ts'
import { preflightSection } from './summary-preflight.ts'
import { problemsSection } from './summary-problems.ts'
import { reasoningSection } from './summary-reasoning.ts'
import { lacksBase } from './verdict-facts.ts'

/** What GitHub takes as the summary of one step: 1 MiB. */
const stepSummaryBytes = 1024 * 1024

/** Notes beyond these would push the tables out. */
const mostNotes = 50

const engineLines = (verdict: Verdict): readonly string[] => {
  const engine = engineText(verdict)
  return engine ? [`**${engine}**`, ''] : []
}

const titleLines = (verdict: Verdict): readonly string[] => {
  const { emoji, word } = outcomeWords[verdict.outcome]
  return [`### ${emoji} ${word} · ${markdownText(titleText(verdict))}`, '']
}

/** Sentences under the findings: what passed, what it cost, how to compare next time. */
const closingLines = (verdict: Verdict): readonly string[] => {
  const sentences = [
    passedText(verdict),
    costText(verdict),
    lacksBase(verdict) ? recordHint(verdict) : null,
  ].flatMap((sentence) => (sentence ? [markdownText(sentence)] : []))
  return sentences.flatMap((sentence) => [sentence, ''])
}

const moreNotes = (rows: number): string =>
  `- ${count(rows, 'more note')} left out here; verdict.json has all.`

const notesSection = ({ notes }: Verdict): readonly Section[] =>
  notes.length === 0
    ? []
    : [
        {
          before: ['**Notes**', ''],
          rows: notes.slice(0, mostNotes).map((note) => `- ${markdownText(note)}`),
          after: [...(notes.length > mostNotes ? [moreNotes(notes.length - mostNotes)] : []), ''],
          rank: 1,
          leftOut: moreNotes,
        },
      ]

/** Markdown of at most `maxBytes` (of UTF-8; comments take less than summaries): rows of tables give way first. */
export const renderSummary = (verdict: Verdict, maxBytes = stepSummaryBytes): string =>
  fitDocument(
    [
      wholeSection([...engineLines(verdict), ...titleLines(verdict)]),
      ...problemsSection(verdict),
      wholeSection(findingsLines(verdict)),
      wholeSection(closingLines(verdict)),
      ...notesSection(verdict),
      ...effectsSection(verdict),
      ...publishedSection(verdict),
      ...figuresSection(verdict),
      ...checksSection(verdict),
      ...boundariesSection(verdict),
      ...preflightSection(verdict),
      ...environmentSection(verdict),
      ...reasoningSection(verdict),
    ],
    maxBytes,
  )
