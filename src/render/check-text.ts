/** The parts of a check in words, the same in every medium. Knows no markup; its results are plain text. */
import { aggregateLabel, formatAggregate } from '../model/aggregate.ts'
import { metricDefinition } from '../model/metric-catalog.ts'
import {
  formatChange,
  formatLeast,
  formatPair,
  formatPercent,
  formatTarget,
  noNumber,
} from '../model/number-format.ts'
import type { Check } from '../model/verdict.ts'
import { plainText } from './plain-text.ts'

/** Label of the check's metric with what of it is looked at; an assertion is named by its id, e.g. "placement". */
export const subjectText = ({ metric, id, of }: Check): string => {
  if (metric) return aggregateLabel({ metric, of })
  const [kind = id, name = kind, subject] = id.split('/')
  return plainText(subject === 'base' ? `${name}, base` : name)
}

/** Base and head with their unit, e.g. 612 → 704 ms; a dash without figures. */
export const valueText = ({ metric, of, base, head }: Check): string => {
  if (!metric) return noNumber
  return base === null ? formatAggregate({ metric, of }, head) : formatPair(metric, base, head)
}

/** A change between two figures where no interval exists: that of a stored baseline. */
const bareChange = ({ metric, base, head }: Check): string => {
  if (!metric || base === null || head === null) return noNumber
  const kind = metricDefinition(metric).change
  if (kind === 'ratio' && base <= 0) return noNumber
  const estimate = kind === 'ratio' ? head / base - 1 : head - base
  return formatChange({ kind, estimate, low: estimate, high: estimate }).replace(/ \(.*/, ', no interval')
}

/** The change with its interval, e.g. +15 % (+12 to +18); a dash where nothing was compared. */
export const changeText = (check: Check): string =>
  check.change ? formatChange(check.change) : bareChange(check)

/** What the rule asks for, e.g. "catch 10 %" or "fail above 2000 ms", and for an open question what could have been seen. */
export const wantedText = ({ metric, status, target, detectable, expected }: Check): string => {
  if (!metric || target === null) return plainText(expected)
  const seen =
    status === 'inconclusive' && detectable !== null ? `, could see ${formatLeast(metric, detectable)}` : ''
  return `catch ${formatTarget(metric, target)}${seen}`
}

/** The confidence in percent that all intervals share; null where they differ or there are none. */
export const sharedConfidence = (checks: readonly Check[]): number | null => {
  const levels = new Set(checks.flatMap(({ change }) => (change ? [change.confidencePercent] : [])))
  const [only] = levels
  return levels.size === 1 && only !== undefined ? only : null
}

/** Title of the column of changes, e.g. "change (95 %)". */
export const changeTitle = (checks: readonly Check[]): string => {
  const confidence = sharedConfidence(checks)
  return confidence === null ? 'change' : `change (${formatPercent(confidence)})`
}

/** Name of a cell; a check of the whole run has none. */
export const cellText = (cellId: string): string => plainText(cellId, 200) || 'whole run'
