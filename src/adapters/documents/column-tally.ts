/** Mean, least and greatest of a column of numbers, field by field. Knows no CSV. */

/** A decimal number, as measuring tools write it; `0x10` and `Infinity` are words. */
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/

/** What is kept of a column of numbers. */
export interface ColumnFigures {
  readonly column: string
  readonly mean: number
  readonly min: number
  readonly max: number
}

/** A column that is being read. `figures` is null where a field is no number, or all are empty. */
export interface ColumnTally {
  readonly column: string
  add(field: string): void
  figures(): ColumnFigures | null
}

/** Empty fields do not count. */
export function tallyColumn(column: string): ColumnTally {
  let isNumeric = true
  let count = 0
  let [mean, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  return {
    column,
    add: (field) => {
      const text = field.trim()
      if (!isNumeric || text === '') return
      const value = decimal.test(text) ? Number(text) : Number.NaN
      isNumeric = Number.isFinite(value)
      count += 1
      // As Welford does it: a sum would run over first.
      mean += (value - mean) / count
      min = Math.min(min, value)
      max = Math.max(max, value)
    },
    figures: () => (isNumeric && count > 0 && Number.isFinite(mean) ? { column, mean, min, max } : null),
  }
}
