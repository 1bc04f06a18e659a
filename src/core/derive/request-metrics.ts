/** Figures of one call: a table from metric to the legs it is read in and the formula. */
import type { MetricId } from '../../model/metric-catalog.ts'
import type { RequestRecord } from '../../model/request-record.ts'
import type { Call, Leg } from '../../model/run.ts'
import { medianOf } from '../statistics/descriptive.ts'
import { answerMetrics } from './answer-metrics.ts'

/** How a request metric is read: `value` is null where this call cannot give it. */
interface RequestMetric {
  readonly legs: readonly Leg['kind'][]
  readonly value: (call: Call) => number | null
}

/** From the write to the first token; null when either is missing. Unit: ms. */
export const ttftMs = (record: RequestRecord): number | null =>
  record.writeMs === null || record.firstTokenMs === null ? null : record.firstTokenMs - record.writeMs

/** Generated tokens over the time from write to the last token; null when there were none. Unit: tokens/s. */
export function endToEndTokensPerSecond(record: RequestRecord): number | null {
  if (record.writeMs === null || record.lastTokenMs === null || !record.server?.outputTokens) return null
  const seconds = (record.lastTokenMs - record.writeMs) / 1000
  return seconds > 0 ? record.server.outputTokens / seconds : null
}

/**
 * The client must have seen the answer come for this share of the time that its server took for it. Less, and something
 * between them held it back, such as a proxy that buffers or a client that was late: its clock tells nothing of the rate.
 */
const leastSeenShare = 0.5

function decodeTokensPerSecond({ record }: Call): number | null {
  if (record.firstTokenMs === null || record.lastTokenMs === null || !record.server) return null
  const seconds = (record.lastTokenMs - record.firstTokenMs) / 1000
  if (seconds * 1000 < record.server.evalMs * leastSeenShare) return null
  // A first chunk that held back most of the text would make the client's rate absurd: two chunks are the least.
  return record.chunks >= 2 && record.server.outputTokens >= 2 && seconds > 0
    ? (record.server.outputTokens - 1) / seconds
    : null
}

/** A count over a server's duration in ms, per second; null when the server gave no duration. */
const rate = (count: number, ms: number): number | null => (count > 0 && ms > 0 ? (count / ms) * 1000 : null)

function queueWaitMs({ record }: Call): number | null {
  // An answer in OpenAI's form tells tokens and no durations.
  if (!record.server || record.server.totalMs <= 0) return null
  const { totalMs, loadMs, promptEvalMs, evalMs } = record.server
  return Math.max(0, totalMs - loadMs - promptEvalMs - evalMs)
}

const alone = ['probe', 'solo'] as const

/**
 * A program asks when it likes, so that its call may be the one that loads: above any server's overhead for a loaded
 * model (300 ms before 0.32.15, OLLAMA section 1), below the load of all but the smallest models.
 */
const longestWarmLoadMs = 500

/** Of our own calls, whose prompts are fresh, warm TTFT tells this. */
const isWarmCallOfProgram = ({ fresh, record }: Call): boolean =>
  !fresh && (record.server?.loadMs ?? 0) <= longestWarmLoadMs

/** The table of request metrics. */
export const requestMetrics = {
  warmTtftMs: { legs: alone, value: ({ record, fresh }) => (fresh ? ttftMs(record) : null) },
  coldTtftMs: { legs: ['cold'], value: ({ record }) => ttftMs(record) },
  concurrentTtftMs: { legs: ['concurrent'], value: ({ record, fresh }) => (fresh ? ttftMs(record) : null) },
  firstAnswerTokenMs: {
    legs: alone,
    value: ({ record }) =>
      record.writeMs === null || record.firstAnswerTokenMs === null
        ? null
        : record.firstAnswerTokenMs - record.writeMs,
  },
  decodeTokensPerSecond: { legs: ['solo'], value: decodeTokensPerSecond },
  serverDecodeTokensPerSecond: {
    legs: ['solo'],
    value: ({ record }) => record.server && rate(record.server.outputTokens, record.server.evalMs),
  },
  prefillTokensPerSecond: {
    legs: alone,
    value: ({ record, fresh }) =>
      fresh && record.server ? rate(record.server.promptTokens, record.server.promptEvalMs) : null,
  },
  endToEndTokensPerSecond: { legs: ['solo'], value: ({ record }) => endToEndTokensPerSecond(record) },
  interChunkGapMs: {
    legs: ['solo'],
    value: ({ record }) => (record.chunkGapsUs.length > 0 ? medianOf(record.chunkGapsUs) / 1000 : null),
  },
  queueWaitMs: { legs: ['concurrent'], value: queueWaitMs },
  loadTimeMs: {
    legs: ['cold'],
    value: ({ record }) => (record.server && record.server.loadMs > 0 ? record.server.loadMs : null),
  },
  agentTtftMs: { legs: ['solo'], value: (call) => (isWarmCallOfProgram(call) ? ttftMs(call.record) : null) },
  ...answerMetrics,
} as const satisfies Partial<Record<MetricId, RequestMetric>>
