/** Absolute limits: each limit against head’s figures in every cell that has the metric. */
import { type MetricDefinition, metricDefinition } from '../../model/metric-catalog.ts'
import { formatBound, formatValue } from '../../model/number-format.ts'
import type { Cell } from '../../model/plan.ts'
import type { Limit } from '../../model/policy.ts'
import type { Check, CheckStatus } from '../../model/verdict.ts'
import { severity } from '../outcome.ts'
import { meanOf, medianOf, sdOf } from '../statistics/descriptive.ts'
import { lowerShare, upperShare } from '../statistics/exact-binomial.ts'
import { studentTQuantile } from '../statistics/student-t.ts'
import { adviceFor } from './advice.ts'
import {
  agentLabel,
  agentsWith,
  applies,
  type Evidence,
  emptyCheck,
  positionOf,
  trialValues,
  wholeRun,
} from './evidence.ts'
import { unmeasured } from './unmeasured.ts'

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

/** One agent's values, one a trial, against the limit. */
function judgeValue(limit: Limit, label: string, values: readonly number[]): Finding {
  const definition = metricDefinition(limit.metric)
  const typical = medianOf(values)
  const value = formatValue(limit.metric, typical)
  for (const level of ['fail', 'warn'] as const satisfies Level[]) {
    const bound = limit[level]
    if (bound === undefined || !beyond(typical, bound, definition)) continue
    const relation = `${label} is ${value}, ${definition.better === 'lower' ? 'above' : 'below'} the limit of ${formatBound(limit.metric, bound)}`
    if (isShown(values, bound, definition)) return { status: level, message: `${relation}.` }
    return {
      status: level === 'fail' ? 'inconclusive' : 'warn',
      message: `${relation}, but its ${values.length} trials scatter too much to say so at 95 %.`,
    }
  }
  return { status: 'pass', message: `${label} is ${value}, within the limit.` }
}

/** A share of events, from 0 and 100 for each trial: violated, met, or not shown (STATS section 7). */
function judgeShare(limit: Limit, values: readonly number[]): Finding {
  const { label } = metricDefinition(limit.metric)
  const trials = values.length
  const events = values.filter((value) => value > 0).length
  const low = lowerShare(events, trials, confidence) * 100
  const high = upperShare(events, trials, confidence) * 100
  const seen = `${label}: ${events} of ${trials} trials, so between ${formatValue(limit.metric, low)} and ${formatValue(limit.metric, high)} at 95 %`
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

/** What a limit found: `values` are the trials that it rests on, `head` the figure that it judged. */
interface Judged {
  readonly cellId: string
  readonly finding: Finding
  readonly head: number | null
  readonly trials: number
}

/** The worst of the agents decides: an average would hide the one who suffers. */
function judgeCell(evidence: Evidence, cell: Cell, limit: Limit): Judged {
  const { metric } = limit
  const samples = evidence.samplesOf(cell.id, 'head', metric)
  const findings = agentsWith(cell, metric).map((agent) => {
    const values = trialValues(samples.filter((sample) => sample.agent === agent))
    const label = agentLabel(cell, metric, agent)
    return values.length > 0
      ? judgeValue(limit, label, values)
      : unmeasured(metric, evidence.run.environment, label)
  })
  const [worst = unmeasured(metric, evidence.run.environment)] = findings.toSorted(
    (a, b) => severity.indexOf(a.status) - severity.indexOf(b.status),
  )
  const summary = evidence.summaryOf(cell.id, 'head', metric)
  return { cellId: cell.id, finding: worst, head: summary?.typical ?? null, trials: summary?.trials ?? 0 }
}

/** A limit on a share of runs speaks of the whole run: the few trials of one cell could never show it (STATS 7). */
function judgeAllCells(evidence: Evidence, cells: readonly Cell[], limit: Limit): Judged {
  const values = cells.flatMap(({ id }) => trialValues(evidence.samplesOf(id, 'head', limit.metric)))
  return {
    cellId: wholeRun,
    finding:
      values.length > 0 ? judgeShare(limit, values) : unmeasured(limit.metric, evidence.run.environment),
    head: values.length > 0 ? meanOf(values) : null,
    trials: values.length,
  }
}

const fixFor = (status: CheckStatus, { metric }: Limit): string | null => {
  if (status === 'pass') return null
  return status === 'invalid' ? 'See the failed, spoiled or missing trials of this cell.' : adviceFor(metric)
}

function checkOf(evidence: Evidence, limit: Limit, index: number, judged: Judged): Check {
  const { cellId, finding, head, trials } = judged
  const place = finding.status === 'warn' ? 'warn' : 'fail'
  return {
    ...emptyCheck,
    ...finding,
    id: `limit/${limit.metric}/${cellId}`,
    kind: 'limit',
    cellId,
    metric: limit.metric,
    fix: fixFor(finding.status, limit),
    expected: expectedText(limit, metricDefinition(limit.metric)),
    head,
    trials,
    source: limit.source ?? null,
    at: positionOf(evidence.run, `limits[${index}].${place}`) ?? positionOf(evidence.run, `limits[${index}]`),
  }
}

/** One check for each limit and cell that can have its metric; one for the whole run where it limits a share of runs. */
export const judgeLimits = (evidence: Evidence): readonly Check[] =>
  evidence.run.policy.policy.limits.flatMap((limit, index) => {
    const cells = evidence.run.plan.cells.filter((cell) => applies(evidence, cell, limit.metric))
    if (cells.length === 0) return []
    const judged =
      metricDefinition(limit.metric).level === 'event'
        ? [judgeAllCells(evidence, cells, limit)]
        : cells.map((cell) => judgeCell(evidence, cell, limit))
    return judged.map((one) => checkOf(evidence, limit, index, one))
  })
