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

/** The finding of a rule whose metric has no figure in any valid trial; `label` is how the metric is called there. */
export function unmeasured(
  metric: MetricId,
  environment: Environment,
  label = metricDefinition(metric).label,
): Pick<Check, 'status' | 'message'> {
  const reason = reasonOf(metric, environment)
  return {
    status: 'invalid',
    message: `${label} was not measured in any valid trial.${reason === null ? '' : ` ${reason}`}`,
  }
}
