/** The shapes of Ollama's small answers, as far as the gate reads them. A zero-valued field may be absent from any. */
import { z } from 'zod'

/** GET /api/version. */
export const versionAnswer = z.object({ version: z.string() })

const text = z.string().nullish()

/** GET /api/tags. */
export const tagsAnswer = z.object({
  models: z
    .array(
      z.object({
        name: z.string(),
        digest: text,
        size: z.number().nullish(),
        remote_model: text,
        remote_host: text,
      }),
    )
    .nullable(),
})

/** GET /api/ps. */
export const psAnswer = z.object({
  models: z
    .array(
      z.object({
        name: z.string(),
        size: z.number().default(0),
        size_vram: z.number().default(0),
        context_length: z.number().nullish(),
      }),
    )
    .nullable(),
})

/** POST /api/show. */
export const showAnswer = z.object({
  details: z.object({ parameter_size: text, quantization_level: text }).nullish(),
  model_info: z.record(z.string(), z.unknown()).nullish(),
  capabilities: z.array(z.string()).nullish(),
  parameters: text,
  modelfile: text,
  template: text,
})

/** The one object that answers a generate call without a prompt. */
export const loadAnswer = z.object({ done: z.literal(true), done_reason: text })

/** A line of POST /api/pull. */
export const pullLine = z.object({
  status: text,
  total: z.number().nullish(),
  completed: z.number().nullish(),
  error: text,
})
