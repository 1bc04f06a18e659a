/** What is wrong with an input or a machine, in the parts that a good message needs. */
import { z } from 'zod'
import { sourcePositionSchema } from './policy.ts'

/** One thing that is wrong: what, why, how to fix it, and where. */
export const problemSchema = z.strictObject({
  what: z.string(),
  why: z.string().optional(),
  fix: z.string().optional(),
  at: sourcePositionSchema.optional(),
})
export type Problem = z.output<typeof problemSchema>
