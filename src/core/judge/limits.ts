/** Absolute limits: each limit against head’s figures in every cell that has the metric. */
import type { Summary } from '../../model/figures.ts'
import { type MetricDefinition, metricDefinition } from '../../model/metric-catalog.ts'
import { formatBound, formatValue } from '../../model/number-format.ts'
import type { Cell } from '../../model/plan.ts'
import type { Limit } from '../../model/policy.ts'
import type { Check, CheckStatus } from '../../model/verdict.ts'
import { meanOf, sdOf } from '../statistics/descriptive.ts'
import { lowerShare, upperShare } from '../statistics/exact-binomial.ts'
import { studentTQuantile } from '../statistics/student-t.ts'
import { adviceFor } from './advice.ts'
import { applies, type Evidence, emptyCheck, positionOf, trialValues } from './evidence.ts'

const confidence = 0.95

interface Finding {
  readonly status: CheckStatus
  readonly message: string
}

type Level = 'warn' | 'fail'

const beyond = (value: number, bound: number, { better }: MetricDefinition): boolean =>
  better === 'lower' ? value > bound : value < bound

/**
 * Whether these trials show that the limit is broken rather than that one was unlucky. Under three trials there is no
 * interval to ask, and the value decides.
 */
function isShown(values: readonly number[], bound: number, definition: MetricDefinition): boolean {
  const sd = sdOf(values)
  if (values.length < 3 || sd === null) return true
  const margin = (studentTQuantile(confidence, values.length - 1) * sd) / Math.sqrt(values.length)
  const mean = meanOf(values)
  return beyond(definition.better === 'lower' ? mean - margin : mean + margin, bound, definition)
}

function judgeValue(limit: Limit, summary: Summary, values: readonly number[]): Finding {
  const definition = metricDefinition(limit.metric)
  const value = formatValue(limit.metric, summary.typical)
  for (const level of ['fail', 'warn'] as const satisfies Level[]) {
    const bound = limit[level]
    if (bound === undefined || !beyond(summary.typical, bound, definition)) continue
    const relation = `${definition.label} is ${value}, ${definition.better === 'lower' ? 'above' : 'below'} the limit of ${formatBound(limit.metric, bound)}`
    if (isShown(values, bound, definition)) return { status: level, message: `${relation}.` }
    return {
      status: level === 'fail' ? 'inconclusive' : 'warn',
      message: `${relation}, but its ${values.length} trials scatter too much to say so at 95 %.`,
    }
  }
  return { status: 'pass', message: `${definition.label} is ${value}, within the limit.` }
}

/** A share of events: violated, met, or not shown (STATS section 7). */
function judgeShare(limit: Limit, summary: Summary): Finding {
  const definition = metricDefinition(limit.metric)
  const events = Math.round((summary.typical / 100) * summary.trials)
  const low = lowerShare(events, summary.trials, confidence) * 100
  const high = upperShare(events, summary.trials, confidence) * 100
  const seen = `${definition.label}: ${events} of ${summary.trials} trials, so between ${formatValue(limit.metric, low)} and ${formatValue(limit.metric, high)} at 95 %`
  if (limit.fail !== undefined && low > limit.fail)
    return { status: 'fail', message: `${seen}: the limit is broken.` }
  if (limit.warn !== undefined && low > limit.warn)
    return { status: 'warn', message: `${seen}: the limit is broken.` }
  const strictest = limit.warn ?? limit.fail ?? 0
  if (high <= strictest) return { status: 'pass', message: `${seen}.` }
  return {
    status: 'inconclusive',
    message: `${seen}: not shown to be within ${formatBound(limit.metric, strictest)}.`,
  }
}

const expectedText = (limit: Limit, definition: MetricDefinition): string => {
  const side = definition.better === 'lower' ? 'above' : 'below'
  return (['warn', 'fail'] as const)
    .flatMap((level) => {
      const bound = limit[level]
      return bound === undefined ? [] : `${level} ${side} ${formatBound(limit.metric, bound)}`
    })
    .join(', ')
}

function judgeCell(evidence: Evidence, cell: Cell, limit: Limit, index: number): Check {
  const definition = metricDefinition(limit.metric)
  const summary = evidence.summaryOf(cell.id, 'head', limit.metric)
  const values = trialValues(evidence.samplesOf(cell.id, 'head', limit.metric))
  const finding: Finding = !summary
    ? { status: 'invalid', message: `${definition.label} was not measured in any valid trial.` }
    : definition.level === 'event'
      ? judgeShare(limit, summary)
      : judgeValue(limit, summary, values)
  const place = finding.status === 'warn' ? 'warn' : 'fail'
  return {
    ...emptyCheck,
    ...finding,
    id: `limit/${limit.metric}/${cell.id}`,
    kind: 'limit',
    cellId: cell.id,
    metric: limit.metric,
    fix: finding.status === 'pass' ? null : adviceFor(limit.metric),
    expected: expectedText(limit, definition),
    head: summary?.typical ?? null,
    trials: values.length,
    source: limit.source ?? null,
    at: positionOf(evidence.run, `limits[${index}].${place}`) ?? positionOf(evidence.run, `limits[${index}]`),
  }
}

/** One check for each limit and cell that can have its metric. */
export const judgeLimits = (evidence: Evidence): readonly Check[] =>
  evidence.run.policy.policy.limits.flatMap((limit, index) =>
    evidence.run.plan.cells
      .filter((cell) => applies(cell, limit.metric))
      .map((cell) => judgeCell(evidence, cell, limit, index)),
  )
