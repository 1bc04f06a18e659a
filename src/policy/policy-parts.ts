/** A policy part by part, so that a broken part does not hide what is wrong with the others. */
import type { z } from 'zod'
import { type AgentPolicy, agentSchema } from '../model/agent.ts'
import {
  type Limit,
  limitSchema,
  type MatrixEntry,
  matrixEntrySchema,
  type Protocol,
  policySchema,
  protocolSchema,
  type Regression,
  regressionSchema,
} from '../model/policy.ts'
import { type ServersPolicy, serversSchema } from '../model/servers-policy.ts'

/** The parts that fit their schemas; null stands for one that does not. Indexes are the file's. */
export interface PolicyParts {
  /** Model names as written; `auto` counts as one; null when they are broken. */
  readonly models: readonly string[] | null
  /** Null when the policy has no mapping of agents of its own. */
  readonly agents: ReadonlyMap<string, AgentPolicy | null> | null
  readonly hasAgents: boolean
  readonly hasAgentsFile: boolean
  readonly matrix: readonly (MatrixEntry | null)[]
  readonly protocol: Protocol | null
  readonly servers: ServersPolicy | null
  readonly limits: readonly (Limit | null)[]
  readonly regressions: readonly (Regression | null)[]
  readonly hasPrice: boolean
}

/** A mapping of plain data. */
export type Mapping = Readonly<Record<string, unknown>>

/** Whether plain data is a mapping. */
export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const valid = <T>(schema: z.ZodType<T>, value: unknown): T | null => schema.safeParse(value).data ?? null

const validEach = <T>(schema: z.ZodType<T>, values: unknown): readonly (T | null)[] =>
  Array.isArray(values) ? values.map((value: unknown) => valid(schema, value)) : []

/** What in an entry says something about its axes: when one part is broken, the others may only seem so. */
const axisParts: readonly PropertyKey[] = ['models', 'sweep', 'exclude', 'include']

/** The entry without what does not fit, as far as the rest can still be checked; null when too much is missing. */
function soundEntry(value: unknown): MatrixEntry | null {
  const result = matrixEntrySchema.safeParse(value)
  if (result.success || !isMapping(value)) return result.data ?? null
  const entry: Record<string, unknown> = { ...value }
  for (const { path, ...issue } of result.error.issues) {
    const [part, axis] = path
    if (part === 'sweep' && isMapping(entry.sweep) && axis !== undefined)
      entry.sweep = Object.fromEntries(Object.entries(entry.sweep).filter(([key]) => key !== axis))
    else for (const key of issue.code === 'unrecognized_keys' ? issue.keys : [part]) delete entry[String(key)]
    if (part !== undefined && axisParts.includes(part))
      for (const key of ['exclude', 'include']) delete entry[key]
  }
  return valid(matrixEntrySchema, entry)
}

/** Agents by name; null for one that does not fit. */
export const knownAgents = (agents: Mapping): ReadonlyMap<string, AgentPolicy | null> =>
  new Map(Object.entries(agents).map(([name, agent]) => [name, valid(agentSchema, agent)]))

/** The parts of a policy's plain data, whatever is wrong with the rest. */
export function partsOf(policy: Mapping): PolicyParts {
  const models = valid(policySchema.shape.models, policy.models)
  return {
    models: models === 'auto' ? ['auto'] : models,
    agents: isMapping(policy.agents) ? knownAgents(policy.agents) : null,
    hasAgents: policy.agents !== undefined,
    hasAgentsFile: policy['agents-file'] !== undefined,
    matrix: Array.isArray(policy.matrix) ? policy.matrix.map(soundEntry) : [],
    protocol: valid(protocolSchema, policy.protocol ?? {}),
    servers: valid(serversSchema, policy.servers ?? {}),
    limits: validEach(limitSchema, policy.limits),
    regressions: validEach(regressionSchema, policy.regressions),
    hasPrice: policy.cost !== undefined,
  }
}
