/** The record of one LLM call: what the client saw and what the server said. */
import { z } from 'zod'

/** Why a call failed. None of these is slowness: a failed call gives no figure. */
export const failureKinds = [
  'connect',
  'connect-timeout',
  'connection-lost',
  'model-missing',
  'server-busy',
  'out-of-memory',
  'http-status',
  'error-in-stream',
  'malformed-stream',
  'line-too-long',
  'truncated',
  'no-output',
  'load-timeout',
  'first-token-timeout',
  'stall-timeout',
  'total-timeout',
  'aborted',
] as const
export type FailureKind = (typeof failureKinds)[number]

export const failureSchema = z.strictObject({
  kind: z.enum(failureKinds),
  /** One sentence; holds the server's own words where it sent some. */
  message: z.string(),
  status: z.int().optional(),
})
export type Failure = z.output<typeof failureSchema>

/** The server's own durations in ms and counts; a field that the server left out is 0, as in its API. */
export const serverFiguresSchema = z.strictObject({
  totalMs: z.number(),
  loadMs: z.number(),
  promptEvalMs: z.number(),
  evalMs: z.number(),
  promptTokens: z.int(),
  outputTokens: z.int(),
})
export type ServerFigures = z.output<typeof serverFiguresSchema>

const moment = z.number().nullable()

/**
 * One call. Moments are ms on this process's monotonic clock, null where the event did not happen.
 * A chunk counts when it carries text, thinking or a tool call; chunks are not tokens.
 */
export const requestRecordSchema = z.strictObject({
  writeMs: moment,
  firstByteMs: moment,
  firstTokenMs: moment,
  firstAnswerTokenMs: moment,
  lastTokenMs: moment,
  endMs: z.number(),
  /** Gaps between counting chunks in whole microseconds; one fewer than chunks, empty in batch and sustained legs. */
  chunkGapsUs: z.array(z.int()),
  chunks: z.int(),
  emptyChunks: z.int(),
  /** Null when no final chunk came. */
  server: serverFiguresSchema.nullable(),
  doneReason: z.string().nullable(),
  /** Wall clock here less the server's created_at at the first counting chunk; only meaningful on one host. */
  firstTokenLagMs: z.number().nullable(),
  /** How often the server said 503 before it took the call; the moments are the last attempt's. */
  busyRetries: z.int(),
  failure: failureSchema.nullable(),
})
export type RequestRecord = z.output<typeof requestRecordSchema>
