/** What was measured here of a published figure: which cells it speaks of, and their trials. */
import type { Sample } from '../../model/figures.ts'
import { type MetricId, metricDefinition } from '../../model/metric-catalog.ts'
import type { Cell } from '../../model/plan.ts'
import type { PublishedCell, PublishedFigure } from '../../model/published.ts'
import { trialValue } from '../derive/summaries.ts'
import { applies, type Evidence } from '../judge/evidence.ts'
import { maxOf, meanOf, minOf, sdOf } from '../statistics/descriptive.ts'
import { ownOptionAgents } from './axes.ts'

const withoutLatest = (model: string): string => model.replace(/:latest$/, '')

type WantedOptions = PublishedCell['options']

function hasOptions(
  agent: ReturnType<typeof ownOptionAgents>[number] | undefined,
  wanted: WantedOptions,
): boolean {
  if (wanted === undefined) return true
  const own: Readonly<Record<string, unknown>> = agent?.options ?? {}
  return agent !== undefined && Object.entries(wanted).every(([option, value]) => own[option] === value)
}

/** Whether the row speaks of the cell; a row of the whole report speaks of every one of the report’s model. */
export function isOf(of: PublishedCell | null, cell: Cell): boolean {
  if (of === null) return true
  const [first, second] = ownOptionAgents(cell)
  const says = <Value>(wanted: Value | undefined, own: Value) => wanted === undefined || wanted === own
  return (
    says(of.phase, cell.phase ?? undefined) &&
    says(of.scenario, cell.scenario) &&
    says(of.topology, cell.topology) &&
    says(of.model && withoutLatest(of.model), withoutLatest(cell.head.model)) &&
    says(of.agents?.join('\n'), cell.head.agents.map(({ name }) => name).join('\n')) &&
    hasOptions(first, of.options) &&
    hasOptions(second, of.options2)
  )
}

/** Cells of the plan that a row speaks of and that can give its metric; none for what the tool does not measure. */
export const cellsOf = (
  evidence: Pick<Evidence, 'run'>,
  { of, metric }: Pick<PublishedFigure, 'of' | 'metric'>,
): readonly Cell[] =>
  metric === null
    ? []
    : evidence.run.plan.cells.filter(
        (cell) =>
          isOf({ model: evidence.run.published?.model, ...of }, cell) && applies(evidence, cell, metric),
      )

/** One value a trial of head in these cells: the mean over its agents, as the reports average them. */
export const valuesOf = (
  { samplesOf }: Pick<Evidence, 'samplesOf'>,
  cells: readonly { readonly id: string }[],
  metric: MetricId,
): readonly number[] =>
  cells.flatMap(({ id }) => {
    const trials = Map.groupBy(samplesOf(id, 'head', metric), ({ round }: Sample) => round)
    return [...trials.values()].map((samples) => meanOf(samples.map(trialValue)))
  })

/** The published statistic of the values measured here; null for none, and for a scatter of fewer than two. */
export function statisticOf(
  { statistic, metric }: Pick<PublishedFigure, 'statistic'> & { readonly metric: MetricId },
  values: readonly number[],
): number | null {
  if (values.length === 0) return null
  const isHigher = metricDefinition(metric).better === 'higher'
  switch (statistic) {
    case 'mean':
    case 'share':
      return meanOf(values)
    case 'peak':
      return isHigher ? maxOf(values) : minOf(values)
    case 'minimum':
      return isHigher ? minOf(values) : maxOf(values)
    case 'sd':
      return sdOf(values)
    case 'cv': {
      const [sd, mean] = [sdOf(values), meanOf(values)]
      return sd === null || mean === 0 ? null : (sd / Math.abs(mean)) * 100
    }
    default:
      return statistic satisfies never
  }
}
