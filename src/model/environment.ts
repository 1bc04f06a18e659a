/** The circumstances of a run: servers, models, host, tool. */
import { z } from 'zod'

/** What was measured on. Results of different engines are never compared. */
export const engineSchema = z.enum(['ollama', 'embedded', 'scripted'])
export type Engine = z.output<typeof engineSchema>

/** What /api/version of the embedded server says, by engine; a real Ollama never says these. */
export const embeddedVersions = {
  embedded: '0.0.0+embedded.llama',
  scripted: '0.0.0+embedded.scripted',
} as const

/** A model as a server holds it; null is unknown. */
export const modelFactsSchema = z.strictObject({
  name: z.string(),
  digest: z.string().nullable(),
  sizeBytes: z.number().nullable(),
  parameterSize: z.string().nullable(),
  quantization: z.string().nullable(),
  /** Transformer blocks; an offload of all of them and the output layer is one more. */
  blocks: z.int().nullable(),
  trainContext: z.int().nullable(),
  /** The model's own PARAMETER lines, which hold where a request is silent (OLLAMA section 1); empty for none. */
  parameters: z.string(),
})
export type ModelFacts = z.output<typeof modelFactsSchema>

/** One server of a subject. `url` holds no credentials. */
export const serverFactsSchema = z.strictObject({
  url: z.string(),
  version: z.string(),
  engine: engineSchema,
  models: z.array(modelFactsSchema),
})
export type ServerFacts = z.output<typeof serverFactsSchema>

export const hostFactsSchema = z.strictObject({
  os: z.string(),
  kernel: z.string(),
  arch: z.string(),
  cpu: z.string(),
  cores: z.int(),
  memoryBytes: z.number(),
  node: z.string(),
})
export type HostFacts = z.output<typeof hostFactsSchema>

export const environmentSchema = z.strictObject({
  engine: engineSchema,
  /** A name for people: the runner's name, or the host's. */
  machine: z.string(),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  host: hostFactsSchema,
  servers: z.strictObject({ head: z.array(serverFactsSchema), base: z.array(serverFactsSchema) }),
})
export type Environment = z.output<typeof environmentSchema>
