/** Everything that a job measured: enough to judge it again, elsewhere, without a server. */
import { z } from 'zod'
import { environmentSchema } from './environment.ts'
import { gpuProcessSchema, gpuSpanSchema } from './gpu.ts'
import { planSchema, visitSchema } from './plan.ts'
import { loadedPolicySchema } from './policy.ts'
import { preflightLineSchema } from './preflight.ts'
import { requestRecordSchema } from './request-record.ts'
import { validityRuleSchema } from './validity-rule.ts'

/** Schema version of run.json and of the journal. */
export const runSchemaVersion = 2

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

/** What the host did over a span of time; null is unknown. */
export const hostSpanSchema = z.strictObject({
  cpuUtilizationPercent: z.number().nullable(),
  governor: z.string().nullable(),
})
export type HostSpan = z.output<typeof hostSpanSchema>

/**
 * What was watched while a trial ran. `gpus` is null where no GPU is watched at all, and empty where the watch saw
 * nothing; `gpuTrouble` says why. `foreign` are processes on the GPU that are not ours, null where that is unknown.
 * `serverRssBytes` is null for servers that we did not start.
 */
export const watchedSchema = z.strictObject({
  gpus: z.array(gpuSpanSchema).nullable(),
  gpuTrouble: z.string().nullable(),
  foreign: z.array(gpuProcessSchema).nullable(),
  host: hostSpanSchema,
  serverRssBytes: z.number().nullable(),
  /** Lines of the logs of servers that we started which tell of a fallback to the CPU; empty for none. */
  fallbacks: z.array(z.string()),
  /** Servers that had lost the model which this job had loaded there, when the trial began: URLs. */
  lostModel: z.array(z.string()),
})
export type Watched = z.output<typeof watchedSchema>

/** A reason against a trial that finished. `leftOut` says whether it is left out of the statistics, or only marked. */
export const spoiledSchema = z.strictObject({
  rule: validityRuleSchema,
  detail: z.string(),
  leftOut: z.boolean(),
})
export type Spoiled = z.output<typeof spoiledSchema>

/** One finished visit. `failure` says in one sentence what broke; then its legs give no figures. */
export const trialSchema = z.strictObject({
  visit: visitSchema,
  startedMs: z.number(),
  endedMs: z.number(),
  startedAt: z.string(),
  endedAt: z.string(),
  legs: z.array(legSchema),
  residency: z.array(residencySchema),
  lag: clientLagSchema,
  watched: watchedSchema,
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
  preflight: z.array(preflightLineSchema),
  notes: z.array(z.string()),
  /** The CI job that measures, so that no other job continues its journal; null outside of CI. */
  job: z.string().nullable(),
})
export type RunHeader = z.output<typeof runHeaderSchema>

/**
 * A later process went on with the journal. Its moments continue the header's clock: `atMs` is where it began, after
 * `pausedMs` in which nobody measured. `repaired` says that the last line was torn, and cut off.
 */
export const resumedSchema = z.strictObject({
  at: z.string(),
  atMs: z.number(),
  pausedMs: z.number(),
  repaired: z.boolean(),
  /** What the later process had to say of the machine before it went on. */
  notes: z.array(z.string()),
})
export type Resumed = z.output<typeof resumedSchema>

/** A whole run; the derived figures beside it are for readers, judging starts from the records. */
export const runSchema = runHeaderSchema.extend({
  trials: z.array(trialSchema),
  resumed: z.array(resumedSchema),
  ended: endedSchema,
})
export type Run = z.output<typeof runSchema>

/** A line of journal.jsonl. */
export const journalLineSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('header'), header: runHeaderSchema }),
  z.strictObject({ kind: z.literal('trial'), trial: trialSchema }),
  z.strictObject({ kind: z.literal('resumed'), resumed: resumedSchema }),
  z.strictObject({ kind: z.literal('ended'), ended: endedSchema }),
])
export type JournalLine = z.output<typeof journalLineSchema>
