/** The policy's schema as JSON Schema, for editors. Says less than parsePolicy: it has no cross-checks. */
import { z } from 'zod'
import { policySchema } from '../model/policy.ts'

/** The text of policies/policy.schema.json: draft 7, which every editor's YAML support reads. */
export const policyJsonSchema = (): string =>
  `${JSON.stringify({ title: 'A policy of ollama-perf-gate', ...z.toJSONSchema(policySchema, { io: 'input', target: 'draft-07' }) }, null, 2)}\n`
