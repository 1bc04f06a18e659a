/** Answers /api/pull: the one model is always there, another never is. Fetches nothing. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { ApiError } from '../api-error.ts'
import type { EngineModel } from '../engine.ts'
import { answerJson } from './answer.ts'
import { LineStream } from './line-stream.ts'
import { isNamed } from './model-name.ts'
import { readBody } from './request-body.ts'

const pullBody = z.looseObject({
  model: z.string().nullish(),
  name: z.string().nullish(),
  stream: z.boolean().nullish(),
})

const unknownModel = 'pull model manifest: file does not exist'

const progressOf = (model: EngineModel): readonly object[] => [
  {
    status: `pulling ${model.weightsDigest.slice(0, 12)}`,
    digest: `sha256:${model.weightsDigest}`,
    total: model.sizeBytes,
    completed: model.sizeBytes,
  },
  { status: 'verifying sha256 digest' },
  { status: 'writing manifest' },
  { status: 'success' },
]

/** Answers a pull. An unknown model is an error line within the 200, as in Ollama, whose first line comes before it looks. */
export const answerPull = async (
  incoming: IncomingMessage,
  response: ServerResponse,
  model: EngineModel,
): Promise<void> => {
  const body = await readBody(incoming, pullBody)
  const name = body.model ?? body.name ?? ''
  if (name === '') throw new ApiError(400, 'model is required')
  const known = isNamed(model, name)
  if (body.stream === false) {
    if (!known) throw new ApiError(500, unknownModel)
    return answerJson(response, 200, { status: 'success' })
  }
  const lines = new LineStream(response, false)
  await lines.write({ status: 'pulling manifest' })
  for (const line of known ? progressOf(model) : [{ error: unknownModel }]) await lines.write(line)
  lines.end()
}
