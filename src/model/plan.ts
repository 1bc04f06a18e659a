/** What will be measured: the cells of the matrix and the order of the visits. */
import { z } from 'zod'
import { programSchema, workflowSchema } from './agent.ts'
import { optionsSchema } from './options.ts'
import { latencyClassSchema, workloadSchema } from './policy.ts'

/** Whether a thing belongs to what is compared with, or to what is judged. */
export const subjectSchema = z.enum(['base', 'head'])
export type SubjectName = z.output<typeof subjectSchema>

/** What an agent does in its turn. `chat` is one call; its system message and prompt are null for the built-in ones. */
export const taskSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('chat'),
    system: z.string().nullable(),
    prompt: z.string().nullable(),
    /** Headings that the answer must have; empty for none. */
    headings: z.array(z.string()),
  }),
  z.strictObject({ kind: z.literal('workflow'), ...workflowSchema.shape }),
  z.strictObject({ kind: z.literal('program'), ...programSchema.shape }),
])
export type Task = z.output<typeof taskSchema>
export type TaskOf<Kind extends Task['kind']> = Extract<Task, { kind: Kind }>

/** One agent of a cell, all its options resolved. `server` indexes the subject's servers. */
export const cellAgentSchema = z.strictObject({
  name: z.string(),
  /** What is sent, in full; of a server-defaults agent only num_predict. */
  options: optionsSchema,
  serverDefaults: z.boolean(),
  server: z.int().min(0),
  task: taskSchema,
})
export type CellAgent = z.output<typeof cellAgentSchema>

/** What a subject runs in a cell. */
export const variantSchema = z.strictObject({ model: z.string(), agents: z.array(cellAgentSchema).min(1) })
export type Variant = z.output<typeof variantSchema>

/** One configuration of the matrix. `base` is null where nothing is compared in this job. */
export const cellSchema = z.strictObject({
  id: z.string(),
  workload: workloadSchema,
  /** Null where the programme has no parts. */
  phase: z.string().nullable(),
  scenario: z.string(),
  latency: latencyClassSchema.nullable(),
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
