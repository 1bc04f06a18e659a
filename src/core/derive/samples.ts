/** From a run's records to samples: one list of values for each valid trial and metric. */
import type { Sample } from '../../model/figures.ts'
import type { MetricId } from '../../model/metric-catalog.ts'
import type { Run, Trial } from '../../model/run.ts'
import { isLeftOut } from '../validity/mark-trial.ts'
import { exactMatches } from './exact-match.ts'
import { requestMetrics } from './request-metrics.ts'
import { trialMetrics } from './trial-metrics.ts'
import { turnLegs, turnMetrics } from './turn-metrics.ts'

/** A trial counts when nothing broke and no instrument recorded a reason that leaves it out. */
export const isValid = (trial: Trial): boolean => trial.failure === null && !isLeftOut(trial.spoiled)

const roundOf = ({ visit }: Trial): string => `${visit.cellId}\n${visit.round}`

/**
 * The trials that give figures: valid ones without a partner that is left out, since what disturbed one member of a pair
 * takes both (STATS section 6). Wants base and head of the cells that it is asked about.
 */
export function countingTrials(trials: readonly Trial[]): readonly Trial[] {
  const disturbed = new Set(trials.filter(({ spoiled }) => isLeftOut(spoiled)).map(roundOf))
  return trials.filter((trial) => isValid(trial) && !disturbed.has(roundOf(trial)))
}

const finite = (values: readonly (number | null)[]): number[] =>
  values.filter((value) => value !== null && Number.isFinite(value)) as number[] // the filter leaves numbers only

type AgentValues = Pick<Sample, 'metric' | 'agent' | 'values'>

/** Request metrics, agent by agent: agents differ, and a regression of one must not be averaged away by the other. */
const valuesOfRequests = (trial: Trial): readonly AgentValues[] =>
  Object.entries(requestMetrics).flatMap(([metric, { legs, value }]) => {
    const kinds: readonly string[] = legs
    const calls = trial.legs.filter((leg) => kinds.includes(leg.kind)).flatMap((leg) => leg.calls)
    return [...Map.groupBy(calls, ({ agent }) => agent)].map(([agent, own]) => ({
      metric: metric as MetricId, // a key of the table
      agent,
      values: finite(own.map(value)),
    }))
  })

/** Turn metrics, agent by agent for the same reason. */
const valuesOfTurns = (trial: Trial): readonly AgentValues[] => {
  const turns = trial.legs.filter(({ kind }) => turnLegs.includes(kind)).flatMap((leg) => leg.turns)
  return [...Map.groupBy(turns, ({ agent }) => agent)].flatMap(([agent, own]) =>
    Object.entries(turnMetrics).map(([metric, value]) => ({
      metric: metric as MetricId, // likewise
      agent,
      values: finite(own.map(value)),
    })),
  )
}

const valuesOfTrial = (trial: Trial, run: Pick<Run, 'policy'>): readonly AgentValues[] =>
  Object.entries(trialMetrics).map(([metric, value]) => ({
    metric: metric as MetricId, // likewise
    agent: null,
    values: finite([value(trial, run.policy.policy)]),
  }))

/** All samples of a run, in the order of measuring, then how its answers match; trials that failed or are left out give none. */
export function deriveSamples(run: Pick<Run, 'policy' | 'trials'>): readonly Sample[] {
  const counting = countingTrials(run.trials)
  const ofTrials = counting.flatMap((trial) =>
    [...valuesOfRequests(trial), ...valuesOfTurns(trial), ...valuesOfTrial(trial, run)]
      .filter(({ values }) => values.length > 0)
      .map((own) => ({
        cellId: trial.visit.cellId,
        subject: trial.visit.subject,
        round: trial.visit.round,
        ...own,
      })),
  )
  return [...ofTrials, ...exactMatches(counting)]
}
