/** The engine with real inference: llama.cpp on the CPU with a tiny generated model. Knows no HTTP. */
import { createHash } from 'node:crypto'
import type { Llama, LlamaContext, LlamaModel } from 'node-llama-cpp'
import type { Engine, EngineModel } from '../engine.ts'
import type { RunnerOptions } from '../options.ts'
import { LlamaRunner, type LoadedContext } from './llama-runner.ts'
import { type ModelFile, provideModelFile } from './model-file.ts'
import { startLlama } from './native.ts'
import { type ModelShape, parameterCount } from './tiny-model.ts'
import { createVocabulary } from './vocabulary.ts'

/** What the engine is started with. `threads` hold unless a request says `num_thread`. */
export interface LlamaSettings {
  readonly shape: ModelShape
  readonly dataDir: string
  readonly threads: number
  readonly parallel: number
  /** For requests that name none; null draws one each time. */
  readonly seed: number | null
}

/** Ollama's default, of tokens that are evaluated at once. */
const defaultBatch = 512

const describeModel = (shape: ModelShape, file: ModelFile): EngineModel => ({
  name: 'tiny:latest',
  digest: createHash('sha256').update(`manifest of ${file.sha256}`).digest('hex'),
  weightsDigest: file.sha256,
  sizeBytes: file.sizeBytes,
  modifiedAtMs: file.modifiedAtMs,
  parameters: parameterCount(shape),
  parameterSize: `${(parameterCount(shape) / 1e6).toFixed(2)}M`,
  quantization: shape.weights === 'f16' ? 'F16' : 'Q8_0',
  blocks: shape.layers,
  embeddingLength: shape.width,
  contextLength: shape.contextLength,
  capabilities: ['completion'],
})

/** Bytes of keys and values, two bytes each, for all slots. */
const cacheBytes = ({ layers, width }: ModelShape, contextTokens: number): number =>
  contextTokens * layers * width * 2 * 2

/** Touches all weights once, so that the first request does not pay for reading the file. */
const warmUp = async (context: LlamaContext, loaded: LoadedContext): Promise<void> => {
  const [sequence] = loaded.sequences
  const begin = context.model.tokens.bos
  if (sequence === undefined || begin === null) return
  await sequence.evaluateWithoutGeneratingNewTokens([begin])
  await sequence.clearHistory()
}

/** Engine over an already started llama.cpp. */
class LlamaEngine implements Engine {
  readonly version = '0.0.0+embedded.llama'
  readonly stampsChunks = false
  readonly model: EngineModel
  readonly parallel: number
  readonly #llama: Llama
  readonly #file: ModelFile
  readonly #settings: LlamaSettings
  readonly #texts: readonly string[]

  constructor(llama: Llama, file: ModelFile, settings: LlamaSettings) {
    this.#llama = llama
    this.#file = file
    this.#settings = settings
    this.parallel = settings.parallel
    this.model = describeModel(settings.shape, file)
    this.#texts = createVocabulary(settings.shape.countedWords).tokens.map((token) =>
      token.type === 1 ? token.text.replace('\u2581', ' ') : '',
    )
  }

  refuse(): null {
    return null
  }

  async load(options: RunnerOptions, signal: AbortSignal): Promise<LlamaRunner> {
    const model = await this.#llama.loadModel({
      modelPath: this.#file.path,
      gpuLayers: 0,
      useMmap: options.useMmap ?? true,
      ignoreMemorySafetyChecks: true,
      loadSignal: signal,
    })
    try {
      const loaded = await this.#createContext(model, options, signal)
      await warmUp(loaded.context, loaded)
      signal.throwIfAborted()
      return new LlamaRunner(loaded)
    } catch (thrown) {
      await model.dispose()
      throw thrown
    }
  }

  async close(): Promise<void> {
    await this.#llama.dispose()
  }

  async #createContext(
    model: LlamaModel,
    { numCtx, numBatch, numThread }: RunnerOptions,
    signal: AbortSignal,
  ): Promise<LoadedContext> {
    const { parallel, shape, threads, seed } = this.#settings
    const context = await model.createContext({
      sequences: parallel,
      contextSize: numCtx,
      batchSize: Math.max(1, Math.min(numBatch ?? defaultBatch, numCtx)),
      threads: numThread > 0 ? numThread : threads,
      ignoreMemorySafetyChecks: true,
      failedCreationRemedy: false,
      createSignal: signal,
    })
    return {
      model,
      context,
      sequences: Array.from({ length: parallel }, () => context.getSequence()),
      contextLength: numCtx,
      sizeBytes: this.#file.sizeBytes + cacheBytes(shape, numCtx * parallel),
      seed,
      textOf: (token) => this.#texts[token] ?? '',
    }
  }
}

/** Makes the model where it is not there yet and starts llama.cpp. Throws StartupError when either cannot be done. */
export const createLlamaEngine = async (settings: LlamaSettings): Promise<Engine> => {
  const llama = await startLlama()
  return new LlamaEngine(llama, provideModelFile(settings.shape, settings.dataDir), settings)
}
