/** Whether the GPU is idle and cool before anything of ours runs. */
import type { GpuReading, SlowdownReason } from '../../model/gpu.ts'
import { formatPercent, formatPlain } from '../../model/number-format.ts'
import type { Policy } from '../../model/policy.ts'
import type { PreflightLine } from '../../model/preflight.ts'
import { okLine, unknownLine } from './lines.ts'
import type { PreflightFacts, PreflightJudge } from './preflight-facts.ts'
import { watchesGpu } from './watched-gpu.ts'

/** More than the desktop's own share: a card that only shows a picture stays below (nvidia-smi's mean of up to a second). */
const idlePercent = 10

const nameOf = (uuid: string, { environment }: PreflightFacts): string =>
  environment.gpu.devices.find((device) => device.uuid === uuid)?.name ?? uuid

interface Told {
  readonly name: string
  readonly value: number
}

/** The values that were read; null where a device tells none, or nobody was asked. */
function told(facts: PreflightFacts, pick: (reading: GpuReading) => number | null): readonly Told[] | null {
  const readings = facts.gpuReadings
  if (readings === null || readings.length === 0) return null
  const values = readings.flatMap((reading) => {
    const value = pick(reading)
    return value === null ? [] : [{ name: nameOf(reading.uuid, facts), value }]
  })
  return values.length === readings.length ? values : null
}

const listed = (values: readonly Told[], format: (value: number) => string): string =>
  values
    .map(({ name, value }) => (values.length > 1 ? `${name}: ${format(value)}` : format(value)))
    .join(', ')

/** Whether something else computes on it. */
export const judgeGpuIdle: PreflightJudge = (facts) => {
  const what = 'GPU idle'
  if (!watchesGpu(facts)) return []
  const values = told(facts, ({ utilizationPercent }) => utilizationPercent)
  if (values === null) return [unknownLine(what, 'the utilization cannot be read')]
  const text = `${listed(values, formatPercent)} in use`
  return values.every(({ value }) => value <= idlePercent)
    ? [okLine(what, text)]
    : [
        {
          what,
          value: `${text}, before anything is measured`,
          verdict: 'warn',
          fix: 'Stop what computes there, or wait for it: figures would be slower than the change that is measured.',
        },
      ]
}

/** In words; a power cap is the ordinary state of many cards (OLLAMA section 6). */
const slowdownWords = {
  'hw-thermal': 'its heat',
  'sw-thermal': 'its heat',
  'hw-slowdown': 'its hardware',
  'hw-power-brake': 'its power supply',
  'sw-power-cap': null,
} as const satisfies Record<SlowdownReason, string | null>

/** Whether it is slowed down before anything runs, and whether that would be told at all. */
export const judgeGpuSlowdowns: PreflightJudge = (facts) => {
  const what = 'GPU slowdowns'
  const { gpuReadings: readings, environment } = facts
  if (!watchesGpu(facts)) return []
  if (readings === null || readings.length === 0) return [unknownLine(what, 'cannot be read')]
  if (readings.some(({ slowdowns }) => slowdowns === null))
    return [
      unknownLine(
        what,
        `${environment.gpu.tool} does not tell them: a GPU that is slowed down in a trial would not be noticed`,
        'Update the driver with its tool.',
      ),
    ]
  const reasons = readings.flatMap(({ slowdowns }) => slowdowns ?? [])
  const words = new Set(reasons.flatMap((reason) => slowdownWords[reason] ?? []))
  if (words.size === 0) return [okLine(what, 'none')]
  return [
    {
      what,
      value: `the GPU is slowed down by ${[...words].join(' and ')}, before anything is measured`,
      verdict: 'warn',
      fix: 'Let it cool, and check its fans and its power supply: trials while it lasts are left out.',
    },
  ]
}

/** Where the policy has no limit: warning and critical temperature of appendix H.2. */
const ownLimits = { warn: 80, fail: 85 } as const

/** The policy's limits on the temperature, the strictest of each level. */
function temperatureLimits({ limits }: Policy): { readonly warn: number; readonly fail: number } {
  const own = limits.filter(({ metric }) => metric === 'gpuTemperatureCelsius')
  const least = (values: readonly (number | undefined)[], otherwise: number): number => {
    const set = values.filter((value) => value !== undefined)
    return set.length > 0 ? Math.min(...set) : otherwise
  }
  const fail = least(
    own.map((limit) => limit.fail),
    ownLimits.fail,
  )
  return {
    fail,
    warn: Math.min(
      fail,
      least(
        own.map((limit) => limit.warn),
        ownLimits.warn,
      ),
    ),
  }
}

const celsius = (value: number): string => `${formatPlain(value)} °C`

/** Whether it starts from a temperature at which it need not slow down. Hot is a warning at either level: it cools. */
export const judgeGpuCool: PreflightJudge = (facts): readonly PreflightLine[] => {
  const what = 'GPU temperature'
  if (!watchesGpu(facts)) return []
  const values = told(facts, ({ temperatureCelsius }) => temperatureCelsius)
  if (values === null) return [unknownLine(what, 'the temperature cannot be read')]
  const { warn, fail } = temperatureLimits(facts.policy.policy)
  const text = listed(values, celsius)
  const hottest = Math.max(...values.map(({ value }) => value))
  if (hottest <= warn) return [okLine(what, text)]
  return [
    {
      what,
      value:
        hottest > fail
          ? `${text}, above ${celsius(fail)}, where a trial breaks its limit`
          : `${text}, above ${celsius(warn)}`,
      verdict: 'warn',
      fix: 'Let it cool and check its fans: a hot card lowers its clocks.',
    },
  ]
}
