/** A policy part by part, so that a broken part does not hide what is wrong with the others. */
import type { z } from 'zod'
import {
  type AgentPolicy,
  agentSchema,
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
  readonly limits: readonly (Limit | null)[]
  readonly regressions: readonly (Regression | null)[]
}

type Mapping = Readonly<Record<string, unknown>>

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const valid = <T>(schema: z.ZodType<T>, value: unknown): T | null => schema.safeParse(value).data ?? null

const validEach = <T>(schema: z.ZodType<T>, values: unknown): readonly (T | null)[] =>
  Array.isArray(values) ? values.map((value: unknown) => valid(schema, value)) : []

/** The parts of a policy's plain data, whatever is wrong with the rest. */
export function partsOf(data: unknown): PolicyParts {
  const policy: Mapping = isMapping(data) ? data : {}
  const models = valid(policySchema.shape.models, policy.models)
  return {
    models: models === 'auto' ? ['auto'] : models,
    agents: isMapping(policy.agents)
      ? new Map(Object.entries(policy.agents).map(([name, agent]) => [name, valid(agentSchema, agent)]))
      : null,
    hasAgents: policy.agents !== undefined,
    hasAgentsFile: policy['agents-file'] !== undefined,
    matrix: validEach(matrixEntrySchema, policy.matrix),
    protocol: valid(protocolSchema, policy.protocol ?? {}),
    limits: validEach(limitSchema, policy.limits),
    regressions: validEach(regressionSchema, policy.regressions),
  }
}
