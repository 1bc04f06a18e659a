/** What a matrix entry stands for: the combinations of its axes. Knows nothing of cells, agents or files. */
import { optionNames } from './options.ts'
import type { MatrixEntry } from './policy.ts'

/** More cells than this are a slip of the pen, not a policy: at half a minute each they would take hours. */
export const mostCells = 500

/** What a sweep may name: every option, `model` and `topology`. */
export const sweepAxes: readonly string[] = [...optionNames, 'model', 'topology']

/** One value of an axis. */
export type AxisValue = string | number | boolean

/** One value for each axis; `model` and `topology` are always there, options only where they are swept or added. */
export interface Combination {
  readonly model: string
  readonly topology: string
  readonly [axis: string]: AxisValue
}

/** The combinations, and what in `exclude` and `include` (by index) does nothing or undoes another. */
export interface Expansion {
  readonly combinations: readonly Combination[]
  readonly idleExcludes: readonly number[]
  readonly idleIncludes: readonly number[]
  readonly clashes: readonly { readonly include: number; readonly axis: string }[]
}

type Values = Readonly<Record<string, AxisValue>>

/** The axes with their values: model and topology first, then the sweep's own as written. `models` are the policy's. */
export function axesOf(
  entry: MatrixEntry,
  models: readonly string[],
): readonly (readonly [string, readonly AxisValue[]])[] {
  const { model = entry.models ?? models, topology = [entry.topology], ...options } = entry.sweep ?? {}
  return [['model', model], ['topology', topology], ...Object.entries(options)]
}

/** How many combinations there are before `exclude` and `include`; cheap, so that a huge sweep can be refused. */
export const combinationCount = (entry: MatrixEntry, models: readonly string[]): number =>
  axesOf(entry, models).reduce((count, [, values]) => count * values.length, 1)

const productOf = (axes: ReturnType<typeof axesOf>): readonly Values[] =>
  axes.reduce<readonly Values[]>(
    (rows, [axis, values]) => rows.flatMap((row) => values.map((value) => ({ ...row, [axis]: value }))),
    [{}],
  )

const holds = (row: Values, wanted: Values): boolean =>
  Object.entries(wanted).every(([axis, value]) => row[axis] === value)

interface Row {
  readonly original: Values
  added: Values
}

/** A combination of its own: what the include does not say of model and topology, it takes all of. */
const standalone = (include: Values, axes: ReturnType<typeof axesOf>): readonly Values[] =>
  productOf(axes.filter(([axis]) => (axis === 'model' || axis === 'topology') && !(axis in include))).map(
    (row) => ({ ...row, ...include }),
  )

type Effect = 'extra' | 'idle' | 'added' | { readonly clash: string }

/** Adds an include to the rows that have its values already; `extra` when there is none. */
function addInclude(include: Values, rows: readonly Row[], axes: ReadonlySet<string>): Effect {
  const parts = Object.groupBy(Object.entries(include), ([axis]) => (axes.has(axis) ? 'selects' : 'adds'))
  const selects = Object.fromEntries(parts.selects ?? [])
  const adds = Object.fromEntries(parts.adds ?? [])
  const matched = rows.filter(({ original }) => holds(original, selects))
  if (matched.length === 0) return 'extra'
  if (matched.every(({ added }) => holds(added, adds))) return 'idle'
  const clash = Object.keys(adds).find((axis) =>
    matched.some(({ added }) => axis in added && added[axis] !== adds[axis]),
  )
  for (const row of matched) row.added = { ...row.added, ...adds }
  return clash === undefined ? 'added' : { clash }
}

/**
 * Expands an entry as GitHub expands a matrix: the product, less `exclude`, and then each `include` is added to every
 * combination of whose original values it changes none, or stands alone. Unlike there, an include that would overwrite
 * what an earlier one added is reported: a combination would be lost in silence.
 */
export function expandSweep(entry: MatrixEntry, models: readonly string[]): Expansion {
  const axes = axesOf(entry, models)
  const names = new Set(axes.map(([axis]) => axis))
  const product = productOf(axes)
  const excludes = entry.exclude ?? []
  const rows: Row[] = product
    .filter((row) => !excludes.some((exclude) => holds(row, exclude)))
    .map((original) => ({ original, added: {} }))
  const includes = (entry.include ?? []).map((include) => ({
    include,
    effect: addInclude(include, rows, names),
  }))
  const extra = includes.flatMap(({ include, effect }) =>
    effect === 'extra' ? standalone(include, axes) : [],
  )
  return {
    // Every row has model and topology: they are axes of every entry, and an extra takes them from there.
    combinations: [
      ...rows.map(({ original, added }) => ({ ...original, ...added })),
      ...extra,
    ] as Combination[],
    idleExcludes: excludes.flatMap((exclude, index) =>
      product.some((row) => holds(row, exclude)) ? [] : [index],
    ),
    idleIncludes: includes.flatMap(({ effect }, index) => (effect === 'idle' ? [index] : [])),
    clashes: includes.flatMap(({ effect }, include) =>
      typeof effect === 'object' ? [{ include, axis: effect.clash }] : [],
    ),
  }
}
