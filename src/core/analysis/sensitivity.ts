/** What each axis does to a metric (TR111 5.3 and 6.1 to 6.3), all other axes held. */
import type { AxisEffect } from '../../model/analysis.ts'
import type { MetricId } from '../../model/metric-catalog.ts'
import { meanOf } from '../statistics/descriptive.ts'
import type { Axis, Design } from './axes.ts'
import type { CellFigure } from './cell-figures.ts'
import { type Matched, matchLevels, type Placed } from './match-levels.ts'
import { meanOfGroups, meanVariance, pooledScatter, scatterBound } from './scatter.ts'

/** What is said of everything but these axes, as one text. */
export const othersOf = (place: readonly (string | null)[], own: readonly number[]): string =>
  JSON.stringify(place.map((value, i) => (own.includes(i) ? '' : value)))

/** Cells that have a value on the axis; a cell with the server's defaults has none on that of an option. */
function placeAlong(index: number, design: Design, figures: readonly CellFigure[]): Placed<CellFigure>[] {
  return figures.flatMap((item) => {
    const place = design.places.get(item.cell.id) ?? []
    const level = place[index]
    return level == null ? [] : [{ level, others: othersOf(place, [index]), item }]
  })
}

/** What a difference of logarithms is worth between these two: their spread exceeds it where their ratio does (logarithmic mean). */
const logarithmicMean = (least: number, greatest: number): number =>
  least === greatest ? least : (greatest - least) / Math.log(greatest / least)

/**
 * The noise of a spread, in the metric's unit: the greatest of all differences of two levels (Bonferroni, an upper bound of Tukey's range), each
 * taken to be as uncertain as that of the two least certain ones. Of ratios the logarithms are compared, and the bound is
 * stated where the spread is. Null without scatter to go by.
 */
function noiseOf({ levels }: Matched<CellFigure>, metric: MetricId): number | null {
  const scatter = pooledScatter([...levels.values()].flat(2), metric)
  if (!scatter) return null
  const variances = [...levels.values()].map((groups) => meanVariance(groups, metric, scatter))
  const [most = 0, next = 0] = variances.toSorted((a, b) => b - a)
  const bound = scatterBound(scatter, most + next, (levels.size * (levels.size - 1)) / 2)
  if (!scatter.isRatio) return bound
  const means = [...levels.values()].map(meanOfGroups)
  return bound * logarithmicMean(Math.min(...means), Math.max(...means))
}

function effectOf(axis: Axis, metric: MetricId, matched: Matched<CellFigure>): AxisEffect {
  const levels = axis.values.flatMap((value) => {
    const groups = matched.levels.get(value)
    return groups ? [{ value, cells: groups.flat().length, mean: meanOfGroups(groups) }] : []
  })
  const means = levels.map(({ mean }) => mean)
  const spread = Math.max(...means) - Math.min(...means)
  const whole = Math.abs(meanOf(means))
  const noise = noiseOf(matched, metric)
  const percent = (size: number | null) => (size === null || whole === 0 ? null : (size / whole) * 100)
  return {
    metric,
    axis: axis.name,
    levels,
    leftOut: [...matched.leftOut],
    spread,
    spreadPercent: percent(spread),
    noisePercent: percent(noise),
  }
}

/** Whether the axis was varied at all: different presets have different values without anybody asking for their effect. */
const isVaried = (placed: readonly Placed<CellFigure>[]): boolean =>
  [
    ...Map.groupBy(placed, ({ item: { cell } }) => JSON.stringify([cell.workload, cell.scenario])).values(),
  ].some((group) => new Set(group.map(({ level }) => level)).size > 1)

/**
 * The effects of the axes on a metric, in the order of the axes. `untold` are axes that were varied within a
 * scenario, but no two values were measured with all else the same. Workloads differ in kind, and have no effect to tell.
 */
export function effectsOn(
  metric: MetricId,
  design: Design,
  figures: readonly CellFigure[],
): { readonly effects: readonly AxisEffect[]; readonly untold: readonly Axis[] } {
  const effects: AxisEffect[] = []
  const untold: Axis[] = []
  design.axes.forEach((axis, index) => {
    if (axis.kind === 'workload') return
    const placed = placeAlong(index, design, figures)
    const matched = matchLevels(placed)
    if (matched) effects.push(effectOf(axis, metric, matched))
    else if (isVaried(placed)) untold.push(axis)
  })
  return { effects, untold }
}
