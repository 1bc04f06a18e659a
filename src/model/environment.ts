/** The circumstances of a run: servers, models, host, tool. */
import { z } from 'zod'
import { gpuFactsSchema } from './gpu.ts'

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
  /** The least context that the server gives it, whatever is asked for; null where it does not tell. */
  leastContext: z.int().nullable(),
  /** The model's own PARAMETER lines, which hold where a request is silent (OLLAMA section 1); empty for none. */
  parameters: z.string(),
  /** SHA-256 of the weights' blob; the digest above is the manifest's, which changes with template and licence too. */
  weightsDigest: z.string().nullable(),
  templateSha256: z.string().nullable(),
  /** Upper bound of what one token of context costs at f16; null where the model does not tell its heads. */
  kvBytesPerToken: z.number().nullable(),
})
export type ModelFacts = z.output<typeof modelFactsSchema>

/** Settings of a server that move its figures: OLLAMA_*, LLAMA_ARG_*, GGML_*, CUDA_* and the like, no secrets. */
export const serverSettingsSchema = z.record(z.string(), z.string())
export type ServerSettings = z.output<typeof serverSettingsSchema>

/**
 * One server of a subject. `url` holds no credentials. The client is the binary that it was started from, or of a server
 * that was found the one that is installed beside it. Of servers that were found, settings and compute library are unknown
 * (null).
 */
export const serverFactsSchema = z.strictObject({
  url: z.string(),
  version: z.string(),
  engine: engineSchema,
  location: z.enum(['this-host', 'other-host']),
  started: z.boolean(),
  clientVersion: z.string().nullable(),
  settings: serverSettingsSchema.nullable(),
  library: z.string().nullable(),
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
  /** E.g. "Debian GNU/Linux 12"; null is unknown, here and below. */
  distro: z.string().nullable(),
  /** The CPU's frequency governor, e.g. performance or powersave. */
  governor: z.string().nullable(),
  /** The container or virtual machine that this process runs in, e.g. docker or kvm; empty for none. */
  virtualization: z.string().nullable(),
  onBattery: z.boolean().nullable(),
})
export type HostFacts = z.output<typeof hostFactsSchema>

/** The file that an agent's command runs, by its path in the checkout, with forward slashes. */
export const programFileSchema = z.strictObject({ file: z.string(), sha256: z.string() })
export type ProgramFile = z.output<typeof programFileSchema>

export const environmentSchema = z.strictObject({
  engine: engineSchema,
  /** A name for people: the runner's name, or the host's. */
  machine: z.string(),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  host: hostFactsSchema,
  gpu: gpuFactsSchema,
  servers: z.strictObject({ head: z.array(serverFactsSchema), base: z.array(serverFactsSchema) }),
  /** Of agents that are programs, once these are built; absent where there are none. */
  programs: z.strictObject({ head: z.array(programFileSchema), base: z.array(programFileSchema) }).optional(),
})
export type Environment = z.output<typeof environmentSchema>
