/** Ollama's request options as node-llama-cpp's sampling options. */
import { randomInt } from 'node:crypto'
import type { SequenceEvaluateOptions, Token } from 'node-llama-cpp'
import type { RequestOptions } from '../options.ts'

/** What sampling needs beside the options: the last tokens of prompt and output, and a seed for requests without one. */
export interface SamplingContext {
  readonly recent: (count: number) => Token[]
  /** Null draws another one each time. */
  readonly seed: number | null
}

/** The options as evaluate() takes them. */
export const samplingOptions = (
  options: RequestOptions,
  { recent, seed }: SamplingContext,
): SequenceEvaluateOptions => {
  const { repeatPenalty, presencePenalty, frequencyPenalty, repeatLastN } = options
  const penalized = repeatPenalty !== 1 || presencePenalty !== 0 || frequencyPenalty !== 0
  const sampling: SequenceEvaluateOptions = {
    temperature: Math.max(0, options.temperature),
    topK: options.topK,
    topP: options.topP,
    minP: options.minP,
    seed: options.seed < 0 ? (seed ?? randomInt(2 ** 32 - 1)) : options.seed,
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
