/** Figures of one trial as a whole: a table from metric to formula. */
import type { MetricId } from '../../model/metric-catalog.ts'
import type { Protocol } from '../../model/policy.ts'
import type { Call, Leg, Trial } from '../../model/run.ts'
import { maxOf, medianOf, minOf } from '../statistics/descriptive.ts'
import { machineMetrics } from './machine-metrics.ts'
import { ttftMs } from './request-metrics.ts'

/** One agent's part in a leg: how long it was busy, what it produced, how soon it began. */
interface AgentShare {
  readonly durationMs: number
  readonly tokens: number
  readonly tokensPerSecond: number
  readonly ttftMs: number
}

const callsOf = (trial: Trial, kind: Leg['kind']): readonly Call[] =>
  trial.legs.filter((leg) => leg.kind === kind).flatMap((leg) => leg.calls)

/** Null where a call of the agent lacks what the figures need. */
function agentShare(calls: readonly Call[]): AgentShare | null {
  const writes = calls.map(({ record }) => record.writeMs)
  const ttfts = calls.map(({ record }) => ttftMs(record))
  const tokens = calls.reduce((sum, { record }) => sum + (record.server?.outputTokens ?? 0), 0)
  if (calls.length === 0 || tokens === 0) return null
  if (!writes.every((value) => value !== null) || !ttfts.every((value) => value !== null)) return null
  const durationMs = maxOf(calls.map(({ record }) => record.endMs)) - minOf(writes)
  if (durationMs <= 0) return null
  return { durationMs, tokens, tokensPerSecond: (tokens / durationMs) * 1000, ttftMs: medianOf(ttfts) }
}

/** The agents' parts in the legs of one kind, by agent; null when there are fewer than two or one lacks figures. */
function agentShares(trial: Trial, kind: Leg['kind']): readonly AgentShare[] | null {
  const calls = callsOf(trial, kind)
  const agents = [...new Set(calls.map((call) => call.agent))].sort((a, b) => a - b)
  const shares = agents.map((agent) => agentShare(calls.filter((call) => call.agent === agent)))
  return shares.length >= 2 && shares.every((share) => share !== null) ? shares : null
}

const sum = (shares: readonly AgentShare[], of: (share: AgentShare) => number): number =>
  shares.reduce((total, share) => total + of(share), 0)

function wallMs(trial: Trial): number | null {
  const calls = callsOf(trial, 'concurrent')
  const writes = calls.flatMap(({ record }) => record.writeMs ?? [])
  if (writes.length === 0) return null
  const ms = maxOf(calls.map(({ record }) => record.endMs)) - minOf(writes)
  return ms > 0 ? ms : null
}

function speedupRatio(trial: Trial): number | null {
  const shares = agentShares(trial, 'concurrent')
  const wall = wallMs(trial)
  return shares && wall ? sum(shares, (share) => share.durationMs) / wall : null
}

function overlapEfficiencyPercent(trial: Trial): number | null {
  const speedup = speedupRatio(trial)
  const agents = agentShares(trial, 'concurrent')?.length
  return speedup !== null && agents ? (speedup / agents) * 100 : null
}

/**
 * The agents' own throughputs are added, not the tokens over the wall: with agents of different length the wall form
 * would stay below 100 % though neither slowed the other down.
 */
function parallelEfficiencyPercent(trial: Trial): number | null {
  const solo = agentShares(trial, 'solo')
  const together = agentShares(trial, 'concurrent')
  if (!solo || !together || solo.length !== together.length) return null
  return (sum(together, (share) => share.tokensPerSecond) / sum(solo, (share) => share.tokensPerSecond)) * 100
}

function aggregateTokensPerSecond(trial: Trial): number | null {
  const shares = agentShares(trial, 'concurrent')
  const wall = wallMs(trial)
  return shares && wall ? (sum(shares, (share) => share.tokens) / wall) * 1000 : null
}

/** 100 when any agent's concurrent figure is worse than its solo one by the test, 0 when none is, null unknown. */
function contentionPercent(
  trial: Trial,
  suffers: (together: AgentShare, solo: AgentShare) => boolean,
): number | null {
  const solo = agentShares(trial, 'solo')
  const together = agentShares(trial, 'concurrent')
  if (!solo || !together || solo.length !== together.length) return null
  return together.some((share, i) => {
    const alone = solo[i]
    return alone !== undefined && suffers(share, alone)
  })
    ? 100
    : 0
}

function startSkewMs(trial: Trial): number | null {
  const calls = callsOf(trial, 'concurrent')
  const agents = [...new Set(calls.map((call) => call.agent))]
  const starts = agents.map((agent) => calls.find((call) => call.agent === agent)?.record.writeMs ?? null)
  return starts.length >= 2 && starts.every((start) => start !== null) ? maxOf(starts) - minOf(starts) : null
}

function vramResidencyPercent(trial: Trial): number | null {
  const shares = trial.residency
    .filter(({ sizeBytes }) => sizeBytes > 0)
    .map(({ sizeBytes, sizeVramBytes }) => (sizeVramBytes / sizeBytes) * 100)
  return shares.length > 0 ? minOf(shares) : null
}

/** The table of trial metrics; a null means that the trial cannot give it. */
export const trialMetrics = {
  aggregateTokensPerSecond,
  overlapEfficiencyPercent,
  parallelEfficiencyPercent,
  speedupRatio,
  ttftAnomalyContentionPercent: (trial, { contention }) =>
    contentionPercent(
      trial,
      (together, solo) => together.ttftMs - solo.ttftMs > contention['ttft-anomaly-ms'],
    ),
  throughputContentionPercent: (trial, { contention }) =>
    contentionPercent(
      trial,
      (together, solo) =>
        together.tokensPerSecond <
        solo.tokensPerSecond * (1 - contention['throughput-tolerance-percent'] / 100),
    ),
  startSkewMs,
  vramResidencyPercent,
  clientLagMs: (trial) => trial.lag.p99Ms,
  ...machineMetrics,
} as const satisfies Partial<Record<MetricId, (trial: Trial, protocol: Protocol) => number | null>>
