/** What the gate says: checks, and the job's verdict. */
import { z } from 'zod'
import { analysisSchema } from './analysis.ts'
import { environmentSchema } from './environment.ts'
import { summarySchema } from './figures.ts'
import { metricIds } from './metric-catalog.ts'
import { aggregateSchema, sourcePositionSchema } from './policy.ts'
import { preflightLineSchema } from './preflight.ts'
import { problemSchema } from './problem.ts'

/** Schema version of verdict.json. */
export const verdictSchemaVersion = 3

/** Confidence at which a passed regression rule excludes its target (STATS section 5: acquit at ln 0.03). */
export const passConfidencePercent = 97

/** What one rule says of one cell and metric. Silence is never pass. */
export const checkStatusSchema = z.enum(['pass', 'warn', 'fail', 'inconclusive', 'not-comparable', 'invalid'])
export type CheckStatus = z.output<typeof checkStatusSchema>

/** The job's verdict: INTERFACE, first table. */
export const outcomeSchema = z.enum([
  'pass',
  'warn',
  'fail',
  'inconclusive',
  'not-needed',
  'error-input',
  'error-machine',
  'interrupted',
])
export type Outcome = z.output<typeof outcomeSchema>

/** A change from base to head with its interval: a ratio (0.05 is 5 %) or points of a percentage, positive is up. */
export const changeSchema = z.strictObject({
  kind: z.enum(['ratio', 'points']),
  estimate: z.number(),
  low: z.number(),
  high: z.number(),
  /** Two-sided confidence of low to high. */
  confidencePercent: z.number(),
  pairs: z.int(),
})
export type Change = z.output<typeof changeSchema>

/**
 * One rule applied to one cell and metric. `target` is the change that must be caught, `detectable` the smallest
 * that these samples could have shown (both as positive degradations in the unit of `change`); null where the rule has
 * none.
 */
export const checkSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(['limit', 'regression', 'assertion', 'reproduction']),
  /** Empty where the check speaks of all cells together. */
  cellId: z.string(),
  metric: z.enum(metricIds).nullable(),
  /** What of the trials a limit looked at; null for other kinds. */
  of: aggregateSchema.nullable(),
  status: checkStatusSchema,
  message: z.string(),
  /** What to do about it; null for a pass. */
  fix: z.string().nullable(),
  expected: z.string(),
  base: z.number().nullable(),
  head: z.number().nullable(),
  trials: z.int(),
  change: changeSchema.nullable(),
  target: z.number().nullable(),
  detectable: z.number().nullable(),
  source: z.string().nullable(),
  at: sourcePositionSchema.nullable(),
})
export type Check = z.output<typeof checkSchema>

/** How many checks have each status. */
export const countsSchema = z.record(checkStatusSchema, z.int())

/** The whole verdict; a pure function of the run (and a baseline), so it can be computed again byte for byte. */
export const verdictSchema = z.strictObject({
  schemaVersion: z.literal(verdictSchemaVersion),
  outcome: outcomeSchema,
  title: z.string(),
  policy: z.strictObject({ name: z.string(), file: z.string(), sha256: z.string() }).nullable(),
  environment: environmentSchema.nullable(),
  /** In the order of severity, worst first. */
  checks: z.array(checkSchema),
  counts: countsSchema,
  figures: z.array(summarySchema),
  /** What a sweep shows, and what was published beside it; null where there was no run. */
  analysis: analysisSchema.nullable(),
  /** What is wrong, when there is no verdict to be had. */
  problems: z.array(problemSchema),
  /** Facts that a reader must know: engine, early end, cells that are equal, what was left out. */
  notes: z.array(z.string()),
  /** What a look at the machine found before measuring; empty when there was none. */
  preflight: z.array(preflightLineSchema),
  /**
   * `measured` of the planned ones, and `again` beside them. Of both: `failed` broke, `leftOut` finished with a reason
   * against them, `marked` count with one.
   */
  trials: z.strictObject({
    planned: z.int(),
    measured: z.int(),
    again: z.int(),
    failed: z.int(),
    leftOut: z.int(),
    marked: z.int(),
  }),
  measuredMinutes: z.number(),
  /** Whether inconclusive blocks: the policy's on-inconclusive. */
  blocksOnInconclusive: z.boolean(),
})
export type Verdict = z.output<typeof verdictSchema>
