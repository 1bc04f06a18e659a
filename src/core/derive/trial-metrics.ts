/** Figures of one trial as a whole: a table from metric to formula. */
import type { MetricId } from '../../model/metric-catalog.ts'
import type { Policy } from '../../model/policy.ts'
import type { Trial } from '../../model/run.ts'
import { minOf } from '../statistics/descriptive.ts'
import { costMetrics } from './cost-metrics.ts'
import { loadMetrics } from './load-metrics.ts'
import { machineMetrics } from './machine-metrics.ts'
import { togetherMetrics } from './together-metrics.ts'

function vramResidencyPercent(trial: Trial): number | null {
  const shares = trial.residency
    .filter(({ sizeBytes }) => sizeBytes > 0)
    .map(({ sizeBytes, sizeVramBytes }) => (sizeVramBytes / sizeBytes) * 100)
  return shares.length > 0 ? minOf(shares) : null
}

/** The table of trial metrics; a null means that the trial cannot give it. The policy says what its owner counts as what. */
export const trialMetrics = {
  ...togetherMetrics,
  ...loadMetrics,
  vramResidencyPercent,
  clientLagMs: (trial) => trial.lag.p99Ms,
  ...machineMetrics,
  ...costMetrics,
} as const satisfies Partial<Record<MetricId, (trial: Trial, policy: Policy) => number | null>>
