/** Why a metric has no figure, where the circumstances tell. */
import type { Environment } from '../../model/environment.ts'
import { type MetricId, metricDefinition } from '../../model/metric-catalog.ts'
import type { Check } from '../../model/verdict.ts'
import { leastQuarterCalls } from '../derive/load-metrics.ts'

const ofTheGpu: readonly MetricId[] = [
  'vramUsedGibibytes',
  'gpuTemperatureCelsius',
  'gpuUtilizationPercent',
  'gpuPowerWatts',
  'gpuClockMegahertz',
]

function reasonOf(metric: MetricId, { gpu, servers }: Environment): string | null {
  if (ofTheGpu.includes(metric)) {
    if (gpu.state !== 'present') return gpu.detail
    return 'The GPU’s tool does not tell it, or told nothing while the trials ran.'
  }
  if (metric === 'serverRssGibibytes' && servers.head.some(({ started }) => !started))
    return 'It is known only of servers that the gate starts itself (servers: start).'
  if (metric === 'sustainedRetentionPercent')
    return `Each agent must begin ${leastQuarterCalls} calls or more in the first and in the last quarter of the load: raise sustain-minutes.`
  return null
}

/** The rule's metric, how it is called there, and how many valid trials could have told it. */
interface Silent {
  readonly metric: MetricId
  readonly label?: string
  readonly toTell: number
}

/** What the finding says; `fix` only where trials count and the circumstances keep the metric from them. */
export type Unmeasured = Pick<Check, 'status' | 'message'> & { readonly fix?: string }

/** The finding of a rule whose metric has no figure in any valid trial; without any such trial that alone is the reason. */
export function unmeasured(
  { metric, label = metricDefinition(metric).label, toTell }: Silent,
  environment: Environment,
): Unmeasured {
  const finding = { status: 'invalid', message: `${label} was not measured in any valid trial.` } as const
  const reason = toTell === 0 ? null : reasonOf(metric, environment)
  if (reason === null) return finding
  return {
    ...finding,
    message: `${finding.message} ${reason}`,
    fix: 'Change that, or take the rule out of the policy for this machine.',
  }
}
