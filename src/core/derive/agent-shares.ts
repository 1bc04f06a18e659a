/** Each agent's part in a leg: how long it was busy, what it produced, how soon it was answered. Judges nothing. */
import type { Call, Leg, Trial, Turn } from '../../model/run.ts'
import { maxOf, medianOf, minOf } from '../statistics/descriptive.ts'
import { ttftMs } from './request-metrics.ts'

/** A span of time on the session's clock. */
export interface Span {
  readonly startMs: number
  readonly endMs: number
}

/**
 * One agent's part in a leg. `tokens` and `tokensPerSecond` are null where a server told no count for one of its calls,
 * `ttftMs` (the median of its calls) where one of them has none.
 */
export interface AgentShare {
  readonly agent: number
  readonly durationMs: number
  readonly tokens: number | null
  readonly tokensPerSecond: number | null
  readonly ttftMs: number | null
}

/** All legs of one kind as one. */
export function legOf(trial: Pick<Trial, 'legs'>, kind: Leg['kind']): Pick<Leg, 'calls' | 'turns'> {
  const legs = trial.legs.filter((leg) => leg.kind === kind)
  return { calls: legs.flatMap(({ calls }) => calls), turns: legs.flatMap(({ turns }) => turns) }
}

/** The values, or null where one of them is missing or there is none. */
export const allOf = (values: readonly (number | null)[]): readonly number[] | null =>
  values.length > 0 && values.every((value) => value !== null) ? values : null

/** Generated tokens of the calls; null where a server told none for one of them, or there are none at all. */
export function tokensOf(calls: readonly Call[]): number | null {
  const counts = allOf(calls.map(({ record }) => record.server?.outputTokens ?? null))
  const tokens = counts?.reduce((total, tokens) => total + tokens, 0) ?? 0
  return tokens > 0 ? tokens : null
}

/**
 * From the first beginning to the last end: of turns where there are any, since a turn is more than its calls. Null
 * where a call was never written, for nothing, and for no time at all.
 */
export function spanOf(calls: readonly Call[], turns: readonly Turn[]): Span | null {
  const own = calls.filter(({ agent }) => !turns.some((turn) => turn.agent === agent))
  const starts = allOf([
    ...own.map(({ record }) => record.writeMs),
    ...turns.map(({ startedMs }) => startedMs),
  ])
  if (!starts) return null
  const ends = [...own.map(({ record }) => record.endMs), ...turns.map(({ endedMs }) => endedMs)]
  const span = { startMs: minOf(starts), endMs: maxOf(ends) }
  return span.endMs > span.startMs ? span : null
}

export const lengthMs = ({ startMs, endMs }: Span): number => endMs - startMs

function shareOf(agent: number, calls: readonly Call[], turns: readonly Turn[]): AgentShare | null {
  const span = spanOf(calls, turns)
  if (!span) return null
  const ttfts = allOf(calls.map(({ record }) => ttftMs(record)))
  const [durationMs, tokens] = [lengthMs(span), tokensOf(calls)]
  return {
    agent,
    durationMs,
    tokens,
    tokensPerSecond: tokens === null ? null : (tokens / durationMs) * 1000,
    ttftMs: ttfts && medianOf(ttfts),
  }
}

/** The agents' parts in the legs of one kind, by agent; null when there is none, or one cannot be told. */
export function agentShares(trial: Pick<Trial, 'legs'>, kind: Leg['kind']): readonly AgentShare[] | null {
  const { calls, turns } = legOf(trial, kind)
  const agents = [...new Set([...calls, ...turns].map(({ agent }) => agent))].sort((a, b) => a - b)
  const shares = agents.map((one) =>
    shareOf(
      one,
      calls.filter(({ agent }) => agent === one),
      turns.filter(({ agent }) => agent === one),
    ),
  )
  return shares.length > 0 && shares.every((share) => share !== null) ? shares : null
}

/** A figure of every share; null where one of them lacks it, or there are none. */
export const eachOf = (
  shares: readonly AgentShare[] | null,
  of: (share: AgentShare) => number | null,
): readonly number[] | null => shares && allOf(shares.map(of))
