/** Published figures beside those measured here, in words. Knows no markup. */
import type { Comparison } from '../model/analysis.ts'
import { metricDefinition } from '../model/metric-catalog.ts'
import {
  count,
  formatPercent,
  formatPlain,
  formatSignedChange,
  formatValue,
  noNumber,
  unitOf,
} from '../model/number-format.ts'
import { plainText } from './plain-text.ts'

const statisticWords = {
  mean: '',
  peak: 'peak',
  minimum: 'minimum',
  sd: 'sd',
  cv: 'cv',
  share: 'share',
} as const satisfies Record<Comparison['published']['statistic'], string>

/** What the row speaks of, with its statistic where that is no mean. */
export const publishedLabel = ({ published: { label, statistic } }: Comparison): string => {
  const word = statisticWords[statistic]
  const name = plainText(label, 160)
  return word === '' || name.toLowerCase().includes(word) ? name : `${name} (${word})`
}

/** As it was published: "114.5 tok/s"; the unit as beside figures measured here, where it is the same. */
export const publishedValue = ({ published: { value, unit, metric } }: Comparison): string => {
  const isSame = metric !== null && unit === metricDefinition(metric).unit
  return `${formatPlain(value)} ${isSame ? unitOf(metric) : plainText(unit, 30)}`.trim()
}

/** As it was measured here; a dash where no cell gave it. */
export const measuredValue = ({ published: { metric, statistic, unit }, measured }: Comparison): string => {
  if (measured === null) return noNumber
  if (statistic === 'cv' || statistic === 'share') return formatPercent(measured)
  return metric === null
    ? `${formatPlain(measured)} ${plainText(unit, 30)}`.trim()
    : formatValue(metric, measured)
}

/** "+3.2 %"; a dash where there is nothing to compare. */
export const deviationText = ({ deviationRatio }: Comparison): string =>
  deviationRatio === null ? noNumber : formatSignedChange('ratio', deviationRatio)

/** "5 runs published, 12 trials here". */
export const sizesText = ({ published: { n }, trials, measured }: Comparison): string =>
  [
    n === null ? 'n unknown' : `n ${n}`,
    ...(measured === null ? [] : [`${count(trials, 'trial')} here`]),
  ].join(', ')

/** What speaks against the published figure, in words; empty for nothing. */
export const remarksText = ({ published: { supersededBy, doubt } }: Comparison): string =>
  [
    ...(doubt === null ? [] : [`In doubt: ${plainText(doubt, 300)}`]),
    ...(supersededBy === null ? [] : [`Superseded by ${plainText(supersededBy, 120)}`]),
  ].join('. ')

/** Rows that were measured here first, else in the order of the published file. */
export const measuredFirst = (rows: readonly Comparison[]): readonly Comparison[] =>
  rows.toSorted((one, other) => Number(one.measured === null) - Number(other.measured === null))

/** "12 of 30 published figures were measured here; 3 are within 10 % of them; 5 published ones are in doubt." */
export function publishedTitle(rows: readonly Comparison[]): string {
  const measured = rows.filter((row) => row.measured !== null)
  const near = measured.filter(
    ({ deviationRatio }) => deviationRatio !== null && Math.abs(deviationRatio) <= 0.1,
  )
  const doubted = rows.filter(({ published: { doubt } }) => doubt !== null).length
  return [
    `${measured.length} of ${count(rows.length, 'published figure')} ${measured.length === 1 ? 'was' : 'were'} measured here`,
    ...(measured.length > 0 ? [`${near.length} within 10 % of what was published`] : []),
    ...(doubted > 0 ? [`${doubted} of the published ones in doubt`] : []),
  ].join(', ')
}
