/** Every check with its status in words, worst first. */
import { count } from '../../model/number-format.ts'
import type { Check, CheckStatus, Verdict } from '../../model/verdict.ts'
import { cellText, changeText, subjectText, valueText, wantedText } from '../check-text.ts'
import { passedText } from '../passed-text.ts'
import { checkWords } from '../status-words.ts'
import { type Html, html, type Part } from './html.ts'
import { code, type MaybeSection, paragraph } from './section.ts'
import { table } from './table.ts'

/** All findings of a broken sweep, and passed checks as far as they go. */
const mostRows = 250

/** Sign, word and, last, colour. */
export const statusChip = (status: CheckStatus): Html => {
  const { sign, word, colour } = checkWords[status]
  return html`<span class="chip ${colour}">${sign} ${word}</span>`
}

const rowOf = (check: Check): readonly Part[] => [
  statusChip(check.status),
  subjectText(check),
  valueText(check),
  changeText(check),
  wantedText(check),
  html`${check.message}${check.fix === null ? '' : html` <strong>Do:</strong> ${check.fix}`}`,
  check.cellId === '' ? cellText(check.cellId) : code(check.cellId),
]

/** Nothing without checks. */
export const checksSection = (verdict: Verdict): MaybeSection =>
  verdict.checks.length === 0
    ? []
    : [
        {
          id: 'checks',
          title: 'Checks',
          body: html`${paragraph(passedText(verdict) ?? '')}${table({
            caption: 'One rule applied to one cell, worst first',
            columns: [
              { title: 'result' },
              { title: 'metric' },
              { title: 'value', figure: true },
              { title: 'change', figure: true },
              { title: 'asked for' },
              { title: 'finding' },
              { title: 'cell' },
            ],
            rows: verdict.checks.map(rowOf),
            most: mostRows,
            leftOut: (rows) =>
              `${count(rows, 'more check')} left out here, the mildest; verdict.json has all.`,
          })}`,
        },
      ]
