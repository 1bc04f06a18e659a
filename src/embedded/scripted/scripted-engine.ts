/** The engine that plays a script: seeded timings and faults, no inference. Knows no HTTP. */
import { createHash } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { ApiError } from '../api-error.ts'
import type { Engine, EngineModel, Refusal } from '../engine.ts'
import type { RunnerOptions } from '../options.ts'
import { faultsAt } from './fault.ts'
import { waitUntil } from './pace.ts'
import type { Script } from './script.ts'
import { ScriptedRunner } from './scripted-runner.ts'
import { slowdownFactor } from './timing.ts'

/** What the engine is started with. Times and faults come from the script, drawn by the seed. */
export interface ScriptedSettings {
  readonly parallel: number
  readonly seed: number
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex')

const describeModel = ({ model }: Script): EngineModel => ({
  ...model,
  digest: digestOf(`manifest of ${JSON.stringify(model)}`),
  weightsDigest: digestOf(JSON.stringify(model)),
  modifiedAtMs: Date.UTC(2026, 0, 1),
  parameters: null,
  blocks: model.layers,
})

/** Bytes of keys and values for a token, as of a small model. */
const cacheBytesPerToken = 26 * 1024

/** The part of the layers, the output layer among them, that `num_gpu` puts on the GPU; all of them when it is negative. */
const layerShare = (numGpu: number, layers: number): number =>
  numGpu < 0 ? 1 : Math.min(1, numGpu / (layers + 1))

/** Engine of one script. */
class ScriptedEngine implements Engine {
  readonly version = '0.0.0+embedded.scripted'
  readonly stampsChunks: boolean
  readonly model: EngineModel
  readonly parallel: number
  readonly #script: Script
  readonly #seed: number
  readonly #startMs = performance.now()
  #loads = 0

  constructor(script: Script, { parallel, seed }: ScriptedSettings) {
    this.#script = script
    this.#seed = seed
    this.parallel = parallel
    this.stampsChunks = script.stamp
    this.model = describeModel(script)
  }

  refuse(number: number): Refusal | null {
    const faults = faultsAt(this.#script.faults, number, this.#seed)
    const busy = faults.find('http-503')
    if (busy !== null) return { status: 503, message: busy.message }
    const broken = faults.find('http-500')
    return broken === null ? null : { status: 500, message: broken.message }
  }

  async load(options: RunnerOptions, signal: AbortSignal): Promise<ScriptedRunner> {
    this.#loads += 1
    const { loadMs, slowdowns, faults } = this.#script
    const second = (performance.now() - this.#startMs) / 1000
    const struck = faultsAt(faults, this.#loads, this.#seed)
    const factor = slowdownFactor(slowdowns, 'load', { number: this.#loads, second })
    const ms = loadMs * factor + (struck.find('slow-load')?.ms ?? 0)
    await waitUntil(performance.now() + ms, signal)
    const failure = struck.find('load-error')
    if (failure !== null) throw new ApiError(500, failure.message)
    return this.#createRunner(options)
  }

  async close(): Promise<void> {}

  #createRunner({ numCtx, numGpu }: RunnerOptions): ScriptedRunner {
    const { model, placement } = this.#script
    const contextLength = placement.contextLength ?? numCtx
    const sizeBytes = model.sizeBytes + contextLength * this.parallel * cacheBytesPerToken
    return new ScriptedRunner({
      script: this.#script,
      seed: this.#seed,
      startMs: this.#startMs,
      parallel: this.parallel,
      sizeBytes,
      sizeVramBytes: Math.round(sizeBytes * (placement.vramShare ?? layerShare(numGpu, model.layers))),
      contextLength,
    })
  }
}

/** An engine that plays a script. */
export const createScriptedEngine = (script: Script, settings: ScriptedSettings): Engine =>
  new ScriptedEngine(script, settings)
