/** What a sweep says, in a handful of sentences that every rendering begins with. Plain text, no markup. */
import type { Analysis, AxisEffect, Ranking, TopologyContrast } from '../model/analysis.ts'
import { type MetricId, metricDefinition } from '../model/metric-catalog.ts'
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
import { byReading, leadingOf, wantedFirst } from './main-metrics.ts'
import { plainText } from './plain-text.ts'
import { publishedTitle } from './published-words.ts'
import { rankingTitle, successText } from './ranking-words.ts'
import { shortNames } from './short-names.ts'

/** Sentences in all, and effects of them: a reader takes in no more at once. */
const mostFindings = 8
const mostEffects = 4

/** Names in the sentence on axes without effect: of axes, and of metrics. */
const mostQuiet = 3

/** Effects on what a reader wants first; without any of them, on what a first table shows; else all. */
const leadingEffects = (axes: readonly AxisEffect[]): readonly AxisEffect[] => {
  const of = (metrics: readonly MetricId[]) => axes.filter(({ metric }) => metrics.includes(metric))
  const leading = [of(wantedFirst), of(leadingOf(new Set(axes.map(({ metric }) => metric))))]
  return leading.find((own) => own.length > 0) ?? axes
}

/** "temperature, top_k: no effect that shows on decode, warm TTFT"; what was looked at and not found is a finding too. */
function quietFinding(axes: readonly AxisEffect[]): readonly string[] {
  const quiet = axes.filter((effect) => effectTold(effect) === 'within-noise')
  const loud = new Set(axes.filter((effect) => !quiet.includes(effect)).map(({ axis }) => axis))
  const names = [...new Set(quiet.map(({ axis }) => axis))].filter((axis) => !loud.has(axis))
  if (names.length === 0) return []
  const labels = [
    ...new Set(
      quiet.filter(({ axis }) => !loud.has(axis)).map(({ metric }) => metricDefinition(metric).label),
    ),
  ]
  const first = (all: readonly string[], one: string, many: string): string => {
    const more = all.length - mostQuiet
    return `${all.slice(0, mostQuiet).join(', ')}${more > 0 ? ` and ${count(more, one, many)}` : ''}`
  }
  const axisNames = names.map((axis) => plainText(axis, 60))
  return [
    `${first(axisNames, 'more axis', 'more axes')}: no effect that shows on ${first(labels, 'more metric', 'more metrics')}`,
  ]
}

/** Which axes move what, those furthest beyond their noise first; empty without a sweep, or without noise to go by. */
export function effectFindings({ axes }: Analysis): readonly string[] {
  return leadingEffects(axes)
    .filter((effect) => effectTold(effect) === 'shown')
    .toSorted(byEffect)
    .slice(0, mostEffects)
    .map(effectText)
}

/** Rankings in the order of reading: by typical value, then by consistency. */
export const rankingsInOrder = ({ rankings }: Analysis): readonly Ranking[] =>
  rankings
    .filter(({ cells }) => cells.length > 1)
    .toSorted((one, other) => byReading(one, other) || other.by.localeCompare(one.by))

/** The best cell of the first metric that is ranked so; a steadiest one only where any other is shown to be less so. */
function rankingFinding(analysis: Analysis, by: Ranking['by']): readonly string[] {
  const ranking = rankingsInOrder(analysis).find((one) => one.by === by)
  if (!ranking || (by === 'consistency' && ranking.cells.every(({ tiedWithBest }) => tiedWithBest))) return []
  return [rankingTitle(ranking, shortNames(ranking.cells.map(({ cellId }) => cellId)))]
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

/** Sentences without full stops, the most telling first, eight at most; empty where a run has nothing to compare. */
export function keyFindings(analysis: Analysis): readonly string[] {
  const { axes, interactions, success, published, topologies } = analysis
  const together = interactions.filter((interaction) => interactionTold(interaction) === 'shown')
  const told = topologies.filter((contrast) => topologyTold(contrast, axes) !== 'unknown')
  return [
    ...effectFindings(analysis),
    ...rankingFinding(analysis, 'typical'),
    ...topologyFindings({ ...analysis, topologies: told }).slice(0, 1),
    ...success.toSorted(byReading).slice(0, 1).map(successText),
    ...(published.length > 0 ? [publishedTitle(published)] : []),
    ...quietFinding(leadingEffects(axes)),
    ...together.slice(0, 1).map(interactionTitle),
    ...rankingFinding(analysis, 'consistency'),
  ].slice(0, mostFindings)
}
