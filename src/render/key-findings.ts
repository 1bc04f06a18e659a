/** What a sweep says, in a handful of sentences that every rendering begins with. Plain text, no markup. */
import type { Analysis, AxisEffect, Ranking, TopologyContrast } from '../model/analysis.ts'
import { metricDefinition } from '../model/metric-catalog.ts'
import { count } from '../model/number-format.ts'
import {
  byEffect,
  effectText,
  effectTold,
  interactionTitle,
  interactionTold,
  topologyText,
  topologyTold,
} from './effect-words.ts'
import { byReading, leadingOf } from './main-metrics.ts'
import { plainText } from './plain-text.ts'
import { publishedTitle } from './published-words.ts'
import { rankingTitle, successText } from './ranking-words.ts'
import { shortNames } from './short-names.ts'

/** Effects that are told one by one. */
const mostEffects = 5

/** Effects on what a reader looks for; all of them where there are none on that. */
const leadingEffects = (axes: readonly AxisEffect[]): readonly AxisEffect[] => {
  const leading = leadingOf(new Set(axes.map(({ metric }) => metric)))
  const own = axes.filter(({ metric }) => leading.includes(metric))
  return own.length > 0 ? own : axes
}

/** "no effect that shows: temperature on decode, warm TTFT"; what was looked at and not found is a finding too. */
const quietText = (axes: readonly AxisEffect[]): readonly string[] => {
  const quiet = Map.groupBy(
    axes.filter((effect) => effectTold(effect) === 'within-noise'),
    ({ axis }) => axis,
  )
  return Array.from(quiet, ([axis, effects]) => {
    const labels = effects.map(({ metric }) => metricDefinition(metric).label)
    const named = labels.slice(0, 4).join(', ')
    const more = labels.length > 4 ? ` and ${count(labels.length - 4, 'more metric')}` : ''
    return `${plainText(axis, 60)} has no effect that shows on ${named}${more}`
  })
}

/** Which axes move what, the greatest first, and which move nothing; empty without a sweep. */
export function effectFindings({ axes }: Analysis): readonly string[] {
  const effects = leadingEffects(axes.toSorted(byReading)).toSorted(byEffect)
  const told = effects.filter((effect) => effectTold(effect) !== 'within-noise')
  const more = told.length - mostEffects
  return [
    ...told.slice(0, mostEffects).map(effectText),
    ...(more > 0 ? [`${count(more, 'more effect')} of less size`] : []),
    ...quietText(effects),
  ]
}

/** Rankings in the order of reading: by typical value, then by consistency. */
export const rankingsInOrder = ({ rankings }: Analysis): readonly Ranking[] =>
  rankings
    .filter(({ cells }) => cells.length > 1)
    .toSorted((one, other) => byReading(one, other) || other.by.localeCompare(one.by))

/** The best cell of the first metric, typical and consistent. */
const rankingFindings = (analysis: Analysis): readonly string[] => {
  const [first, ...others] = rankingsInOrder(analysis)
  if (!first) return []
  const names = shortNames(first.cells.map(({ cellId }) => cellId))
  return [first, ...others.filter(({ metric }) => metric === first.metric)].map((ranking) =>
    rankingTitle(ranking, names),
  )
}

/** What a second server is worth: where it shows first, in the order of reading. */
export const topologiesInOrder = ({ axes, topologies }: Analysis): readonly TopologyContrast[] =>
  topologies.toSorted(
    (one, other) =>
      Number(topologyTold(other, axes) === 'shown') - Number(topologyTold(one, axes) === 'shown') ||
      byReading(one, other),
  )

/** The same in words; where several pairs of cells were set against each other, each says which it is of. */
export function topologyFindings(analysis: Analysis): readonly string[] {
  const sorted = topologiesInOrder(analysis)
  const ids = sorted.map(({ toCellId }) => toCellId)
  const names = shortNames(ids)
  const isOne = new Set(ids).size === 1
  return sorted.map((contrast) => {
    const words = topologyText(contrast, analysis.axes)
    return isOne ? words : `${names.differing(contrast.toCellId)}, ${words}`
  })
}

/** Sentences without full stops, the most telling first; empty where a run has nothing to compare. */
export function keyFindings(analysis: Analysis): readonly string[] {
  const { interactions, success, published } = analysis
  const together = interactions.filter((interaction) => interactionTold(interaction) === 'shown')
  return [
    ...effectFindings(analysis),
    ...together.slice(0, 1).map(interactionTitle),
    ...rankingFindings(analysis),
    ...success.toSorted(byReading).slice(0, 1).map(successText),
    ...topologyFindings(analysis).slice(0, 1),
    ...(published.length > 0 ? [publishedTitle(published)] : []),
  ]
}
