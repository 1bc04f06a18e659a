/** A policy: what to measure and what to require, as users write it. Positions in its file live beside it. */
import { z } from 'zod'
import { agentSchema } from './agent.ts'
import { metricIds } from './metric-catalog.ts'
import { optionsSchema } from './options.ts'
import { serversSchema } from './servers-policy.ts'
import { validityRuleSchema } from './validity-rule.ts'

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'a name: letters, digits, ".", "_" and "-"')
const metric = z.enum(metricIds)
const change = 'a change such as "5 %" or "3 points"'
const share = 'a share such as "10 %"'

/** A file name, its line and its column (both from 1), for errors and annotations. */
export const sourcePositionSchema = z.strictObject({ file: z.string(), line: z.int(), column: z.int() })
export type SourcePosition = z.output<typeof sourcePositionSchema>

/** An agent in a matrix entry: its name, or its name with options changed for this entry. */
export const agentUseSchema = z.union([name, z.strictObject({ use: name, ...optionsSchema.shape })])
export type AgentUse = z.output<typeof agentUseSchema>

const axisValue = z.union([z.string(), z.number(), z.boolean()])
const axes = z.record(z.string(), z.array(axisValue).min(1))
const combination = z.record(z.string(), axisValue)

/**
 * The topologies: how many servers the agents of a cell are dealt to. `server-each` gives each of any number of agents a
 * server of its own (appendix AM, heuristic 2), as two-servers does for two.
 */
export const topologySchema = z.enum(['one-server', 'two-servers', 'server-each', 'as-given'])

/**
 * What a trial of a cell consists of. A batch works off a queue of requests as fast as it goes (appendix F.6); a
 * sustained trial keeps the agents busy for long (risk R11).
 */
export const workloadSchema = z.enum(['single-agent', 'two-agents', 'many-agents', 'batch', 'sustained'])
export type Workload = z.output<typeof workloadSchema>

/** Classes of latency (appendix W.1): real-time needs a TTFT below 200 ms, near-real-time below 2 s, batch none. */
export const latencyClassSchema = z.enum(['real-time', 'near-real-time', 'batch'])
export type LatencyClass = z.output<typeof latencyClassSchema>

/** The most agents of one cell. */
export const mostAgents = 16

/** One entry of the matrix; with `sweep` it stands for many cells. */
export const matrixEntrySchema = z.strictObject({
  workload: workloadSchema,
  phase: name.optional().describe('a part of the programme, e.g. phase-2; part of the cell id'),
  scenario: name.optional().describe('e.g. chimera_homo; part of the cell id'),
  latency: latencyClassSchema.optional().describe('the class that its warm TTFT must keep (appendix W.1)'),
  agents: z.array(agentUseSchema).min(1).max(mostAgents),
  topology: topologySchema.default('one-server'),
  models: z.array(z.string().min(1)).min(1).optional().describe("these instead of the policy's models"),
  sweep: axes
    .optional()
    .describe('options, model or topology, each with its values: every combination is a cell'),
  exclude: z.array(combination).optional().describe('combinations of the sweep to leave out'),
  include: z.array(combination).optional().describe('combinations to add to the sweep'),
})
export type MatrixEntry = z.output<typeof matrixEntrySchema>

/** A week: far above any budget, far below what a timer can hold. */
export const mostMinutes = 10_080

const seconds = (def: number) => z.number().positive().default(def)

/** How to measure. Times in the unit of their name. */
export const protocolSchema = z.strictObject({
  'budget-minutes': z.number().positive().max(mostMinutes).default(60),
  runs: z
    .int()
    .min(1)
    .max(500)
    .default(5)
    .describe('trials of each cell; pairs of them when there is a base'),
  'warmup-requests': z.int().min(0).default(3).describe('discarded, for each server (appendix H.1 step 4)'),
  'ttft-probes': z.int().min(0).default(4).describe('one-token requests of each agent in a trial'),
  requests: z.int().min(1).default(1).describe('full generations of each agent in a leg of a trial'),
  'batch-requests': z.int().min(1).max(10_000).default(24).describe('the queue of one trial of a batch'),
  'sustain-minutes': z
    .number()
    .positive()
    .max(mostMinutes)
    .default(60)
    .describe('of one sustained trial (R11)'),
  'exact-repeats': z
    .int()
    .min(0)
    .max(20)
    .default(0)
    .describe('the same request again in each trial at temperature 0, for exactMatchPercent (appendix Z.2)'),
  cold: z.boolean().default(true).describe('measure one cold start for each cell and subject'),
  placement: z.enum(['full-gpu', 'any']).default('full-gpu'),
  'on-inconclusive': z.enum(['warn', 'fail']).default('warn'),
  contention: z
    .strictObject({
      'ttft-anomaly-ms': z.number().positive().default(3000).describe('TR114 2.2'),
      'throughput-tolerance-percent': z.number().min(0).max(100).default(10),
    })
    .prefault({}),
  watch: z
    .strictObject({
      'interval-seconds': z
        .number()
        .min(0.2)
        .max(60)
        .default(1)
        .describe('between two readings of the GPU; appendix H.2 uses 5'),
    })
    .prefault({}),
  validity: z
    .strictObject({
      'mark-only': z
        .array(validityRuleSchema)
        .default([])
        .describe('reasons that are reported, but leave no trial out'),
      'most-spoiled-percent': z
        .number()
        .min(0)
        .max(100)
        .default(10)
        .describe('of the trials of a cell; with more left out the cell is invalid'),
    })
    .prefault({}),
  timeouts: z
    .strictObject({
      'connect-seconds': seconds(5),
      'load-seconds': seconds(300),
      'first-token-seconds': seconds(60),
      'stall-seconds': seconds(30),
      'total-seconds': seconds(600),
    })
    .prefault({}),
})
export type Protocol = z.output<typeof protocolSchema>

/**
 * What of a cell's trials a limit looks at: their typical value; the worst of them (the minimum of what is better high);
 * or their scatter, as standard deviation or coefficient of variation in percent (TR115: consistency beats peak).
 */
export const aggregateSchema = z.enum(['typical', 'worst', 'sd', 'cv'])
export type Aggregate = z.output<typeof aggregateSchema>

/** An absolute bound on a metric of head; either level may be left out, not both. */
export const limitSchema = z.strictObject({
  metric,
  of: aggregateSchema.default('typical'),
  warn: z.number().optional(),
  fail: z.number().optional(),
  source: z.string().optional(),
  note: z.string().optional(),
})
export type Limit = z.output<typeof limitSchema>

/** The change from base that must be caught, e.g. "5 %" of the value or "3 points" of a percentage. */
export const regressionSchema = z.strictObject({
  metric,
  catch: z.string(change).regex(/^\s*\d+(\.\d+)?\s*(%|points?)\s*$/, change),
  source: z.string().optional(),
  note: z.string().optional(),
})
export type Regression = z.output<typeof regressionSchema>

/** What a GPU hour costs, in any currency, for the two cost metrics (appendix V). */
export const costSchema = z.strictObject({
  'gpu-hour-price': z.number().positive(),
  'request-tokens': z
    .int()
    .min(1)
    .default(200)
    .describe('generated tokens of an average request (appendix V.1)'),
})

/** Figures that somebody published, to stand beside those measured here; with `within` they must be reproduced. */
export const publishedUseSchema = z.strictObject({
  file: z.string().min(1).describe('relative to the policy'),
  within: z
    .string(share)
    .regex(/^\s*\d+(\.\d+)?\s*%\s*$/, share)
    .optional()
    .describe('how far a figure measured here may be from the published one; only shown by default'),
  level: z.enum(['warn', 'fail']).default('warn'),
})

/** The whole policy file. */
export const policySchema = z.strictObject({
  version: z.literal(1),
  name,
  description: z.string().optional(),
  source: z.string().optional(),
  models: z
    .union([z.literal('auto'), z.array(z.string().min(1)).min(1)])
    .describe('model tags, or auto for the smallest that every server has'),
  agents: z.record(name, agentSchema).optional(),
  'agents-file': z
    .string()
    .min(1)
    .optional()
    .describe('a YAML file with the agents, read at base for base and at head for head'),
  matrix: z.array(matrixEntrySchema).min(1, 'an empty matrix measures nothing'),
  protocol: protocolSchema.prefault({}),
  servers: serversSchema.prefault({}),
  limits: z.array(limitSchema).default([]),
  regressions: z.array(regressionSchema).default([]),
  cost: costSchema.optional().describe('gives costPerMillionTokens and costPerThousandRequests'),
  published: publishedUseSchema.optional(),
})
export type Policy = z.output<typeof policySchema>

/** The form of an agents file: the same map as `agents` in a policy. */
export const agentsFileSchema = z.record(name, agentSchema)
export type Agents = z.output<typeof agentsFileSchema>

/** A policy with where it came from: `positions` maps paths such as `limits[0]` to places in the file. */
export const loadedPolicySchema = z.strictObject({
  policy: policySchema,
  file: z.string(),
  sha256: z.string(),
  positions: z.record(z.string(), sourcePositionSchema),
})
export type LoadedPolicy = z.output<typeof loadedPolicySchema>

/** A `catch` as a number: "5 %" is a ratio of 0.05, "3 points" are 3 points. NaN where the schema was not asked first. */
export function parseCatch(text: string): { readonly kind: 'ratio' | 'points'; readonly value: number } {
  const value = Number.parseFloat(text)
  return text.includes('%') ? { kind: 'ratio', value: value / 100 } : { kind: 'points', value }
}
