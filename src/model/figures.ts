/** Figures derived from a run's records: samples by trial, and their summary. */
import { z } from 'zod'
import { metricIds } from './metric-catalog.ts'
import { subjectSchema } from './plan.ts'

/**
 * The samples of one metric in one valid trial: of one agent, one value a request; or of the trial as a whole (`agent`
 * null), one value. Never empty.
 */
export interface Sample {
  readonly cellId: string
  readonly subject: 'base' | 'head'
  readonly round: number
  readonly metric: (typeof metricIds)[number]
  readonly agent: number | null
  readonly values: readonly number[]
}

/**
 * Summary of one metric, cell and subject. `typical` is the median of the trials' values (the mean, for an event's
 * share), of the agent for whom it is worst. sd and cvPercent are null under two trials. A percentile is null where the number
 * of requests cannot certify it: 11 / 64 / 130 / 662 for P50 / P90 / P95 / P99 (PEERS, LoadGen).
 */
export const summarySchema = z.strictObject({
  cellId: z.string(),
  subject: subjectSchema,
  metric: z.enum(metricIds),
  trials: z.int(),
  samples: z.int(),
  typical: z.number(),
  /** The worst trial of that agent: the greatest of what is better low, else the least. */
  worst: z.number(),
  mean: z.number(),
  sd: z.number().nullable(),
  cvPercent: z.number().nullable(),
  min: z.number(),
  max: z.number(),
  p50: z.number().nullable(),
  p90: z.number().nullable(),
  p95: z.number().nullable(),
  p99: z.number().nullable(),
})
export type Summary = z.output<typeof summarySchema>
