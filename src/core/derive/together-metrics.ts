/** Figures of agents that run at once: throughput, the two efficiencies, the two contentions, and how unequal they are. */
import type { MetricId } from '../../model/metric-catalog.ts'
import type { Policy } from '../../model/policy.ts'
import type { Trial } from '../../model/run.ts'
import { maxOf, meanOf, minOf } from '../statistics/descriptive.ts'
import { type AgentShare, agentShares, allOf, eachOf, legOf, lengthMs, spanOf } from './agent-shares.ts'

/** Null when there are fewer than two. */
function together(trial: Trial): readonly AgentShare[] | null {
  const shares = agentShares(trial, 'concurrent')
  return shares && shares.length >= 2 ? shares : null
}

/** Each agent at once with the others, beside itself alone; null when one is missing on either side. */
function besideAlone(trial: Trial): readonly { share: AgentShare; alone: AgentShare }[] | null {
  const solo = agentShares(trial, 'solo') ?? []
  const pairs = together(trial)?.map((share) => ({
    share,
    alone: solo.find(({ agent }) => agent === share.agent),
  }))
  return pairs && pairs.length === solo.length && pairs.every(hasAlone) ? pairs : null
}

const hasAlone = (pair: {
  share: AgentShare
  alone: AgentShare | undefined
}): pair is { share: AgentShare; alone: AgentShare } => pair.alone !== undefined

const sumOf = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

function wallMs(trial: Trial): number | null {
  const { calls, turns } = legOf(trial, 'concurrent')
  const span = spanOf(calls, turns)
  return span && lengthMs(span)
}

function speedupRatio(trial: Trial): number | null {
  const durations = eachOf(together(trial), ({ durationMs }) => durationMs)
  const wall = wallMs(trial)
  return durations && wall ? sumOf(durations) / wall : null
}

function overlapEfficiencyPercent(trial: Trial): number | null {
  const speedup = speedupRatio(trial)
  const agents = together(trial)?.length
  return speedup !== null && agents ? (speedup / agents) * 100 : null
}

/**
 * The agents' own throughputs are added, not the tokens over the wall: with agents of different length the wall form
 * would stay below 100 % though neither slowed the other down.
 */
function parallelEfficiencyPercent(trial: Trial): number | null {
  const pairs = besideAlone(trial)
  const solo = pairs && allOf(pairs.map(({ alone }) => alone.tokensPerSecond))
  const own = pairs && allOf(pairs.map(({ share }) => share.tokensPerSecond))
  return solo && own ? (sumOf(own) / sumOf(solo)) * 100 : null
}

function aggregateTokensPerSecond(trial: Trial): number | null {
  const tokens = eachOf(together(trial), (share) => share.tokens)
  const wall = wallMs(trial)
  return tokens && wall ? (sumOf(tokens) / wall) * 1000 : null
}

/** 100 when an agent's concurrent figure is worse than its own alone by the test, 0 when none is, null unknown. */
function contentionPercent(
  trial: Trial,
  of: (share: AgentShare) => number | null,
  suffers: (value: number, alone: number) => boolean,
): number | null {
  const pairs = besideAlone(trial)
  const values = pairs && allOf(pairs.map(({ share }) => of(share)))
  const solo = pairs && allOf(pairs.map(({ alone }) => of(alone)))
  if (!values || !solo) return null
  return values.some((value, i) => suffers(value, solo[i] ?? value)) ? 100 : 0
}

/** Greatest less least; null where an agent lacks the figure. */
function delta(trial: Trial, of: (share: AgentShare) => number | null): number | null {
  const values = eachOf(together(trial), of)
  return values && maxOf(values) - minOf(values)
}

function throughputImbalancePercent(trial: Trial): number | null {
  const rates = eachOf(together(trial), ({ tokensPerSecond }) => tokensPerSecond)
  return rates && ((maxOf(rates) - minOf(rates)) / meanOf(rates)) * 100
}

/** Of a turn its beginning, of a call its write: both come from the same barrier. */
function startSkewMs(trial: Trial): number | null {
  const { calls, turns } = legOf(trial, 'concurrent')
  const starts = new Map<number, number | null>()
  for (const { agent, startedMs } of turns) starts.set(agent, starts.get(agent) ?? startedMs)
  for (const { agent, record } of calls) if (!starts.has(agent)) starts.set(agent, record.writeMs)
  const all = allOf([...starts.values()])
  return all && all.length >= 2 ? maxOf(all) - minOf(all) : null
}

/** The table of figures of agents at once; a null means that the trial cannot give it. */
export const togetherMetrics = {
  aggregateTokensPerSecond,
  overlapEfficiencyPercent,
  parallelEfficiencyPercent,
  speedupRatio,
  ttftAnomalyContentionPercent: (trial, { protocol: { contention } }) =>
    contentionPercent(
      trial,
      ({ ttftMs }) => ttftMs,
      (ttftMs, alone) => ttftMs - alone > contention['ttft-anomaly-ms'],
    ),
  throughputContentionPercent: (trial, { protocol: { contention } }) =>
    contentionPercent(
      trial,
      ({ tokensPerSecond }) => tokensPerSecond,
      (rate, alone) => rate < alone * (1 - contention['throughput-tolerance-percent'] / 100),
    ),
  ttftDeltaMs: (trial) => delta(trial, ({ ttftMs }) => ttftMs),
  throughputDeltaTokensPerSecond: (trial) => delta(trial, ({ tokensPerSecond }) => tokensPerSecond),
  throughputImbalancePercent,
  startSkewMs,
} as const satisfies Partial<Record<MetricId, (trial: Trial, policy: Policy) => number | null>>
