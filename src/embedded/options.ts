/** Ollama's options: names, types, defaults. Knows no HTTP. */
import { ApiError } from './api-error.ts'

/** Options whose change reloads the model. `null` is unset. */
export interface RunnerOptions {
  /** Context of one slot, in tokens. */
  readonly numCtx: number
  readonly numBatch: number | null
  /** Layers on the GPU; negative lets the engine choose and fits every runner. */
  readonly numGpu: number
  readonly mainGpu: number | null
  /** 0 is the server's own choice. */
  readonly numThread: number
  readonly useMmap: boolean | null
}

/** Options of one request. */
export interface RequestOptions {
  /** Negative is a random one. */
  readonly seed: number
  /** Tokens to generate at most; 0 and below are open-ended. */
  readonly numPredict: number
  readonly numKeep: number
  readonly temperature: number
  readonly topK: number
  readonly topP: number
  readonly minP: number
  readonly repeatLastN: number
  readonly repeatPenalty: number
  readonly presencePenalty: number
  readonly frequencyPenalty: number
  readonly stop: readonly string[]
}

/** A request's options, complete. */
export interface Options {
  readonly runner: RunnerOptions
  readonly request: RequestOptions
}

/** What clamps and completes the options: trained context and default context, in tokens. */
export interface OptionLimits {
  readonly trainContext: number
  readonly defaultContext: number
}

type Fields = Readonly<Record<string, unknown>>

const wrongType = (name: string, type: string): ApiError =>
  new ApiError(500, `option "${name}" must be of type ${type}`)

const integer = (fields: Fields, name: string): number | null => {
  const value = fields[name]
  if (value === undefined || value === null) return null
  if (typeof value !== 'number') throw wrongType(name, 'integer')
  return Math.trunc(value)
}

const float = (fields: Fields, name: string, otherwise: number): number => {
  const value = fields[name]
  if (value === undefined || value === null) return otherwise
  if (typeof value !== 'number') throw wrongType(name, 'float32')
  return value
}

const boolean = (fields: Fields, name: string): boolean | null => {
  const value = fields[name]
  if (value === undefined || value === null) return null
  if (typeof value !== 'boolean') throw wrongType(name, 'boolean')
  return value
}

const strings = (fields: Fields, name: string): readonly string[] => {
  const value = fields[name]
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw wrongType(name, 'array')
  return value.map((item) => {
    if (typeof item !== 'string') throw new ApiError(500, `option "${name}" must be of an array of strings`)
    return item
  })
}

const smallestContext = 4

const parseRunnerOptions = (fields: Fields, limits: OptionLimits): RunnerOptions => {
  const wantedContext = integer(fields, 'num_ctx') ?? limits.defaultContext
  return {
    numCtx: Math.max(smallestContext, Math.min(wantedContext, limits.trainContext)),
    numBatch: integer(fields, 'num_batch'),
    numGpu: integer(fields, 'num_gpu') ?? -1,
    mainGpu: integer(fields, 'main_gpu'),
    numThread: integer(fields, 'num_thread') ?? 0,
    useMmap: boolean(fields, 'use_mmap'),
  }
}

const parseRequestOptions = (fields: Fields): RequestOptions => ({
  seed: integer(fields, 'seed') ?? -1,
  numPredict: integer(fields, 'num_predict') ?? -1,
  numKeep: integer(fields, 'num_keep') ?? 4,
  temperature: float(fields, 'temperature', 0.8),
  topK: integer(fields, 'top_k') ?? 40,
  topP: float(fields, 'top_p', 0.9),
  minP: float(fields, 'min_p', 0),
  repeatLastN: integer(fields, 'repeat_last_n') ?? 64,
  repeatPenalty: float(fields, 'repeat_penalty', 1),
  presencePenalty: float(fields, 'presence_penalty', 0),
  frequencyPenalty: float(fields, 'frequency_penalty', 0),
  stop: strings(fields, 'stop').filter((text) => text !== ''),
})

/** Most tokens that one request may generate in a context: an open end stops at ten contexts. */
export const tokenLimit = (numPredict: number, numCtx: number): number =>
  numPredict <= 0 ? 10 * numCtx : Math.min(numPredict, 10 * numCtx)

/**
 * Options as a request gives them, with Ollama's defaults (OLLAMA section 1). Unknown names are ignored, as there.
 * Throws ApiError 500 when a value has the wrong type.
 */
export const parseOptions = (fields: Fields, limits: OptionLimits): Options => ({
  runner: parseRunnerOptions(fields, limits),
  request: parseRequestOptions(fields),
})

/** Whether a runner loaded with `loaded` serves a request that wants `wanted` without a reload. */
export const servesWithoutReload = (loaded: RunnerOptions, wanted: RunnerOptions): boolean =>
  loaded.numCtx === wanted.numCtx &&
  loaded.numBatch === wanted.numBatch &&
  (wanted.numGpu < 0 || loaded.numGpu === wanted.numGpu) &&
  loaded.mainGpu === wanted.mainGpu &&
  loaded.numThread === wanted.numThread &&
  loaded.useMmap === wanted.useMmap
