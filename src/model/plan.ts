/** What will be measured: the cells of the matrix and the order of the visits. */
import { z } from 'zod'
import { optionsSchema } from './options.ts'

/** Whether a thing belongs to what is compared with, or to what is judged. */
export const subjectSchema = z.enum(['base', 'head'])
export type SubjectName = z.output<typeof subjectSchema>

/** One agent of a cell, all its options resolved. `server` indexes the subject's servers. */
export const cellAgentSchema = z.strictObject({
  name: z.string(),
  /** What is sent, in full; of a server-defaults agent only num_predict. */
  options: optionsSchema,
  serverDefaults: z.boolean(),
  server: z.int().min(0),
  system: z.string().nullable(),
  prompt: z.string().nullable(),
})
export type CellAgent = z.output<typeof cellAgentSchema>

/** What a subject runs in a cell. */
export const variantSchema = z.strictObject({ model: z.string(), agents: z.array(cellAgentSchema).min(1) })
export type Variant = z.output<typeof variantSchema>

/** One configuration of the matrix. `base` is null where nothing is compared in this job. */
export const cellSchema = z.strictObject({
  id: z.string(),
  workload: z.enum(['single-agent', 'two-agents']),
  scenario: z.string(),
  topology: z.string(),
  head: variantSchema,
  base: variantSchema.nullable(),
})
export type Cell = z.output<typeof cellSchema>

/** One trial to come. Visits of the same cell and round are a pair; a cold visit starts with the model unloaded. */
export const visitSchema = z.strictObject({
  id: z.string(),
  cellId: z.string(),
  subject: subjectSchema,
  round: z.int().min(0),
  cold: z.boolean(),
})
export type Visit = z.output<typeof visitSchema>

/** Cells and visits in the order of measuring, with the seed that ordered them. */
export const planSchema = z.strictObject({
  seed: z.int(),
  cells: z.array(cellSchema).min(1),
  visits: z.array(visitSchema).min(1),
})
export type Plan = z.output<typeof planSchema>
