/** Ollama's options as a policy may write them, and the ones that every request sends. */
import { z } from 'zod'

/**
 * Options of one agent. `think` and `keep_alive` are request fields in Ollama's API and stand here with the rest,
 * because they move figures alike. num_predict 0 is refused: Ollama treats it in two ways (OLLAMA section 1).
 */
export const optionsSchema = z.strictObject({
  num_ctx: z.int().min(4).optional(),
  num_gpu: z.int().min(-1).optional(),
  num_predict: z.int().min(1).optional(),
  num_batch: z.int().min(1).optional(),
  num_thread: z.int().min(0).optional(),
  num_keep: z.int().min(0).optional(),
  main_gpu: z.int().min(0).optional(),
  use_mmap: z.boolean().optional(),
  draft_num_predict: z.int().min(0).optional(),
  seed: z.int().optional(),
  temperature: z.number().min(0).optional(),
  top_k: z.int().min(0).optional(),
  top_p: z.number().min(0).max(1).optional(),
  min_p: z.number().min(0).max(1).optional(),
  typical_p: z.number().min(0).max(1).optional(),
  repeat_last_n: z.int().min(-1).optional(),
  repeat_penalty: z.number().min(0).optional(),
  presence_penalty: z.number().optional(),
  frequency_penalty: z.number().optional(),
  stop: z.array(z.string()).optional(),
  think: z.union([z.boolean(), z.enum(['low', 'medium', 'high', 'max'])]).optional(),
  keep_alive: z
    .union([z.string(), z.number()])
    .refine(
      (value) => !/^0+[a-z]*$/.test(String(value)),
      'must not be 0: the model would be unloaded after every call',
    )
    .optional(),
})

/** Options of one agent, as written or as sent. */
export type Options = z.output<typeof optionsSchema>

/** Names of all options that a policy may write or sweep. */
export const optionNames = Object.keys(optionsSchema.shape) as readonly (keyof Options)[] // the keys of the schema

/**
 * What is sent where the policy is silent, so that a new Ollama's defaults cannot move figures (DESIGN, Measuring).
 * num_gpu -1 leaves the fit to the server; repeat_penalty is Ollama's since 0.32.10 (OLLAMA section 1).
 */
export const explicitDefaults = {
  num_ctx: 4096,
  num_gpu: -1,
  num_predict: 128,
  num_batch: 512,
  seed: 42,
  temperature: 0.8,
  top_k: 40,
  top_p: 0.9,
  repeat_penalty: 1,
  think: false,
  keep_alive: '10m',
} as const satisfies Options
