/** What judging looks at: a run, what was derived from it, and the baseline. */
import type { Baseline } from '../../model/baseline.ts'
import type { Sample, Summary } from '../../model/figures.ts'
import { agentMeets, unmetNeed } from '../../model/measurable.ts'
import { type MetricId, metricDefinition } from '../../model/metric-catalog.ts'
import type { Cell, CellAgent, SubjectName } from '../../model/plan.ts'
import type { SourcePosition } from '../../model/policy.ts'
import type { Run, Trial } from '../../model/run.ts'
import type { Check } from '../../model/verdict.ts'
import { deriveSamples } from '../derive/samples.ts'
import { summarizeSamples, trialValue } from '../derive/summaries.ts'
import { agentShape, shapesOf } from '../plan/cell-shape.ts'

/** A run with its summaries and a way to its samples; `baseline` is null where there is none. */
export interface Evidence {
  readonly run: Run
  readonly summaries: readonly Summary[]
  readonly baseline: Baseline | null
  readonly trialsOf: (cellId: string, subject: SubjectName) => readonly Trial[]
  readonly samplesOf: (cellId: string, subject: SubjectName, metric: MetricId) => readonly Sample[]
  readonly summaryOf: (cellId: string, subject: SubjectName, metric: MetricId) => Summary | null
}

const key = (...parts: readonly string[]): string => parts.join('\n')

/** Derives and indexes once, since every check asks for its cell and metric. */
export function gatherEvidence(run: Run, baseline: Baseline | null): Evidence {
  const samples = deriveSamples(run)
  const summaries = summarizeSamples(samples)
  const trials = Map.groupBy(run.trials, ({ visit }) => key(visit.cellId, visit.subject))
  const grouped = Map.groupBy(samples, ({ cellId, subject, metric }) => key(cellId, subject, metric))
  const summarized = new Map(summaries.map((one) => [key(one.cellId, one.subject, one.metric), one]))
  return {
    run,
    summaries,
    baseline,
    trialsOf: (cellId, subject) => trials.get(key(cellId, subject)) ?? [],
    samplesOf: (cellId, subject, metric) => grouped.get(key(cellId, subject, metric)) ?? [],
    summaryOf: (cellId, subject, metric) => summarized.get(key(cellId, subject, metric)) ?? null,
  }
}

/** One value a trial, in the order of measuring. */
export const trialValues = (samples: readonly Sample[]): readonly number[] => samples.map(trialValue)

/**
 * Agents who must have figures of a metric: all, but for what only the call that loads can give; none of a trial's. An
 * agent that could give it at base must at head too: a change that takes a figure away is not green for it.
 */
export function agentsWith({ head, base }: Cell, metric: MetricId): readonly (number | null)[] {
  const { level, needs } = metricDefinition(metric)
  if (level !== 'request') return [null]
  const loads = (index: number) =>
    head.agents.findIndex(({ server }) => server === head.agents[index]?.server) === index
  const canGive = (agent: CellAgent | undefined) =>
    agent !== undefined && agentMeets(agentShape(agent.task), needs)
  return head.agents.flatMap((agent, index) =>
    (canGive(agent) || canGive(base?.agents[index])) && (!needs.includes('cold') || loads(index))
      ? index
      : [],
  )
}

/** "warm TTFT", or "warm TTFT of agent 2" where a cell has several who give it. */
export const agentLabel = (cell: Cell, metric: MetricId, agent: number | null): string => {
  const { label } = metricDefinition(metric)
  return agent === null || cell.head.agents.length < 2 ? label : `${label} of agent ${agent + 1}`
}

/** Whether a cell can give the metric at all, at head or at base. */
export const applies = ({ run }: Pick<Evidence, 'run'>, cell: Cell, metric: MetricId): boolean =>
  shapesOf(cell, run.policy.policy).some((shape) => unmetNeed(shape, metricDefinition(metric).needs) === null)

/** The place of a path such as `limits[0]` in the policy's file. */
export const positionOf = (run: Run, path: string): SourcePosition | null =>
  run.policy.positions[path] ?? null

/** The cell id of a check that speaks of all cells together. */
export const wholeRun = ''

/** The parts of a check that most checks leave empty. */
export const emptyCheck = {
  metric: null,
  of: null,
  fix: null,
  base: null,
  head: null,
  trials: 0,
  change: null,
  target: null,
  detectable: null,
  source: null,
  at: null,
} as const satisfies Partial<Check>
