/** Numbers as people read them: significant digits by unit, one form everywhere. Knows no verdict and no markup. */
import { type MetricId, metricDefinition } from './metric-catalog.ts'
import type { Change } from './verdict.ts'

type Unit = ReturnType<typeof metricDefinition>['unit']

const shownUnits = {
  ms: 'ms',
  'tokens/s': 'tok/s',
  tokens: 'tokens',
  'requests/h': 'requests/h',
  '%': '%',
  '×': '×',
  GiB: 'GiB',
  MiB: 'MiB',
  '°C': '°C',
  W: 'W',
  MHz: 'MHz',
  // The sign for a currency that is not named: the policy's price is in whatever its owner pays in.
  price: '¤',
} as const satisfies Record<Unit, string>

/** What is shown in place of a number that does not exist. */
export const noNumber = '–'

const decimalsFor = (unit: Unit, value: number): number => {
  const size = Math.abs(value)
  switch (unit) {
    case 'ms':
      return size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.095 ? 2 : 3
    case 'tokens/s':
      return size >= 1000 ? 0 : size >= 10 ? 1 : 2
    case '%':
      return size > 0 && size < 1 ? 2 : 1
    case '×':
    case 'GiB':
      return 2
    case 'tokens':
    case 'MiB':
      return size >= 100 ? 0 : 1
    case 'price':
      return size >= 100 ? 0 : size >= 1 ? 2 : 4
    case 'requests/h':
    case '°C':
    case 'W':
    case 'MHz':
      return 0
    default:
      return unit satisfies never
  }
}

/** A number with a fixed count of decimals; zero has no sign, what is not finite is a dash. */
const fixed = (value: number, decimals: number): string => {
  if (!Number.isFinite(value)) return noNumber
  const text = value.toFixed(decimals)
  return Number(text) === 0 ? text.replace('-', '') : text
}

const signed = (value: number, decimals: number): string => {
  const text = fixed(value, decimals)
  return Number(text) > 0 ? `+${text}` : text
}

/** Unit of a metric as shown beside its figures: ms, tok/s, %, ×, GiB and so on. */
export const unitOf = (metric: MetricId): string => shownUnits[metricDefinition(metric).unit]

/** A figure without its unit, for tables whose header names it; a dash for null. */
export const formatFigure = (metric: MetricId, value: number | null): string =>
  value === null ? noNumber : fixed(value, decimalsFor(metricDefinition(metric).unit, value))

/** A figure in as many decimals as another, for a spread beside its mean; in its own where it would be zero. */
export const formatFigureLike = (metric: MetricId, value: number, other: number): string => {
  const text = fixed(value, decimalsFor(metricDefinition(metric).unit, other))
  return Number(text) === 0 ? formatFigure(metric, value) : text
}

/** A figure with its unit: 612 ms, 0.43 ms, 97.2 %, 114.5 tok/s; a dash for null. */
export const formatValue = (metric: MetricId, value: number | null): string =>
  value === null || !Number.isFinite(value) ? noNumber : `${formatFigure(metric, value)} ${unitOf(metric)}`

/** A bound as its policy writes it, with the unit: 1000 ms, 90 tok/s, 0.5 %. */
export const formatBound = (metric: MetricId, value: number): string =>
  `${formatPlain(value)} ${unitOf(metric)}`

/** Base and head in the same number of decimals: 612 → 704 ms. Without a base only head; a dash without both. */
export const formatPair = (metric: MetricId, base: number | null, head: number | null): string => {
  if (base === null) return formatValue(metric, head)
  const decimals = decimalsFor(metricDefinition(metric).unit, Math.max(Math.abs(base), Math.abs(head ?? 0)))
  return `${fixed(base, decimals)} → ${head === null ? noNumber : fixed(head, decimals)} ${unitOf(metric)}`
}

/** A change without its interval: +15 %, -3.1 points. */
export const formatSignedChange = (kind: Change['kind'], value: number): string => {
  const shown = kind === 'ratio' ? value * 100 : value
  return `${signed(shown, changeDecimals(shown))} ${kind === 'ratio' ? '%' : 'points'}`
}

const changeDecimals = (size: number): number => (Math.abs(size) >= 9.95 ? 0 : 1)

/** A change with its interval: +15 % (+12 to +18), -3.1 points (-4.2 to -2.0). */
export const formatChange = (change: Pick<Change, 'kind' | 'estimate' | 'low' | 'high'>): string => {
  const scale = change.kind === 'ratio' ? 100 : 1
  const [estimate, low, high] = [change.estimate * scale, change.low * scale, change.high * scale]
  const decimals = changeDecimals(estimate)
  const unit = change.kind === 'ratio' ? '%' : 'points'
  return `${signed(estimate, decimals)} ${unit} (${signed(low, decimals)} to ${signed(high, decimals)})`
}

/** A number in at most two decimals, without trailing zeros. */
export const formatPlain = (value: number): string =>
  Number.isFinite(value) ? String(Number(value.toFixed(Math.abs(value) >= 100 ? 1 : 2))) : noNumber

/** A size of change as a policy writes it: 5 %, 3 points, 1 point. `size` is a ratio or points, by the metric. */
export const formatTarget = (metric: MetricId, size: number): string => {
  if (metricDefinition(metric).change === 'ratio') return `${formatPlain(size * 100)} %`
  const text = formatPlain(size)
  return `${text} ${text === '1' ? 'point' : 'points'}`
}

/** What could have been seen, rounded up to what is worth saying: 28 %, 4.2 %, 3.1 points. */
export const formatDetectable = (metric: MetricId, size: number): string => {
  const scale = metricDefinition(metric).change === 'ratio' ? 100 : 1
  const shown = size * scale
  return formatTarget(metric, (shown >= 10 ? Math.ceil(shown) : Math.ceil(shown * 10) / 10) / scale)
}

/** Few pairs extrapolate to any number; more than this, in the unit that is shown, only says that they tell nothing. */
const mostTellable = 1000

const isTellable = (metric: MetricId, size: number): boolean =>
  size * (metricDefinition(metric).change === 'ratio' ? 100 : 1) <= mostTellable

const bound = (metric: MetricId): string =>
  formatTarget(metric, metricDefinition(metric).change === 'ratio' ? mostTellable / 100 : mostTellable)

/** The least change that could have been seen, in signs: "≥ 28 %", "> 1000 %". */
export const formatLeast = (metric: MetricId, size: number): string =>
  isTellable(metric, size) ? `≥ ${formatDetectable(metric, size)}` : `> ${bound(metric)}`

/** The same in words: "28 % or more", "more than 1000 %". */
export const leastInWords = (metric: MetricId, size: number): string =>
  isTellable(metric, size) ? `${formatDetectable(metric, size)} or more` : `more than ${bound(metric)}`

/** A share in percent with at most one decimal: 97.5 %. */
export const formatPercent = (value: number): string => `${formatPlain(Number(value.toFixed(1)))} %`

/** More minutes than this are read more easily as hours. */
const mostReadableMinutes = 300

/** A duration in minutes: 96 minutes, 3.2 minutes, 41 seconds; of more than five hours 7.5 hours. */
export const formatMinutes = (minutes: number): string => {
  const seconds = Math.round(minutes * 60)
  if (minutes > mostReadableMinutes) {
    const hours = minutes / 60
    return count(hours >= 10 ? Math.round(hours) : Number(hours.toFixed(1)), 'hour')
  }
  if (seconds < 60) return count(seconds, 'second')
  const shown = minutes >= 10 ? Math.round(minutes) : Number(minutes.toFixed(1))
  return count(shown, 'minute')
}

/** A size in memory: 17.2 GB, in powers of 1000. */
export const formatBytes = (bytes: number): string => {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  return `${formatPlain(Number((bytes / 1000 ** power).toFixed(1)))} ${units[power] ?? 'B'}`
}

/** A number of things: 1 cell, 2 cells; `many` where an s is not the plural. */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${number} ${number === 1 ? one : many}`
