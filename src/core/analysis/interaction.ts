/** What two options do together beyond what each does alone (TR111 6.4). */
import type { Interaction } from '../../model/analysis.ts'
import type { MetricId } from '../../model/metric-catalog.ts'
import { meanOf } from '../statistics/descriptive.ts'
import type { Axis, Design } from './axes.ts'
import type { CellFigure } from './cell-figures.ts'
import { type Matched, matchLevels, type Placed } from './match-levels.ts'
import { meanOfGroups, meanVariance, pooledScatter, scatterBound } from './scatter.ts'
import { othersOf } from './sensitivity.ts'

/** Interactions told of one metric. */
const mostInteractions = 6

type Table = readonly (readonly (number | null)[])[]

const numbers = (values: readonly (number | null)[]): readonly number[] =>
  values.filter((value) => value !== null)

/**
 * What is left of a table when the best sum of a row's and a column's part is taken from each place: least squares by
 * taking out the means of rows and of columns in turn, which ends at once where every place is filled.
 */
function residuals(table: Table): Table {
  let left = table
  const columns = table[0]?.map((_, i) => i) ?? []
  for (let round = 0; round < 500; round++) {
    const rowMeans = left.map((row) => meanOf(numbers(row)))
    const byRow = left.map((row, r) =>
      row.map((value) => (value === null ? null : value - (rowMeans[r] ?? 0))),
    )
    const columnMeans = columns.map((c) => meanOf(numbers(byRow.map((row) => row[c] ?? null))))
    left = byRow.map((row) => row.map((value, c) => (value === null ? null : value - (columnMeans[c] ?? 0))))
    if (Math.max(...columnMeans.map(Math.abs), ...rowMeans.map(Math.abs)) < 1e-12 * (1 + size(table))) break
  }
  return left
}

const size = (table: Table): number => Math.max(...numbers(table.flat()).map(Math.abs))

/** A pair of axes: their places in the design. */
interface Pair {
  readonly row: number
  readonly column: number
}

const pairText = (row: string, column: string): string => JSON.stringify([row, column])

function placeOn(
  { row, column }: Pair,
  design: Design,
  figures: readonly CellFigure[],
): Placed<CellFigure>[] {
  return figures.flatMap((item) => {
    const place = design.places.get(item.cell.id) ?? []
    const [ownRow, ownColumn] = [place[row], place[column]]
    if (ownRow == null || ownColumn == null) return []
    return [{ level: pairText(ownRow, ownColumn), others: othersOf(place, [row, column]), item }]
  })
}

/**
 * The noise of the greatest residual. A residual of a full table has the share (1 − 1/rows)(1 − 1/columns) of a place's
 * variance, of ratios that of the greatest place; with only two rows or two columns the others repeat it with another sign.
 */
function noiseOf(
  { levels }: Matched<CellFigure>,
  metric: MetricId,
  [rows, columns]: readonly [number, number],
): number | null {
  const scatter = pooledScatter([...levels.values()].flat(2), metric)
  if (!scatter) return null
  const inUnit = (groups: readonly (readonly CellFigure[])[]) =>
    meanVariance(groups, metric, scatter) * (scatter.isRatio ? meanOfGroups(groups) ** 2 : 1)
  const variance = Math.max(...[...levels.values()].map(inUnit))
  const different = levels.size / (rows === 2 ? 2 : 1) / (columns === 2 ? 2 : 1)
  return scatterBound(scatter, variance * (1 - 1 / rows) * (1 - 1 / columns), Math.ceil(different))
}

function tableOf(rowAxis: Axis, columnAxis: Axis, { levels }: Matched<CellFigure>) {
  const meanAt = (row: string, column: string): number | null => {
    const groups = levels.get(pairText(row, column))
    return groups ? meanOfGroups(groups) : null
  }
  const rows = rowAxis.values.filter((row) =>
    columnAxis.values.some((column) => meanAt(row, column) !== null),
  )
  const columns = columnAxis.values.filter((column) => rows.some((row) => meanAt(row, column) !== null))
  return { rows, columns, means: rows.map((row) => columns.map((column) => meanAt(row, column))) }
}

/** Null where the places are too few to tell an interaction from the two effects. */
function interactionOf(
  pair: Pair,
  metric: MetricId,
  design: Design,
  figures: readonly CellFigure[],
): Interaction | null {
  const [rowAxis, columnAxis] = [design.axes[pair.row], design.axes[pair.column]]
  const matched = matchLevels(placeOn(pair, design, figures))
  if (!matched || !rowAxis || !columnAxis) return null
  const { rows, columns, means } = tableOf(rowAxis, columnAxis, matched)
  if (matched.levels.size - rows.length - columns.length + 1 < 1) return null
  const greatest = size(residuals(means))
  const whole = Math.abs(meanOf(numbers(means.flat())))
  const noise = noiseOf(matched, metric, [rows.length, columns.length])
  const percent = (value: number | null) => (value === null || whole === 0 ? null : (value / whole) * 100)
  return {
    metric,
    rowAxis: rowAxis.name,
    columnAxis: columnAxis.name,
    rows,
    columns,
    means,
    greatest,
    greatestPercent: percent(greatest),
    noisePercent: percent(noise),
  }
}

/** The interactions of every two options on a metric, the greatest first; at most six. */
export function interactionsOn(
  metric: MetricId,
  design: Design,
  figures: readonly CellFigure[],
): readonly Interaction[] {
  const options = design.axes.flatMap(({ kind, values }, index) =>
    kind === 'option' && values.length > 1 ? index : [],
  )
  return options
    .flatMap((row, i) => options.slice(i + 1).map((column) => ({ row, column })))
    .flatMap((pair) => interactionOf(pair, metric, design, figures) ?? [])
    .toSorted((a, b) => b.greatest - a.greatest)
    .slice(0, mostInteractions)
}
