/** What a look at the machine before measuring found, line by line. */
import { z } from 'zod'

/** `note` is worth knowing, `warn` may spoil figures, `fail` stops the job, `unknown` could not be asked. */
export const preflightVerdictSchema = z.enum(['ok', 'note', 'warn', 'fail', 'unknown'])
export type PreflightVerdict = z.output<typeof preflightVerdictSchema>

/** One line: what was looked at, what was found, what that means, and what to do; null where nothing is to do. */
export const preflightLineSchema = z.strictObject({
  what: z.string(),
  value: z.string(),
  verdict: preflightVerdictSchema,
  fix: z.string().nullable(),
})
export type PreflightLine = z.output<typeof preflightLineSchema>
