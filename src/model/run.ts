/** Everything that a job measured: enough to judge it again, elsewhere, without a server. */
import { z } from 'zod'
import { environmentSchema } from './environment.ts'
import { gpuProcessSchema, gpuSpanSchema } from './gpu.ts'
import { planSchema, visitSchema } from './plan.ts'
import { loadedPolicySchema } from './policy.ts'
import { preflightLineSchema } from './preflight.ts'
import { publishedFiguresSchema } from './published.ts'
import { requestRecordSchema } from './request-record.ts'
import { validityRuleSchema } from './validity-rule.ts'

/** Schema version of run.json and of the journal. */
export const runSchemaVersion = 3

/**
 * The parts of a trial. `cold` starts without the model, `probe` asks for one token, `solo` is the turn of one agent
 * alone, `concurrent` the turns of all agents at once, `repeat` the same request again at temperature 0, `batch` a queue
 * worked off by all agents, `sustained` turns of all agents until the time is over.
 */
export const legKindSchema = z.enum(['cold', 'probe', 'solo', 'concurrent', 'repeat', 'batch', 'sustained'])
export type LegKind = z.output<typeof legKindSchema>

/**
 * What is kept of an answer, whose text is not: its length, how much of it repeats itself (null for fewer than four
 * words), how many of the asked headings it has (null where none was asked), and its SHA-256.
 */
export const answerFactsSchema = z.strictObject({
  characters: z.int(),
  words: z.int(),
  repetitionPercent: z.number().nullable(),
  structureCompliancePercent: z.number().nullable(),
  sha256: z.string(),
})
export type AnswerFacts = z.output<typeof answerFactsSchema>

/**
 * One call of an agent within a leg; `fresh` says that its prompt starts with a nonce. `stage` is its place in the
 * agent's turn, e.g. "analysis"; null for a turn of one call. `answer` is null where nobody read it.
 */
export const callSchema = z.strictObject({
  agent: z.int().min(0),
  fresh: z.boolean(),
  stage: z.string().nullable(),
  record: requestRecordSchema,
  answer: answerFactsSchema.nullable(),
})
export type Call = z.output<typeof callSchema>

/** What a workflow agent read: files and bytes that it used, and files that it left aside, with the first reasons. */
export const ingestedSchema = z.strictObject({
  files: z.int(),
  bytes: z.int(),
  skipped: z.int(),
  skippedWhy: z.array(z.string()),
})
export type Ingested = z.output<typeof ingestedSchema>

/** A program as it was seen from outside; null is unknown. `startupMs` is from its start to its first request. */
export const programFactsSchema = z.strictObject({
  startupMs: z.number().nullable(),
  peakRssBytes: z.number().nullable(),
  exitCode: z.int().nullable(),
})
export type ProgramFacts = z.output<typeof programFactsSchema>

/**
 * One agent's turn in a leg, beginning to end, where it is more than its one call: a workflow's steps by name ("ingest",
 * "analysis", "report") or a program's run. `failure` says what broke besides a call.
 */
export const turnSchema = z.strictObject({
  agent: z.int().min(0),
  startedMs: z.number(),
  endedMs: z.number(),
  steps: z.array(z.strictObject({ name: z.string(), ms: z.number() })),
  ingested: ingestedSchema.nullable(),
  program: programFactsSchema.nullable(),
  failure: z.string().nullable(),
})
export type Turn = z.output<typeof turnSchema>

/** `turns` is empty where every turn is one call. */
export const legSchema = z.strictObject({
  kind: legKindSchema,
  calls: z.array(callSchema),
  turns: z.array(turnSchema),
})
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
  /** What was published of the same cells; null where the policy names nothing. */
  published: publishedFiguresSchema.nullable(),
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
