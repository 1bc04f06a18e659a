/** What an axis does to a metric, in words that keep an effect apart from the trials' scatter. Knows no markup. */
import type { AxisEffect, Interaction, TopologyContrast } from '../model/analysis.ts'
import { type MetricId, metricDefinition } from '../model/metric-catalog.ts'
import {
  formatFigure,
  formatPercent,
  formatPlain,
  formatSignedChange,
  formatValue,
} from '../model/number-format.ts'
import { plainText } from './plain-text.ts'
import { differingParts } from './short-names.ts'

/** What the noise beside an effect is, and is not: one sentence that stands wherever effects are listed. */
export const noiseMeaning =
  'Noise is what the scatter of the trials alone would give; what drifted while one cell was measured after another, such as other work on the machine, is not in it.'

/** Whether a size is beyond what scatter alone would give, within it, or without a scatter to compare with. */
export type Told = 'shown' | 'within-noise' | 'unknown'

/** The same in a table's words. */
export const toldWords = {
  shown: 'effect',
  'within-noise': 'no effect that shows',
  unknown: 'cannot tell',
} as const satisfies Record<Told, string>

const toldOf = (size: number | null, noise: number | null): Told =>
  size === null || noise === null ? 'unknown' : size > noise ? 'shown' : 'within-noise'

/** What can be told of an axis' effect; no difference at all is none, however much scatter there is. */
export const effectTold = ({ spread, spreadPercent, noisePercent }: AxisEffect): Told =>
  spread === 0 ? 'within-noise' : toldOf(spreadPercent, noisePercent)

/** What can be told of an interaction, in the same way. */
export const interactionTold = ({ greatest, greatestPercent, noisePercent }: Interaction): Told =>
  greatest === 0 ? 'within-noise' : toldOf(greatestPercent, noisePercent)

/** 12 %, 3.4 %, 0.21 %: as exact as it is worth saying. */
export const roundPercent = (percent: number): string =>
  percent >= 10 ? `${Math.round(percent)} %` : formatPercent(percent)

/** The mean of an axis' levels, by which its percentages go; 0 for none. */
export const meanOfLevels = ({ levels }: AxisEffect): number =>
  levels.reduce((sum, { mean }) => sum + mean, 0) / Math.max(1, levels.length)

/** A share of the mean, as the metric states its changes: in percent, or in points of a percentage. */
const sizeText = (metric: MetricId, percent: number, mean: number): string =>
  metricDefinition(metric).change === 'points'
    ? `${formatPlain(Number(((Math.abs(mean) * percent) / 100).toFixed(1)))} points`
    : roundPercent(percent)

/** How far the axis moves the metric, e.g. "12 %", "3.1 points"; in the metric's unit where percent make no sense. */
export const effectSize = (effect: AxisEffect): string =>
  effect.spreadPercent === null
    ? formatValue(effect.metric, effect.spread)
    : sizeText(effect.metric, effect.spreadPercent, meanOfLevels(effect))

/** What scatter alone would give; null where it is unknown. */
export const noiseSize = (effect: AxisEffect): string | null =>
  effect.noisePercent === null ? null : sizeText(effect.metric, effect.noisePercent, meanOfLevels(effect))

/** Levels from best to worst, as the metric's direction has it. */
const rankedLevels = ({ metric, levels }: AxisEffect): AxisEffect['levels'] => {
  const sign = metricDefinition(metric).better === 'lower' ? 1 : -1
  return levels.toSorted((one, other) => sign * (one.mean - other.mean))
}

const rangeText = (effect: AxisEffect): string => {
  const ranked = rankedLevels(effect)
  const [best, worst] = [ranked[0], ranked.at(-1)]
  if (!best || !worst) return ''
  const at = ({ value, mean }: (typeof ranked)[number]) =>
    `${plainText(value, 60)} (${formatValue(effect.metric, mean)})`
  return `best at ${at(best)}, worst at ${at(worst)}`
}

/** One sentence without its full stop: "num_ctx moves decode by 12 %, noise 2 %". */
export function effectTitle(effect: AxisEffect): string {
  const { label } = metricDefinition(effect.metric)
  const axis = plainText(effect.axis, 60)
  const told = effectTold(effect)
  switch (told) {
    case 'shown':
      return `${axis} moves ${label} by ${effectSize(effect)}, noise ${noiseSize(effect)}`
    case 'within-noise':
      return effect.spread === 0
        ? `${axis} has no effect on ${label}: it is the same everywhere`
        : `${axis} has no effect on ${label} that shows: ${effectSize(effect)} is within the noise of ${noiseSize(effect)}`
    case 'unknown':
      return `${axis}: ${label} differs by ${effectSize(effect)}, and what is noise of it is unknown`
    default:
      return told satisfies never
  }
}

/** The title with where it is best and worst; an effect that does not show has no best. */
export const effectText = (effect: AxisEffect): string =>
  effectTold(effect) === 'shown' ? `${effectTitle(effect)}; ${rangeText(effect)}` : effectTitle(effect)

/** How far beyond its noise; the size alone where that is unknown. */
const standing = ({ spreadPercent, noisePercent }: AxisEffect): number =>
  (spreadPercent ?? 0) / (noisePercent === null ? 1 : Math.max(noisePercent, Number.MIN_VALUE))

/** Effects that show, the greatest against their noise first; then those of unknown noise, by size; then those within it. */
export const byEffect = (one: AxisEffect, other: AxisEffect): number => {
  const order: readonly Told[] = ['shown', 'unknown', 'within-noise']
  return order.indexOf(effectTold(one)) - order.indexOf(effectTold(other)) || standing(other) - standing(one)
}

/** "num_ctx and num_gpu together move decode by 8 % beyond what each does alone, noise 2 %". */
export function interactionTitle(interaction: Interaction): string {
  const { metric, rowAxis, columnAxis, greatest, greatestPercent, noisePercent } = interaction
  const { label } = metricDefinition(metric)
  const axes = `${plainText(rowAxis, 60)} and ${plainText(columnAxis, 60)}`
  const size = greatestPercent === null ? formatValue(metric, greatest) : roundPercent(greatestPercent)
  const told = interactionTold(interaction)
  const noise = noisePercent === null ? null : roundPercent(noisePercent)
  switch (told) {
    case 'shown':
      return `${axes} together move ${label} by up to ${size} beyond what each does alone, noise ${noise}`
    case 'within-noise':
      return greatest === 0
        ? `${axes} do nothing more to ${label} together than alone`
        : `${axes} do no more to ${label} together than alone: ${size} is within the noise of ${noise}`
    case 'unknown':
      return `${axes} together: ${label} is up to ${size} from what each does alone, and what is noise of it is unknown`
    default:
      return told satisfies never
  }
}

/** Whether more servers do anything to a metric that shows, by the effect of that axis over all cells. */
export const topologyTold = ({ metric }: TopologyContrast, axes: readonly AxisEffect[]): Told => {
  const effect = axes.find((one) => one.axis === 'topology' && one.metric === metric)
  return effect ? effectTold(effect) : 'unknown'
}

/** How far from one to the other: "+94 %", "-3.2 points"; null for a share of nothing. */
export function contrastSize({ metric, from, to }: TopologyContrast): string | null {
  if (metricDefinition(metric).change === 'points') return formatSignedChange('points', to - from)
  return from === 0 ? null : formatSignedChange('ratio', to / from - 1)
}

/** Better or worse only where it shows. */
function contrastWord({ metric, from, to }: TopologyContrast, told: Told): string {
  if (to === from) return 'the same'
  if (told === 'within-noise') return 'within the noise'
  if (told === 'unknown') return 'noise unknown'
  return (metricDefinition(metric).better === 'lower') === to < from ? 'better' : 'worse'
}

/** "one-server → two-servers: aggregate 98.0 → 190.1 tok/s (+94 %, better)". */
export function topologyText(contrast: TopologyContrast, axes: readonly AxisEffect[]): string {
  const { metric, fromCellId, toCellId, from, to } = contrast
  const [before, after] = differingParts(fromCellId, toCellId)
  const size = contrastSize(contrast)
  const words = [...(size === null ? [] : [size]), contrastWord(contrast, topologyTold(contrast, axes))]
  return `${before} → ${after}: ${metricDefinition(metric).label} ${formatFigure(metric, from)} → ${formatValue(metric, to)} (${words.join(', ')})`
}
