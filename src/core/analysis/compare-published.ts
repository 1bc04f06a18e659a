/** Published figures beside those measured here, with what speaks against them. Judges nothing, and repairs nothing. */
import type { Comparison } from '../../model/analysis.ts'
import type { PublishedFigure } from '../../model/published.ts'
import type { Evidence } from '../judge/evidence.ts'
import { findDoubts } from './doubts.ts'
import { cellsOf, statisticOf, valuesOf } from './published-values.ts'

function compare(evidence: Evidence, published: PublishedFigure): Comparison {
  const { metric, statistic, value } = published
  const cells = cellsOf(evidence, published)
  const values = metric === null ? [] : valuesOf(evidence, cells, metric)
  const measured = metric === null ? null : statisticOf({ statistic, metric }, values)
  return {
    published,
    cellIds: cells.map(({ id }) => id),
    measured,
    trials: values.length,
    deviationRatio: measured === null || value === 0 ? null : measured / value - 1,
  }
}

/** One row for each published figure, in the order of their file; empty where the policy names none. */
export function comparePublished(evidence: Evidence): readonly Comparison[] {
  const figures = evidence.run.published?.figures ?? []
  const found = Map.groupBy(findDoubts(figures), ({ id }) => id)
  return figures.map((figure) => {
    const doubts = [figure.doubt, ...(found.get(figure.id) ?? []).map(({ doubt }) => doubt)]
    const told = [...new Set(doubts.filter((doubt) => doubt !== null))].join('; ')
    return compare(evidence, { ...figure, doubt: told === '' ? null : told })
  })
}
