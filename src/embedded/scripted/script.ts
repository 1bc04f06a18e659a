/** The script of the scripted engine: its schema and its defaults. Knows nothing of how it is played. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { messageOf } from '../api-error.ts'
import { StartupError } from '../startup-error.ts'
import { faultSchema } from './fault.ts'

const positive = z.number().positive()
const count = z.int().positive()
const share = z.number().min(0).max(1)

/** The model that is shown; nothing of it influences a timing. */
const modelSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[^\s:]+:[^\s:]+$/, 'a model name has a tag, e.g. "tiny:latest"')
    .default('tiny:latest'),
  sizeBytes: count.default(815_319_791),
  layers: count.default(26),
  /** Trained context, in tokens. */
  contextLength: count.default(32_768),
  embeddingLength: count.default(1152),
  parameterSize: z.string().default('999.89M'),
  quantization: z.string().default('Q4_K_M'),
  capabilities: z.array(z.enum(['completion', 'thinking', 'tools'])).default(['completion']),
})

/** What /api/ps says instead of what was asked for. */
const placementSchema = z.strictObject({
  /** Part of the size in VRAM; by default the part of the layers that num_gpu asks for. */
  vramShare: share.optional(),
  /** Context of a slot, in tokens; by default num_ctx. */
  contextLength: count.optional(),
})

/**
 * A part of the time takes `factor` times as long, for some requests or some time since the engine's start. Requests
 * are counted from 1; where `of` is "load", loads are counted.
 */
const slowdownSchema = z.strictObject({
  of: z.enum(['decode', 'prefill', 'load', 'all']).default('all'),
  factor: positive,
  fromRequest: count.optional(),
  toRequest: count.optional(),
  fromSecond: z.number().min(0).optional(),
  toSecond: positive.optional(),
})

/** A script; whatever is left out has a default, and unknown keys are errors. */
export const scriptSchema = z.strictObject({
  seed: z.int().min(0).default(1),
  model: modelSchema.prefault({}),
  placement: placementSchema.prefault({}),
  /** From the start of the evaluation to the first token of a prompt without tokens, in ms. */
  ttftMs: z.number().min(0).default(20),
  /** Each uncached prompt token adds its time; by default prompts cost nothing beyond ttftMs. */
  prefillTokensPerSecond: positive.optional(),
  tokensPerSecond: positive.default(100),
  /** Standard deviation of each interval, as a part of it. */
  jitterRatio: share.default(0.02),
  /** Standard deviation of a factor that all intervals of one request share. */
  requestJitterRatio: share.default(0),
  loadMs: z.number().min(0).default(200),
  unloadMs: z.number().min(0).default(20),
  /** Tokens of an answer that num_predict does not limit; it ends with "stop". */
  replyTokens: count.default(128),
  /** With n running requests each takes 1 + shared * (n - 1) times as long: 0 is free, 1 leaves their sum constant. */
  contention: z.strictObject({ shared: share.default(0) }).prefault({}),
  slowdowns: z.array(slowdownSchema).default([]),
  faults: z.array(faultSchema).default([]),
  /** Whether each chunk says when it was written (`sent_ns`, monotonic ns as a decimal string). */
  stamp: z.boolean().default(false),
})
export type Script = z.output<typeof scriptSchema>
export type Slowdown = z.output<typeof slowdownSchema>

/** The script that is played when none is given. */
export const defaultScript: Script = scriptSchema.parse({})

const describeIssues = (error: z.ZodError): string =>
  error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ')

/** Reads a script's text. Throws StartupError that names every wrong place; `source` is what the text is called in it. */
const parseScript = (text: string, source: string): Script => {
  const wrong = (why: string, cause: unknown): StartupError =>
    new StartupError(`cannot play the script ${source}`, why, 'see src/embedded/scripted/script.ts', {
      cause,
    })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw wrong(`it is no JSON (${messageOf(cause)})`, cause)
  }
  const parsed = scriptSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw wrong(describeIssues(parsed.error), parsed.error)
}

/** Reads a script from a file. Throws StartupError when that cannot be done. */
export const readScript = (path: string): Script => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    const fix = 'name a readable JSON file with --script'
    throw new StartupError(`cannot read the script ${path}`, messageOf(cause), fix, { cause })
  }
  return parseScript(text, path)
}
