/** From a run's records to samples: one list of values for each valid trial and metric. */
import type { Sample } from '../../model/figures.ts'
import type { MetricId } from '../../model/metric-catalog.ts'
import type { Run, Trial } from '../../model/run.ts'
import { requestMetrics } from './request-metrics.ts'
import { trialMetrics } from './trial-metrics.ts'

/** A trial counts when nothing broke and no instrument recorded a reason against it. */
export const isValid = (trial: Trial): boolean => trial.failure === null && trial.spoiled.length === 0

const finite = (values: readonly (number | null)[]): number[] =>
  values.filter((value) => value !== null && Number.isFinite(value)) as number[] // the filter leaves numbers only

function valuesOf(
  trial: Trial,
  run: Pick<Run, 'policy'>,
): readonly (readonly [MetricId, readonly number[]])[] {
  const byRequest = Object.entries(requestMetrics).map(([metric, { legs, value }]) => {
    const kinds: readonly string[] = legs
    const calls = trial.legs.filter((leg) => kinds.includes(leg.kind)).flatMap((leg) => leg.calls)
    return [metric as MetricId, finite(calls.map(value))] as const // a key of the table
  })
  const byTrial = Object.entries(trialMetrics).map(
    ([metric, value]) => [metric as MetricId, finite([value(trial, run.policy.policy.protocol)])] as const, // likewise
  )
  return [...byRequest, ...byTrial]
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
