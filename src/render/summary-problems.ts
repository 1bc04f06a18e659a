/** The summary's list of what was wrong, when there is no verdict to be had. */

import { count } from '../model/number-format.ts'
import type { Problem } from '../model/problem.ts'
import type { Verdict } from '../model/verdict.ts'
import type { Section } from './fit-document.ts'
import { markdownCode, markdownText } from './markdown-text.ts'
import { sentence } from './run-text.ts'
import { isInTitle } from './verdict-facts.ts'

const problemLine = (problem: Problem, verdict: Verdict): string => {
  const { what, why, fix, at } = problem
  const place = at ? `${markdownCode(`${at.file}:${at.line}:${at.column}`)} ` : ''
  const parts = [
    ...(isInTitle(problem, verdict) ? [] : [`**${markdownText(sentence(what))}**`]),
    ...(why ? [markdownText(sentence(why))] : []),
    ...(fix ? [markdownText(sentence(fix))] : []),
  ]
  return `- ${place}${parts.join(' ')}`
}

/** Every problem with its place, reason and remedy; nothing when there is none. */
export const problemsSection = (verdict: Verdict): readonly Section[] =>
  verdict.problems.length === 0
    ? []
    : [
        {
          before: [],
          rows: verdict.problems.map((problem) => problemLine(problem, verdict)),
          after: [
            '',
            `${count(verdict.problems.length, 'problem')}.${verdict.trials.measured === 0 ? ' Nothing was measured.' : ''}`,
            '',
          ],
          rank: 0,
          leftOut: (rows) => `- ${count(rows, 'more problem')} left out here; verdict.json has all.`,
        },
      ]
