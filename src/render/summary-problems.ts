/** The summary's list of what was wrong, when there is no verdict to be had. */

import { count } from '../model/number-format.ts'
import type { Problem } from '../model/problem.ts'
import type { Verdict } from '../model/verdict.ts'
import type { Section } from './fit-document.ts'
import { markdownCode, markdownText } from './markdown-text.ts'
import { sentence } from './run-text.ts'

const problemLine = ({ what, why, fix, at }: Problem): string => {
  const place = at ? `${markdownCode(`${at.file}:${at.line}:${at.column}`)} ` : ''
  const parts = [
    `**${markdownText(sentence(what))}**`,
    ...(why ? [markdownText(sentence(why))] : []),
    ...(fix ? [markdownText(sentence(fix))] : []),
  ]
  return `- ${place}${parts.join(' ')}`
}

/** Every problem with its place, reason and remedy; nothing when there is none. */
export const problemsSection = ({ problems, trials }: Verdict): readonly Section[] =>
  problems.length === 0
    ? []
    : [
        {
          before: [],
          rows: problems.map(problemLine),
          after: [
            '',
            `${count(problems.length, 'problem')}.${trials.measured === 0 ? ' Nothing was measured.' : ''}`,
            '',
          ],
          rank: 0,
          leftOut: (rows) => `- ${count(rows, 'more problem')} left out here; verdict.json has all.`,
        },
      ]
