/** How figures are written for people: a few significant digits, with the unit. */
import type { MetricDefinition } from './metric-catalog.ts'

const unitText = { ms: ' ms', 'tokens/s': ' tok/s', '%': ' %', '×': '×' } as const

/** Three significant digits without an exponent; none are dropped before the decimal point. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return 'unknown'
  const size = Math.abs(value)
  const decimals = size === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(size)))
  return value
    .toFixed(Math.min(decimals, 4))
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}

/** A value with its unit, e.g. `612 ms`, `114 tok/s`, `97.2 %`. */
export const quantity = (value: number, { unit }: Pick<MetricDefinition, 'unit'>): string =>
  `${digits(value)}${unitText[unit]}`

/** A signed change, e.g. `+15 %` for a ratio of 0.15, `-3.1 points`. */
export function signedChange(value: number, kind: MetricDefinition['change']): string {
  const shown = kind === 'ratio' ? value * 100 : value
  return `${shown > 0 ? '+' : ''}${digits(shown)}${kind === 'ratio' ? ' %' : ' points'}`
}

/** The size of a change without a sign, e.g. `5 %` or `3 points`. */
export const changeSize = (value: number, kind: MetricDefinition['change']): string =>
  kind === 'ratio' ? `${digits(value * 100)} %` : `${digits(value)} points`
