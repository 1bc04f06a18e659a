/** A metric that most trials are silent about must not pass by the few that tell it. Knows no bound. */
import { type MetricId, metricDefinition } from '../../model/metric-catalog.ts'
import type { Cell } from '../../model/plan.ts'
import { countingTrials } from '../derive/samples.ts'
import type { Evidence } from './evidence.ts'
import type { LimitFinding } from './limit-value.ts'

/** How many of head's trials of the cell count and could have told the metric: of a cold start those that have one. */
export function trialsToTell({ trialsOf }: Evidence, { id }: Cell, metric: MetricId): number {
  const isCold = metricDefinition(metric).needs.includes('cold')
  return countingTrials([...trialsOf(id, 'head'), ...trialsOf(id, 'base')]).filter(
    ({ visit, legs }) => visit.subject === 'head' && (!isCold || legs.some(({ kind }) => kind === 'cold')),
  ).length
}

/** Whether fewer than half of the trials that could tell a metric did. */
export const isMostlySilent = (told: number, toTell: number): boolean => told * 2 < toTell

/** The finding, unless it would be green while most trials were silent: nobody knows what they would have told. */
export const unlessSilent = (finding: LimitFinding, silence: string | null): LimitFinding =>
  silence !== null && (finding.status === 'pass' || finding.status === 'warn')
    ? { ...finding, status: 'inconclusive', message: `${finding.message} ${silence}` }
    : finding
