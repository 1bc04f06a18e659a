/** Figures of the machine and the servers while a trial ran. */
import { aGpuSpan, aTrial, aWatch } from '../../model/a-run.ts'
import type { MetricRow } from './metric-row.ts'

const gibibyte = 2 ** 30

/** Two GPUs that differ in everything. */
const watched = aTrial({
  watched: aWatch({
    gpus: [
      aGpuSpan({
        uuid: 'GPU-1',
        memoryUsedBytes: 6 * gibibyte,
        temperatureCelsius: 64,
        utilizationPercent: 93,
        smClockMegahertz: 1980,
        powerWatts: 140,
      }),
      aGpuSpan({
        uuid: 'GPU-2',
        memoryUsedBytes: 2 * gibibyte,
        temperatureCelsius: 71,
        utilizationPercent: 12,
        smClockMegahertz: 2400,
        powerWatts: 60,
      }),
    ],
    host: { cpuUtilizationPercent: 37.5, governor: null },
    serverRssBytes: 1.5 * gibibyte,
  }),
})

const halfTold = aTrial({
  watched: aWatch({ gpus: [aGpuSpan(), aGpuSpan({ uuid: 'GPU-2', powerWatts: null })] }),
})

const untold = aTrial({
  watched: aWatch({
    gpus: [aGpuSpan({ smClockMegahertz: null })],
    host: { cpuUtilizationPercent: null, governor: null },
  }),
})

export const machineRows: readonly MetricRow[] = [
  [
    'the lowest server',
    'vramResidencyPercent',
    aTrial({
      residency: [
        { server: 0, model: 'm', sizeBytes: 100, sizeVramBytes: 100, contextLength: 1 },
        { server: 1, model: 'm', sizeBytes: 100, sizeVramBytes: 77, contextLength: 1 },
      ],
    }),
    [77],
  ],
  ['nothing listed, nothing known', 'vramResidencyPercent', aTrial({ residency: [] }), []],
  ['this process itself', 'clientLagMs', aTrial(), [0.5]],
  ['the fullest GPU, 1 GiB being 2^30 bytes', 'vramUsedGibibytes', watched, [6]],
  ['the hottest GPU', 'gpuTemperatureCelsius', watched, [71]],
  ['the busiest GPU', 'gpuUtilizationPercent', watched, [93]],
  ['the GPUs together', 'gpuPowerWatts', watched, [200]],
  ['the slowest GPU', 'gpuClockMegahertz', watched, [1980]],
  ['no GPU watched, no temperature', 'gpuTemperatureCelsius', aTrial(), []],
  ['a GPU that does not tell its power counts for none', 'gpuPowerWatts', halfTold, [140]],
  ['no GPU tells its clock', 'gpuClockMegahertz', untold, []],
  ['all cores of the host', 'cpuUtilizationPercent', watched, [37.5]],
  ['an operating system that does not tell', 'cpuUtilizationPercent', untold, []],
  ['servers of our own', 'serverRssGibibytes', watched, [1.5]],
  ['servers that were found', 'serverRssGibibytes', aTrial(), []],
]
