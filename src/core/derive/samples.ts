/** From a run's records to samples: one list of values for each valid trial and metric. */
import type { Sample } from '../../model/figures.ts'
import type { MetricId } from '../../model/metric-catalog.ts'
import type { Call, Run, Trial } from '../../model/run.ts'
import { requestMetrics } from './request-metrics.ts'
import { trialMetrics } from './trial-metrics.ts'

/** A trial counts when nothing broke and no instrument recorded a reason against it. */
export const isValid = (trial: Trial): boolean => trial.failure === null && trial.spoiled.length === 0

const finite = (values: readonly (number | null)[]): number[] =>
  values.filter((value) => value !== null && Number.isFinite(value)) as number[] // the filter leaves numbers only

/** The values of one request metric, agent by agent; an agent whose calls cannot give it has no list. */
function byAgent(
  calls: readonly Call[],
  value: (call: Call) => number | null,
): readonly (readonly number[])[] {
  return [...Map.groupBy(calls, ({ agent }) => agent).values()]
    .map((group) => finite(group.map(value)))
    .filter((values) => values.length > 0)
}

function valuesOf(
  trial: Trial,
  run: Pick<Run, 'policy'>,
): readonly (readonly [MetricId, Sample['values']])[] {
  const ofRequests = Object.entries(requestMetrics).map(([metric, { legs, value }]) => {
    const kinds: readonly string[] = legs
    const calls = trial.legs.filter((leg) => kinds.includes(leg.kind)).flatMap((leg) => leg.calls)
    return [metric as MetricId, byAgent(calls, value)] as const // a key of the table
  })
  const ofTrial = Object.entries(trialMetrics).map(([metric, value]) => {
    const found = finite([value(trial, run.policy.policy.protocol)])
    return [metric as MetricId, found.length > 0 ? [found] : []] as const // likewise
  })
  return [...ofRequests, ...ofTrial]
}

/** All samples of a run, in the order of measuring; trials that failed or are spoiled give none. */
export const deriveSamples = (run: Pick<Run, 'policy' | 'trials'>): readonly Sample[] =>
  run.trials.filter(isValid).flatMap((trial) =>
    valuesOf(trial, run)
      .filter(([, values]) => values.length > 0)
      .map(([metric, values]) => ({
        cellId: trial.visit.cellId,
        subject: trial.visit.subject,
        round: trial.visit.round,
        metric,
        values,
      })),
  )
