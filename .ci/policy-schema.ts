/** Writes policies/policy.schema.json from the schema in src/model; a test says when it is stale. */
import { writeFile } from 'node:fs/promises'
import { policyJsonSchema } from '../src/policy/policy-json-schema.ts'

await writeFile(new URL('../policies/policy.schema.json', import.meta.url), policyJsonSchema())
