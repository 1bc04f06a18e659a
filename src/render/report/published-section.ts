/** Published figures beside those measured here, those in doubt said to be so. */
import type { Analysis, Comparison } from '../../model/analysis.ts'
import { count } from '../../model/number-format.ts'
import {
  deviationText,
  measuredFirst,
  measuredValue,
  publishedLabel,
  publishedTitle,
  publishedValue,
  remarksText,
  sizesText,
} from '../published-words.ts'
import { html, type Part } from './html.ts'
import { type MaybeSection, paragraph } from './section.ts'
import { table } from './table.ts'

const mostRows = 200

const rowOf = (row: Comparison): readonly Part[] => [
  publishedLabel(row),
  html`<strong>${measuredValue(row)}</strong>`,
  publishedValue(row),
  deviationText(row),
  sizesText(row),
  row.published.source,
  remarksText(row),
]

/** Nothing where the policy names no published figures. */
export const publishedSection = ({ published }: Analysis): MaybeSection =>
  published.length === 0
    ? []
    : [
        {
          id: 'published',
          title: 'Published, and measured here',
          body: html`${paragraph(`${publishedTitle(published)}. Published figures come from another machine: a deviation says how far apart the two are, not which is right.`)}${table(
            {
              caption: 'Published figures beside those of this run, measured ones first',
              columns: [
                { title: 'figure' },
                { title: 'measured here', figure: true },
                { title: 'published', figure: true },
                { title: 'deviation', figure: true },
                { title: 'runs' },
                { title: 'source' },
                { title: 'remarks' },
              ],
              rows: measuredFirst(published).map(rowOf),
              most: mostRows,
              leftOut: (rows) => `${count(rows, 'more figure')} left out here; verdict.json has all.`,
            },
          )}`,
        },
      ]
