/** The summary's folded account of a sweep: what moves what, what is best, what was published, what timings include. */
import type { Ranking } from '../model/analysis.ts'
import { count } from '../model/number-format.ts'
import type { Verdict } from '../model/verdict.ts'
import { noiseMeaning } from './effect-words.ts'
import type { Section } from './fit-document.ts'
import { keyFindings, rankingsInOrder } from './key-findings.ts'
import {
  markdownCode,
  markdownFigure,
  markdownHeader,
  markdownParts,
  markdownRow,
  markdownText,
} from './markdown-text.ts'
import {
  deviationText,
  measuredFirst,
  measuredValue,
  publishedLabel,
  publishedTitle,
  publishedValue,
  remarksText,
  sizesText,
} from './published-words.ts'
import { rankedFigure, rankingTitle } from './ranking-words.ts'
import { shortNames } from './short-names.ts'

/** Cells of a ranking, rankings, notes and published figures that are shown. */
const mostRanked = 5
const mostRankings = 4
const mostNotes = 10
const mostPublished = 100

const fold = (title: string): readonly string[] => [`<details><summary>${title}</summary>`, '']
const unfold: readonly string[] = ['', '</details>', '']

const noteLines = (notes: readonly string[]): readonly string[] =>
  notes.slice(0, mostNotes).map((note) => `- ${markdownText(note)}`)

/** Title and first cells as one piece that is kept or left out whole. */
function rankingBlock(ranking: Ranking): string {
  const names = shortNames(ranking.cells.map(({ cellId }) => cellId))
  const rows = ranking.cells.slice(0, mostRanked).map((cell, place) => {
    const tied = place > 0 && cell.tiedWithBest ? ', tied with the best' : ''
    return `${place + 1}. ${markdownCode(names.of(cell.cellId))}: ${markdownText(rankedFigure(ranking, cell))}${tied}`
  })
  const shared = names.shared === '' ? [] : ['', `All begin with ${markdownCode(names.shared)}.`]
  return ['', `**${markdownText(rankingTitle(ranking, names))}**`, '', ...rows, ...shared].join('\n')
}

/** Effects in words and the first cells of the rankings; nothing where there is nothing to compare. */
export function effectsSection({ analysis }: Verdict): readonly Section[] {
  if (analysis === null) return []
  const findings = keyFindings(analysis)
  const rankings = rankingsInOrder(analysis)
  if (findings.length + rankings.length + analysis.notes.length === 0) return []
  return [
    {
      before: [
        ...fold('What moves what'),
        ...findings.map((finding) => `- ${markdownText(finding)}.`),
        ...noteLines(analysis.notes),
        ...(analysis.axes.length > 0 ? ['', noiseMeaning] : []),
      ],
      rows: rankings.slice(0, mostRankings).map(rankingBlock),
      after: unfold,
      rank: 2,
      leftOut: (rows) => `\n${count(rows, 'ranking')} left out here; verdict.json has all.`,
    },
  ]
}

/** Figures that were published beside those measured here, measured ones first; nothing where none is named. */
export function publishedSection({ analysis }: Verdict): readonly Section[] {
  if (analysis === null || analysis.published.length === 0) return []
  const { published } = analysis
  const more = published.length - mostPublished
  return [
    {
      before: [
        ...fold(`Published / measured here (${published.length})`),
        `${markdownText(publishedTitle(published))}. Published figures come from another machine: a deviation says how far apart the two are, not which is right.`,
        '',
        ...markdownHeader([
          '>measured here',
          '>published',
          '>deviation',
          'figure (source)',
          'runs',
          'remarks',
        ]),
      ],
      rows: measuredFirst(published)
        .slice(0, mostPublished)
        .map((row) =>
          markdownRow([
            markdownFigure(measuredValue(row)),
            markdownFigure(publishedValue(row)),
            markdownFigure(deviationText(row)),
            `${markdownText(publishedLabel(row))} (${markdownText(row.published.source)})`,
            markdownParts(sizesText(row)),
            markdownText(remarksText(row)),
          ]),
        ),
      after: [...(more > 0 ? ['', `${count(more, 'more figure')}: see verdict.json.`] : []), ...unfold],
      rank: 2,
      leftOut: (rows) => `\n${count(rows, 'figure')} left out here for their size; verdict.json has all.`,
    },
  ]
}

/** What the timings include and exclude (appendix L); nothing where nothing was measured. */
export const boundariesSection = ({ analysis }: Verdict): readonly Section[] =>
  analysis === null || analysis.boundaries.length === 0
    ? []
    : [
        {
          before: [
            ...fold('What the timings include'),
            ...markdownHeader(['what', 'included', 'excluded', 'source']),
          ],
          rows: analysis.boundaries.map(({ what, included, excluded, source }) =>
            markdownRow([what, included, excluded, source].map(markdownText)),
          ),
          after: unfold,
          rank: 3,
          leftOut: (rows) => `\n${count(rows, 'line')} left out here for their size; verdict.json has all.`,
        },
      ]
