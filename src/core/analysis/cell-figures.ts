/** What the analysis looks at of a cell: head's trials, one value each. Knows no other cell. */
import type { Sample } from '../../model/figures.ts'
import { type MetricDefinition, type MetricId, metricDefinition } from '../../model/metric-catalog.ts'
import type { Cell } from '../../model/plan.ts'
import { byAgent, trialValue, typicalOf } from '../derive/summaries.ts'
import type { Evidence } from '../judge/evidence.ts'
import { maxOf, minOf, sdOf } from '../statistics/descriptive.ts'

/**
 * One metric of one cell. `values` are its trials', one each, of the agent whose typical value is worst; never empty.
 * `typical` and `worst` as in its summary; `sd` is of the values, null under two.
 */
export interface CellFigure {
  readonly cell: Cell
  readonly values: readonly number[]
  readonly typical: number
  readonly worst: number
  readonly sd: number | null
}

const sign = ({ better }: Pick<MetricDefinition, 'better'>): 1 | -1 => (better === 'lower' ? 1 : -1)

/** Negative where the first is better: an order that puts the best first. */
export const byGoodness =
  (metric: MetricId) =>
  (a: number, b: number): number =>
    sign(metricDefinition(metric)) * (a - b)

function worstAgent(samples: readonly Sample[], definition: MetricDefinition): readonly Sample[] {
  const agents = byAgent(samples).map((own) => ({
    own,
    badness: sign(definition) * typicalOf(own, definition),
  }))
  return agents.reduce((worst, agent) => (agent.badness > worst.badness ? agent : worst)).own
}

function figureOf(cell: Cell, samples: readonly Sample[], definition: MetricDefinition): CellFigure {
  const own = worstAgent(samples, definition)
  const values = own.map(trialValue)
  return {
    cell,
    values,
    typical: typicalOf(own, definition),
    worst: definition.better === 'lower' ? maxOf(values) : minOf(values),
    sd: sdOf(values),
  }
}

/** Head's figures of all cells that have the metric, in the order of the plan. */
export const cellFigures = (
  { run, samplesOf }: Pick<Evidence, 'run' | 'samplesOf'>,
  metric: MetricId,
): readonly CellFigure[] =>
  run.plan.cells.flatMap((cell) => {
    const samples = samplesOf(cell.id, 'head', metric)
    return samples.length === 0 ? [] : [figureOf(cell, samples, metricDefinition(metric))]
  })
