/** Median and range of a benchmark's figures. Knows nothing of what they are of. */

/** Figures of one kind; NaN for none. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

/** The spread of some figures: the median of an even number is the mean of the middle two. */
export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number): number => sorted[index] ?? Number.NaN
  const [below, above] = [Math.floor((sorted.length - 1) / 2), Math.ceil((sorted.length - 1) / 2)]
  return { median: (at(below) + at(above)) / 2, min: at(0), max: at(sorted.length - 1) }
}

/** `12.3 (11.9 to 14.0)`, with so many decimals. */
export const formatSpread = ({ median, min, max }: Spread, decimals: number): string =>
  `${median.toFixed(decimals)} (${min.toFixed(decimals)} to ${max.toFixed(decimals)})`
