/** Everything that a job measured: enough to judge it again, elsewhere, without a server. */
import { z } from 'zod'
import { environmentSchema } from './environment.ts'
import { planSchema, visitSchema } from './plan.ts'
import { loadedPolicySchema } from './policy.ts'
import { requestRecordSchema } from './request-record.ts'

/** Schema version of run.json and of the journal. */
export const runSchemaVersion = 1

/**
 * The parts of a trial. `cold` starts without the model, `probe` asks for one token, `solo` is a full generation by
 * one agent alone, `concurrent` is all agents at once.
 */
export const legKindSchema = z.enum(['cold', 'probe', 'solo', 'concurrent'])

/** One call of an agent within a leg; `fresh` says that its prompt starts with a nonce. */
export const callSchema = z.strictObject({
  agent: z.int().min(0),
  fresh: z.boolean(),
  record: requestRecordSchema,
})
export type Call = z.output<typeof callSchema>

export const legSchema = z.strictObject({ kind: legKindSchema, calls: z.array(callSchema) })
export type Leg = z.output<typeof legSchema>

/** A loaded model as /api/ps listed it after the trial's load. `server` indexes the subject's servers. */
export const residencySchema = z.strictObject({
  server: z.int(),
  model: z.string(),
  sizeBytes: z.number(),
  sizeVramBytes: z.number(),
  contextLength: z.int().nullable(),
})
export type Residency = z.output<typeof residencySchema>

/** Delay of this process's event loop over a span of time. */
export const clientLagSchema = z.strictObject({ meanMs: z.number(), p99Ms: z.number(), maxMs: z.number() })
export type ClientLag = z.output<typeof clientLagSchema>

/** Why a trial is left out of the statistics though it finished. */
export const spoiledSchema = z.strictObject({
  rule: z.enum(['unexpected-load', 'server-busy', 'client-lag', 'early-stop']),
  detail: z.string(),
})
export type Spoiled = z.output<typeof spoiledSchema>

/** One finished visit. `failure` says in one sentence what broke; then its legs give no figures. */
export const trialSchema = z.strictObject({
  visit: visitSchema,
  startedMs: z.number(),
  endedMs: z.number(),
  startedAt: z.string(),
  legs: z.array(legSchema),
  residency: z.array(residencySchema),
  lag: clientLagSchema,
  spoiled: z.array(spoiledSchema),
  failure: z.string().nullable(),
})
export type Trial = z.output<typeof trialSchema>

/** How the measuring ended. */
export const endedSchema = z.strictObject({
  how: z.enum(['completed', 'deadline', 'interrupted', 'failed', 'killed']),
  message: z.string(),
  atMs: z.number(),
})
export type Ended = z.output<typeof endedSchema>

/** What is known before the first trial: the journal's first line. */
export const runHeaderSchema = z.strictObject({
  schemaVersion: z.literal(runSchemaVersion),
  startedAt: z.string(),
  startedMs: z.number(),
  against: z.enum(['pair', 'baseline', 'none']),
  policy: loadedPolicySchema,
  plan: planSchema,
  environment: environmentSchema,
  notes: z.array(z.string()),
})
export type RunHeader = z.output<typeof runHeaderSchema>

/** A whole run; the derived figures beside it are for readers, judging starts from the records. */
export const runSchema = runHeaderSchema.extend({ trials: z.array(trialSchema), ended: endedSchema })
export type Run = z.output<typeof runSchema>

/** A line of journal.jsonl. */
export const journalLineSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('header'), header: runHeaderSchema }),
  z.strictObject({ kind: z.literal('trial'), trial: trialSchema }),
  z.strictObject({ kind: z.literal('ended'), ended: endedSchema }),
])
export type JournalLine = z.output<typeof journalLineSchema>
