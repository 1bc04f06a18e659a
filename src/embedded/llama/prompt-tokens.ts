/** A prompt as tokens that fit the context. Knows no sequence. */
import type { LlamaModel, Token } from 'node-llama-cpp'
import { ApiError } from '../api-error.ts'
import type { Task } from '../engine.ts'

const tooLong =
  'the prompt is longer than the context length currently available to the model; shorten it or raise num_ctx'

/** Room that a cut prompt leaves for the answer: half of the context, as llama.cpp's own server does it. */
const cutTo = (contextLength: number): number => Math.max(2, Math.floor(contextLength / 2))

/**
 * The prompt with the token that begins every text. One that is too long loses its middle: `numKeep` tokens of its start
 * and as much of its end as fit stay. Throws ApiError 400 where it may not be cut.
 */
export const promptTokens = (model: LlamaModel, task: Task, contextLength: number): Token[] => {
  const begin = model.tokens.bos
  const tokens = [...(begin === null ? [] : [begin]), ...model.tokenize(task.prompt, false)]
  if (tokens.length < contextLength) return tokens
  if (!task.truncate) throw new ApiError(400, tooLong)
  const length = cutTo(contextLength)
  const kept = tokens.slice(0, Math.min(Math.max(1, task.options.numKeep), length - 1))
  return [...kept, ...tokens.slice(-(length - kept.length))]
}
