/** Figures of trials that keep the servers busy: a queue that is worked off, and a load that goes on for long. */
import type { MetricId } from '../../model/metric-catalog.ts'
import type { Call, Trial } from '../../model/run.ts'
import { maxOf, medianOf, minOf } from '../statistics/descriptive.ts'
import { allOf, legOf, lengthMs, type Span, spanOf, tokensOf } from './agent-shares.ts'
import { requestMetrics } from './request-metrics.ts'

/** From the first write to the last token of a queue; null for no calls, or one without its moments. Unit: s. */
function queueSeconds(calls: readonly Call[]): number | null {
  const writes = allOf(calls.map(({ record }) => record.writeMs))
  const ends = allOf(calls.map(({ record }) => record.lastTokenMs))
  const ms = writes && ends ? maxOf(ends) - minOf(writes) : 0
  return ms > 0 ? ms / 1000 : null
}

function requestsPerHour(trial: Trial): number | null {
  const { calls } = legOf(trial, 'batch')
  const seconds = queueSeconds(calls)
  return seconds && (calls.length / seconds) * 3600
}

function batchTokensPerSecond(trial: Trial): number | null {
  const { calls } = legOf(trial, 'batch')
  const [seconds, tokens] = [queueSeconds(calls), tokensOf(calls)]
  return seconds && tokens && tokens / seconds
}

function sustainedTokensPerSecond(trial: Trial): number | null {
  const { calls, turns } = legOf(trial, 'sustained')
  const [span, tokens] = [spanOf(calls, turns), tokensOf(calls)]
  return span && tokens && (tokens / lengthMs(span)) * 1000
}

/** A median of fewer calls than this is one call's luck. */
export const leastQuarterCalls = 3

/** The median decode rate of the calls that began in a part of the leg, from 0 to 1; null for too few. */
function decodeRateWithin(calls: readonly Call[], { startMs, endMs }: Span): number | null {
  const rates = calls.flatMap((call) => {
    const { writeMs } = call.record
    return writeMs !== null && writeMs >= startMs && writeMs < endMs
      ? (requestMetrics.decodeTokensPerSecond.value(call) ?? [])
      : []
  })
  return rates.length < leastQuarterCalls ? null : medianOf(rates)
}

/** An agent is compared with itself only: another one has other answers. */
function retentionOf(calls: readonly Call[], leg: Span): number | null {
  const quarterMs = lengthMs(leg) / 4
  const first = decodeRateWithin(calls, { ...leg, endMs: leg.startMs + quarterMs })
  const last = decodeRateWithin(calls, { ...leg, startMs: leg.endMs - quarterMs })
  return first && last && (last / first) * 100
}

function sustainedRetentionPercent(trial: Trial): number | null {
  const { calls, turns } = legOf(trial, 'sustained')
  const leg = spanOf(calls, turns)
  const shares =
    leg && allOf([...Map.groupBy(calls, ({ agent }) => agent).values()].map((own) => retentionOf(own, leg)))
  return shares && minOf(shares)
}

/** The table of load metrics; a null means that the trial cannot give it. */
export const loadMetrics = {
  requestsPerHour,
  batchTokensPerSecond,
  sustainedTokensPerSecond,
  sustainedRetentionPercent,
} as const satisfies Partial<Record<MetricId, (trial: Trial) => number | null>>
