/** Classes of latency (appendix W.1) as limits on warm TTFT: an entry of the matrix says which one its cells must keep. */
import type { Cell } from '../../model/plan.ts'
import type { LatencyClass, Limit } from '../../model/policy.ts'
import type { Run } from '../../model/run.ts'
import type { Check } from '../../model/verdict.ts'
import { nameOf } from '../plan/agent-of-cell.ts'
import { type Evidence, emptyCheck, positionOf } from './evidence.ts'
import { expectedText, fixFor, judgeCell } from './limits.ts'

/** Appendix W.1: what TTFT a class must stay below, in ms; null where it asks for none. */
const boundsMs = {
  'real-time': 200,
  'near-real-time': 2000,
  batch: null,
} as const satisfies Record<LatencyClass, number | null>

/** The first entry that says so of such cells. */
function placeOf(run: Run, { workload, phase, scenario, latency }: Cell): Check['at'] {
  const index = run.policy.policy.matrix.findIndex(
    (entry) =>
      entry.workload === workload &&
      entry.latency === latency &&
      (entry.phase ?? null) === phase &&
      (entry.scenario ?? entry.agents.map(nameOf).join('+')) === scenario,
  )
  return positionOf(run, `matrix[${index}].latency`)
}

/** A cell without a warm TTFT has not kept its class: silence is never pass. */
function judgeClass(evidence: Evidence, cell: Cell, latency: LatencyClass, boundMs: number): Check {
  const limit: Limit = { metric: 'warmTtftMs', of: 'typical', fail: boundMs }
  const finding = judgeCell(evidence, cell, limit)
  const { status, message, value, trials } = finding
  return {
    ...emptyCheck,
    id: `latency/${latency}/${cell.id}`,
    kind: 'limit',
    cellId: cell.id,
    metric: limit.metric,
    of: limit.of,
    status,
    message: `${latency}: ${message}`,
    fix: fixFor(finding, limit),
    expected: `${latency}: ${expectedText(limit)}`,
    head: value,
    trials,
    source: 'appendix W.1',
    at: placeOf(evidence.run, cell),
  }
}

/** One check for each cell whose class asks for something; none for the class batch. */
export const judgeLatencyClasses = (evidence: Evidence): readonly Check[] =>
  evidence.run.plan.cells.flatMap((cell) => {
    const boundMs = cell.latency && boundsMs[cell.latency]
    return cell.latency && boundMs !== null ? [judgeClass(evidence, cell, cell.latency, boundMs)] : []
  })
