/** One axis of a sweep: the metric's mean at each of its levels, with the band that scatter alone would fill. */
import type { AxisEffect } from '../../model/analysis.ts'
import { formatValue } from '../../model/number-format.ts'
import { effectText, effectTold, meanOfLevels } from '../effect-words.ts'
import { plainText } from '../plain-text.ts'
import type { Chart } from './draw-chart.ts'

/** Two of them side by side fit a phone. */
const width = 118
const height = 96

/** Levels that are drawn; the table of the metric has all. */
const mostLevels = 12

/** Characters of a level's name, and of one that is never broken. */
const longestLevel = 12
const shortLevel = 6

interface Band {
  readonly low: number
  readonly high: number
}

/** The band around the mean; null where the noise is unknown. */
const bandOf = (effect: AxisEffect): Band | null => {
  if (effect.noisePercent === null) return null
  const mean = meanOfLevels(effect)
  const half = (Math.abs(mean) * effect.noisePercent) / 200
  return { low: mean - half, high: mean + half }
}

/** The ends that all axes of a metric share, so that their effects can be compared by eye. */
export function sharedDomain(effects: readonly AxisEffect[]): readonly [number, number] {
  const all = effects.flatMap((effect) => {
    const band = bandOf(effect)
    return [...effect.levels.map(({ mean }) => mean), ...(band ? [band.low, band.high] : [])]
  })
  const [least, greatest] = [Math.min(...all), Math.max(...all)]
  const margin = (greatest - least || Math.abs(greatest) || 1) * 0.08
  return [least - margin, greatest + margin]
}

const levelName = (value: string): string => {
  const name = plainText(value, 60)
  return name.length > longestLevel ? `${name.slice(0, 4)}…${name.slice(-(longestLevel - 5))}` : name
}

/** A line means that there is something between two levels: only between numbers. */
const isNumeric = ({ levels }: AxisEffect): boolean =>
  levels.every(({ value }) => Number.isFinite(Number(value)))

/** A long name in two lines, broken behind the mark that is nearest to its middle: "two-", "servers". */
function inLines(name: string): readonly string[] {
  if (name.length <= shortLevel) return [name]
  const breaks = Array.from(name.matchAll(/[-:_/…]/g), ({ index }) => index + 1).filter(
    (at) => at < name.length,
  )
  const [at] = breaks.toSorted(
    (one, other) => Math.abs(one - name.length / 2) - Math.abs(other - name.length / 2),
  )
  return at === undefined ? [name] : [name.slice(0, at), name.slice(at)]
}

/** Names that would run into each other stand upright. */
const isCrowded = (names: readonly (readonly string[])[]): boolean =>
  names.flat().some((line) => line.length * 6 > width / names.length - 4)

const bandLayer = (band: Band | null) =>
  band === null
    ? []
    : [
        {
          data: { values: [band] },
          mark: { type: 'rect', color: 'var(--band)', opacity: 1 },
          encoding: { y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
        },
      ]

const messageOf = (effect: AxisEffect): string => {
  const means = effect.levels.map(
    ({ value, mean }) => `${plainText(value, 60)}: ${formatValue(effect.metric, mean)}`,
  )
  return `${effectText(effect)}. Means by level: ${means.slice(0, mostLevels).join('; ')}.`
}

/** The chart's specification. What shows is full and drawn through; what does not is hollow and faint. */
export function levelChart(effect: AxisEffect, domain: readonly [number, number]): Chart {
  const levels = effect.levels.slice(0, mostLevels)
  const names = levels.map(({ value }) => inLines(levelName(value)))
  const shows = effectTold(effect) === 'shown'
  const colour = shows ? 'var(--accent)' : 'var(--muted)'
  const y = {
    field: 'mean',
    type: 'quantitative',
    title: null,
    scale: { domain, nice: false, zero: false },
    axis: { tickCount: 3, gridOpacity: 0.6 },
  }
  // By place, not by name: two levels may look alike when they are cut.
  const x = {
    field: 'place',
    type: 'ordinal',
    sort: null,
    title: null,
    axis: {
      labelExpr: `${JSON.stringify(names)}[datum.value]`,
      labelAngle: isCrowded(names) ? -60 : 0,
      labelFontSize: 10,
      labelLimit: 200,
      grid: false,
    },
  }
  return {
    message: messageOf(effect),
    spec: {
      width,
      height,
      data: { values: levels.map(({ mean }, place) => ({ place, mean })) },
      layer: [
        ...bandLayer(bandOf(effect)),
        ...(isNumeric(effect)
          ? [
              {
                mark: { type: 'line', color: colour, strokeWidth: 2, strokeDash: shows ? [1, 0] : [3, 3] },
                encoding: { x, y },
              },
            ]
          : []),
        {
          mark: {
            type: 'point',
            size: 45,
            strokeWidth: 1.5,
            fill: shows ? colour : 'var(--paper)',
            stroke: colour,
            opacity: 1,
          },
          encoding: { x, y },
        },
      ],
    },
  }
}
