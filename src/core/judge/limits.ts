/** Absolute limits: each limit against head’s figures in every cell that has the metric. */
import { betterOf, formatAggregateBound } from '../../model/aggregate.ts'
import { metricDefinition } from '../../model/metric-catalog.ts'
import type { Cell } from '../../model/plan.ts'
import type { Limit } from '../../model/policy.ts'
import type { Check } from '../../model/verdict.ts'
import { severity } from '../outcome.ts'
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
import { judgeScatter } from './limit-scatter.ts'
import { judgeShare } from './limit-share.ts'
import { judgeValue, judgeWorst, type LimitFinding } from './limit-value.ts'
import {
  silenceOfCells,
  silenceOfTrials,
  trialsOfCellsToTell,
  trialsToTell,
  unlessSilent,
} from './silence.ts'
import { unmeasured } from './unmeasured.ts'

/** `warn above 200 ms, fail above 300 ms`. */
export const expectedText = (limit: Limit): string => {
  const side = betterOf(limit) === 'lower' ? 'above' : 'below'
  return (['warn', 'fail'] as const)
    .flatMap((level) => {
      const bound = limit[level]
      return bound === undefined ? [] : `${level} ${side} ${formatAggregateBound(limit, bound)}`
    })
    .join(', ')
}

/** One agent's values, one a trial and at least one, by what the limit looks at. */
function judgeAgent(limit: Limit, label: string, values: readonly number[]): LimitFinding {
  const { of } = limit
  switch (of) {
    case 'typical':
      return judgeValue(limit, label, values)
    case 'worst':
      return judgeWorst(limit, label, values)
    case 'sd':
    case 'cv':
      return judgeScatter({ ...limit, of }, label, values)
    default:
      return of satisfies never
  }
}

/** The worst status first, then the worst figure. */
const worstFirst =
  (better: 'lower' | 'higher') =>
  (a: LimitFinding, b: LimitFinding): number =>
    severity.indexOf(a.status) - severity.indexOf(b.status) ||
    ((b.value ?? 0) - (a.value ?? 0)) * (better === 'lower' ? 1 : -1)

const nothing = { value: null, trials: 0 } as const

/** Head’s figures of one cell against a limit. The worst of the agents decides: an average would hide the one who suffers. */
export function judgeCell(evidence: Evidence, cell: Cell, limit: Limit): LimitFinding {
  const { metric } = limit
  const { environment } = evidence.run
  const samples = evidence.samplesOf(cell.id, 'head', metric)
  const toTell = trialsToTell(evidence, cell, metric)
  const findings = agentsWith(cell, metric).map((agent): LimitFinding => {
    const values = trialValues(samples.filter((sample) => sample.agent === agent))
    const label = agentLabel(cell, metric, agent)
    if (values.length === 0) return { ...nothing, ...unmeasured({ metric, label, toTell }, environment) }
    return unlessSilent(judgeAgent(limit, label, values), silenceOfTrials(values.length, toTell))
  })
  const [worst] = findings.toSorted(worstFirst(betterOf(limit)))
  return worst ?? { ...nothing, ...unmeasured({ metric, toTell }, environment) }
}

/** A limit on a share of runs speaks of the whole run: the few trials of one cell could never show it (STATS 7). */
function judgeAllCells(evidence: Evidence, cells: readonly Cell[], limit: Limit): LimitFinding {
  const { metric } = limit
  const values = cells.flatMap(({ id }) => trialValues(evidence.samplesOf(id, 'head', metric)))
  if (values.length > 0)
    return unlessSilent(judgeShare(limit, values), silenceOfCells(evidence, cells, metric))
  const toTell = trialsOfCellsToTell(evidence, cells, metric)
  return { ...nothing, ...unmeasured({ metric, toTell }, evidence.run.environment) }
}

/** What to do about a finding; null for a pass. */
export function fixFor({ status, trials, fix }: LimitFinding, { metric, of }: Limit): string | null {
  if (status === 'pass') return null
  if (fix !== undefined) return fix
  if (status === 'invalid') return 'See the failed, spoiled or missing trials of this cell.'
  if (status === 'inconclusive' && of !== 'typical' && trials < 2) return 'Raise runs of the protocol.'
  return adviceFor(metric)
}

/** A rule of a policy with its place there. */
interface Rule {
  readonly limit: Limit
  readonly index: number
}

function checkOf(
  { run }: Evidence,
  { limit, index }: Rule,
  { cellId, finding }: { readonly cellId: string; readonly finding: LimitFinding },
): Check {
  const { status, message, value, trials } = finding
  const place = status === 'warn' ? 'warn' : 'fail'
  const what = limit.of === 'typical' ? limit.metric : `${limit.metric}/${limit.of}`
  return {
    ...emptyCheck,
    id: `limit/${what}/${cellId}`,
    kind: 'limit',
    cellId,
    metric: limit.metric,
    of: limit.of,
    status,
    message,
    fix: fixFor(finding, limit),
    expected: expectedText(limit),
    head: value,
    trials,
    source: limit.source ?? null,
    at: positionOf(run, `limits[${index}].${place}`) ?? positionOf(run, `limits[${index}]`),
  }
}

/** One check for each limit and cell that can have its metric; one for the whole run where it limits a share of runs. */
export const judgeLimits = (evidence: Evidence): readonly Check[] =>
  evidence.run.policy.policy.limits.flatMap((limit, index) => {
    const cells = evidence.run.plan.cells.filter((cell) => applies(evidence, cell, limit.metric))
    if (cells.length === 0) return []
    const judged =
      metricDefinition(limit.metric).level === 'event'
        ? [{ cellId: wholeRun, finding: judgeAllCells(evidence, cells, limit) }]
        : cells.map((cell) => ({ cellId: cell.id, finding: judgeCell(evidence, cell, limit) }))
    return judged.map((one) => checkOf(evidence, { limit, index }, one))
  })
