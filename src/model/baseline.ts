/** A stored result that was accepted and reviewed: raw trial values in order, with where they came from. */
import { z } from 'zod'
import { environmentSchema } from './environment.ts'
import { metricIds } from './metric-catalog.ts'
import { variantSchema } from './plan.ts'

/** Schema version of a baseline file. */
export const baselineSchemaVersion = 3

/** Values of one cell, metric and agent, one per trial in the order of measuring (the median of its requests). */
export const baselineSeriesSchema = z.strictObject({
  metric: z.enum(metricIds),
  /** Null for a metric of the whole trial. */
  agent: z.int().nullable(),
  values: z.array(z.number()).min(1),
})

/** All values of one cell in one session. */
export const baselineCellSchema = z.strictObject({
  id: z.string(),
  /** What was measured, in full: another prompt or option makes another cell of the same name. */
  variant: variantSchema,
  /** How much a trial asks: full turns of each agent in a leg, requests of a batch's queue, minutes of a sustained load. */
  amount: z.number(),
  contextLengths: z.array(z.int().nullable()),
  series: z.array(baselineSeriesSchema),
})

export type BaselineCell = z.output<typeof baselineCellSchema>

/** One measuring occasion. */
export const baselineSessionSchema = z.strictObject({
  recordedAt: z.string(),
  policySha256: z.string(),
  environment: environmentSchema,
  cells: z.array(baselineCellSchema),
})
export type BaselineSession = z.output<typeof baselineSessionSchema>

/** The file: one session or more, oldest first. */
export const baselineSchema = z.strictObject({
  schemaVersion: z.literal(baselineSchemaVersion),
  policy: z.string(),
  sessions: z.array(baselineSessionSchema).min(1),
})
export type Baseline = z.output<typeof baselineSchema>
