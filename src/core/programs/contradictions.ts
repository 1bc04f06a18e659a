/** Where an agent's own account cannot be true: against itself, and against what was seen of it from outside. */
import type { AgentExecution } from '../../model/agent-execution.ts'
import { count, formatPlain } from '../../model/number-format.ts'
import type { RequestRecord } from '../../model/request-record.ts'

/** A run as it was seen: how long the process lived, and its LLM calls in the order of their writes. */
export interface SeenRun {
  readonly livedMs: number
  readonly calls: readonly RequestRecord[]
}

type OwnCall = AgentExecution['llm_calls'][number]

/** Another clock, and figures that were rounded to three digits or so, are no contradiction. */
const toleranceRatio = 0.03
const toleranceMs = 20

const exceeds = (value: number, bound: number): boolean => value > bound * (1 + toleranceRatio) + toleranceMs

const ms = (value: number): string => `${formatPlain(value)} ms`

/** As it is found in the file. */
const nameOf = (index: number): string => `llm_calls[${index}]`

const tokensOf = ({ metrics }: OwnCall): number => metrics.tokens_generated

/** In another order they may be the same: calls that overlap end in another order than they begin. */
const sameNumbers = (a: readonly number[], b: readonly number[]): boolean =>
  JSON.stringify(a.toSorted((x, y) => x - y)) === JSON.stringify(b.toSorted((x, y) => x - y))

/** A call of which the server told no tokens contradicts no count. */
function tokenContradictions(own: readonly OwnCall[], calls: readonly RequestRecord[]): readonly string[] {
  const seen = calls.map(({ server }) => server?.outputTokens ?? null)
  const known = seen.filter((tokens) => tokens !== null)
  if (known.length === seen.length && sameNumbers(own.map(tokensOf), known)) return []
  return own.flatMap((call, index) => {
    const tokens = seen[index] ?? null
    return tokens === null || tokens === tokensOf(call)
      ? []
      : [`${nameOf(index)} tells of ${count(tokensOf(call), 'token')}, the server of ${tokens}`]
  })
}

function callContradictions(own: readonly OwnCall[], calls: readonly RequestRecord[]): readonly string[] {
  return own.length === calls.length
    ? tokenContradictions(own, calls)
    : [`it tells of ${count(own.length, 'LLM call')}, and ${calls.length} were seen`]
}

/** The parts of a call by their names, those that are given. */
const partsOf = ({ metrics }: OwnCall): readonly (readonly [string, number])[] =>
  (['ttft_ms', 'load_duration_ms', 'prompt_eval_duration_ms', 'eval_duration_ms'] as const).flatMap(
    (name) => {
      const value = metrics[name]
      return value === undefined ? [] : [[name, value] as const]
    },
  )

function durationContradictions(call: OwnCall, index: number, livedMs: number): readonly string[] {
  const { total_duration_ms: totalMs } = call.metrics
  const name = nameOf(index)
  return [
    ...(exceeds(totalMs, livedMs)
      ? [`${name} took ${ms(totalMs)}, and the program lived for ${ms(livedMs)}`]
      : []),
    ...partsOf(call).flatMap(([part, value]) =>
      exceeds(value, totalMs)
        ? [`${name} has a ${part} of ${formatPlain(value)} in a total of ${ms(totalMs)}`]
        : [],
    ),
  ]
}

/** Durations in whole milliseconds are right by half of one. */
const roundingMs = 0.5

const follows = (rate: number, tokens: number, durationMs: number): boolean => {
  const slowest = (tokens * 1000) / (durationMs + roundingMs)
  const fastest =
    durationMs > roundingMs ? (tokens * 1000) / (durationMs - roundingMs) : Number.POSITIVE_INFINITY
  return rate >= slowest * (1 - toleranceRatio) && rate <= fastest * (1 + toleranceRatio)
}

/**
 * Throughput is tokens over the evaluation's time (TR111 v2, appendix C); of a call that does not tell that time, tokens
 * over all of it, or over the time since the first token.
 */
function rateContradictions(call: OwnCall, index: number): readonly string[] {
  const {
    throughput_tokens_per_sec: rate,
    eval_duration_ms: evalMs,
    total_duration_ms: totalMs,
  } = call.metrics
  const durations = evalMs === undefined ? [totalMs, totalMs - call.metrics.ttft_ms] : [evalMs]
  const tokens = tokensOf(call)
  if (durations.some((durationMs) => follows(rate, tokens, Math.max(0, durationMs)))) return []
  const over = evalMs === undefined ? `a total of ${ms(totalMs)}` : `an evaluation of ${ms(evalMs)}`
  return [
    `${nameOf(index)} has a throughput of ${formatPlain(rate)} tokens/s, which does not follow from ${count(tokens, 'token')} in ${over}`,
  ]
}

function workflowContradictions({ workflow }: AgentExecution, livedMs: number): readonly string[] {
  if (!workflow) return []
  const totalMs = workflow.total_seconds * 1000
  const { ingest_seconds: ingest, analysis_seconds: analysis, report_seconds: report } = workflow
  const stepsMs = (ingest + analysis + report) * 1000
  return [
    ...(exceeds(totalMs, livedMs)
      ? [`its workflow took ${ms(totalMs)}, and the program lived for ${ms(livedMs)}`]
      : []),
    ...(exceeds(stepsMs, totalMs)
      ? [`the steps of its workflow took ${ms(stepsMs)} in a total of ${ms(totalMs)}`]
      : []),
  ]
}

function sumContradictions({ aggregate_metrics, llm_calls }: AgentExecution): readonly string[] {
  const total = aggregate_metrics?.total_tokens_generated
  const sum = llm_calls.reduce((tokens, call) => tokens + tokensOf(call), 0)
  return total === undefined || total === sum
    ? []
    : [`it tells of ${count(total, 'token')} in all, and its calls add up to ${sum}`]
}

/** Every contradiction, as the end of a sentence; empty for an account that can be true. Durations in ms. */
export const contradictionsOf = (
  execution: AgentExecution,
  { livedMs, calls }: SeenRun,
): readonly string[] => [
  ...callContradictions(execution.llm_calls, calls),
  ...sumContradictions(execution),
  ...execution.llm_calls.flatMap((call, index) => [
    ...durationContradictions(call, index, livedMs),
    ...rateContradictions(call, index),
  ]),
  ...workflowContradictions(execution, livedMs),
]
