/** The one line that a verdict is known by: INTERFACE, "title starts with". */
import { aggregateLabel, betterOf, formatAggregate } from '../../model/aggregate.ts'
import { metricDefinition } from '../../model/metric-catalog.ts'
import { formatSignedChange, formatTarget } from '../../model/number-format.ts'
import type { Run } from '../../model/run.ts'
import type { Check, Outcome } from '../../model/verdict.ts'
import { wholeRun } from './evidence.ts'

const cellsOf = (checks: readonly Check[]): number =>
  new Set(checks.map(({ cellId }) => cellId).filter((id) => id !== wholeRun)).size

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** What a pass excludes: the tightest target of each compared metric. */
function excluded(checks: readonly Check[]): string {
  const compared = Map.groupBy(
    checks.filter(
      ({ kind, status, target }) => kind === 'regression' && status === 'pass' && target !== null,
    ),
    ({ metric }) => metric,
  )
  return [...compared]
    .flatMap(([metric, [first]]) => {
      if (!metric || !first || first.target === null) return []
      return `${metricDefinition(metric).label} worse by ≥ ${formatTarget(metric, first.target)}`
    })
    .join(', ')
}

function passTitle(checks: readonly Check[]): string {
  const cells = plural(cellsOf(checks), 'cell')
  const ruledOut = excluded(checks)
  if (ruledOut) return `${cells}, excluded: ${ruledOut}`
  const limits = checks.filter(({ kind }) => kind === 'limit').length
  const reproduced = checks.filter(({ kind }) => kind === 'reproduction').length
  if (limits + reproduced === 0) return `${cells} measured, no limit or regression rule`
  const within = limits > 0 ? ` within ${plural(limits, 'limit')}` : ''
  return `${cells}${within}${reproduced > 0 ? `, ${plural(reproduced, 'published figure')} reproduced` : ''}`
}

function figureOf({ metric, of, change, head, kind }: Check): string {
  if (!metric) return ''
  const label = aggregateLabel({ metric, of })
  if (kind === 'regression' && change) return `${label} ${formatSignedChange(change.kind, change.estimate)}`
  return head === null ? label : `${label} ${formatAggregate({ metric, of }, head)}`
}

/** How far beyond what it should be; only to order findings of one status. */
function gravity({ change, target, metric, of, head }: Check): number {
  if (change && target) return Math.abs(change.estimate) / target
  if (metric === null || head === null) return 0
  return betterOf({ metric, of }) === 'lower' ? head : -head
}

/** Metrics that a title names; what is more is in the table below it. */
const mostNamed = 2

const placeOf = (found: readonly Check[], checks: readonly Check[]): string =>
  found.every(({ cellId }) => cellId === wholeRun)
    ? 'in the whole run'
    : `in ${cellsOf(found)} of ${cellsOf(checks)} cells`

/** The worst finding of each metric, worst first: "warm TTFT +64 %, decode -34 % in 1 of 2 cells". */
function worstTitle(checks: readonly Check[], status: Check['status']): string {
  const found = checks.filter((check) => check.status === status).toSorted((a, b) => gravity(b) - gravity(a))
  const byMetric = Map.groupBy(
    found.filter(({ metric }) => metric !== null),
    ({ metric, of, kind }) => `${kind}/${metric}/${of}`,
  )
  const named = [...byMetric.values()].slice(0, mostNamed)
  const [first] = found
  if (named.length === 0) return first ? `${first.message} (${first.cellId})` : ''
  const figures = named.flatMap(([worst]) => (worst ? [figureOf(worst)] : []))
  const more = byMetric.size > mostNamed ? ` and ${byMetric.size - mostNamed} more` : ''
  return `${figures.join(', ')}${more} ${placeOf(named.flat(), checks)}`
}

function inconclusiveTitle(checks: readonly Check[]): string {
  const open = checks.filter(({ status }) => ['inconclusive', 'not-comparable', 'invalid'].includes(status))
  const [first] = open
  return first ? `${open.length} of ${checks.length} checks cannot tell: ${first.message}` : ''
}

function brokenTitle({ trials, ended }: Run): string {
  const failure = trials.find((trial) => trial.visit.subject === 'head' && trial.failure !== null)?.failure
  return failure ? `head is broken: ${failure}` : `nothing of head was measured: ${ended.message}`
}

/** The title for an outcome that came from checks; other outcomes bring their own words. */
export function titleOf(outcome: Outcome, checks: readonly Check[], run: Run): string {
  switch (outcome) {
    case 'pass':
      return passTitle(checks)
    case 'warn':
      return worstTitle(checks, 'warn')
    case 'fail':
      return worstTitle(checks, 'fail')
    case 'inconclusive':
      return inconclusiveTitle(checks)
    case 'interrupted':
      return `${run.ended.message} ${run.trials.length} of ${run.plan.visits.length} trials are kept.`
    case 'error-machine':
      return brokenTitle(run)
    case 'error-input':
      return 'nothing to check: no limit and no regression rule applies to any cell'
    case 'not-needed':
      return run.ended.message
    default:
      return outcome satisfies never
  }
}
