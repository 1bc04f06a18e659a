/** Ollama's request options as node-llama-cpp's sampling options. */
import { randomInt } from 'node:crypto'
import type { SequenceEvaluateOptions, Token } from 'node-llama-cpp'
import type { RequestOptions } from '../options.ts'

/** `recent` gives the tokens that penalties look at: the last ones of prompt and output. */
export const samplingOptions = (
  options: RequestOptions,
  recent: (count: number) => Token[],
): SequenceEvaluateOptions => {
  const { repeatPenalty, presencePenalty, frequencyPenalty, repeatLastN } = options
  const penalized = repeatPenalty !== 1 || presencePenalty !== 0 || frequencyPenalty !== 0
  const sampling: SequenceEvaluateOptions = {
    temperature: Math.max(0, options.temperature),
    topK: options.topK,
    topP: options.topP,
    minP: options.minP,
    seed: options.seed < 0 ? randomInt(2 ** 32 - 1) : options.seed,
    yieldEogToken: true,
  }
  if (!penalized || repeatLastN === 0) return sampling
  return {
    ...sampling,
    repeatPenalty: {
      punishTokens: () => recent(repeatLastN),
      penalty: repeatPenalty,
      presencePenalty,
      frequencyPenalty,
    },
  }
}
