/** A metric that most trials are silent about must not pass by the few that tell it. Knows no bound. */
import { type MetricId, metricDefinition } from '../../model/metric-catalog.ts'
import { count } from '../../model/number-format.ts'
import type { Cell } from '../../model/plan.ts'
import type { Check } from '../../model/verdict.ts'
import { countingTrials } from '../derive/samples.ts'
import type { Evidence } from './evidence.ts'

/** How many of head's trials of the cell count and could have told the metric: of a cold start those that have one. */
export function trialsToTell({ trialsOf }: Evidence, { id }: Cell, metric: MetricId): number {
  const isCold = metricDefinition(metric).needs.includes('cold')
  return countingTrials([...trialsOf(id, 'head'), ...trialsOf(id, 'base')]).filter(
    ({ visit, legs }) => visit.subject === 'head' && (!isCold || legs.some(({ kind }) => kind === 'cold')),
  ).length
}

/** The same of several cells together. */
export const trialsOfCellsToTell = (evidence: Evidence, cells: readonly Cell[], metric: MetricId): number =>
  cells.reduce((sum, cell) => sum + trialsToTell(evidence, cell, metric), 0)

/** Whether fewer than half of the trials that could tell a metric did. */
const isMostlySilent = (told: number, toTell: number): boolean => told * 2 < toTell

/** What is said of an agent, or a cell, whose trials were mostly silent; null where they were not. */
export const silenceOfTrials = (told: number, toTell: number): string | null =>
  isMostlySilent(told, toTell) ? `Only ${told} of ${toTell} trials told it.` : null

/** What is said of cells of which some were mostly silent: none may vanish among the others. Null where none was. */
export function silenceOfCells(evidence: Evidence, cells: readonly Cell[], metric: MetricId): string | null {
  const silent = cells.filter((cell) => {
    const told = new Set(evidence.samplesOf(cell.id, 'head', metric).map(({ round }) => round))
    return isMostlySilent(told.size, trialsToTell(evidence, cell, metric))
  })
  const [first] = silent
  return first === undefined
    ? null
    : `${count(silent.length, 'cell')} told it in fewer than half of the trials, such as ${first.id}.`
}

/** The finding, unless it would be green while most trials were silent: nobody knows what they would have told. */
export const unlessSilent = <Finding extends Pick<Check, 'status' | 'message'>>(
  finding: Finding,
  silence: string | null,
): Finding =>
  silence !== null && (finding.status === 'pass' || finding.status === 'warn')
    ? { ...finding, status: 'inconclusive', message: `${finding.message} ${silence}` }
    : finding
