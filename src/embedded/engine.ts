/** What an engine is to the server: a model, and runners that generate with it. Knows no HTTP and no engine in particular. */
import type { RequestOptions, RunnerOptions } from './options.ts'

/** The one model that an engine has. Digests are 64 hexadecimal digits. */
export interface EngineModel {
  /** With its tag. */
  readonly name: string
  readonly digest: string
  /** Of the weights file, not of the manifest. */
  readonly weightsDigest: string
  readonly sizeBytes: number
  readonly modifiedAtMs: number
  /** Number of weights; null where there are none. */
  readonly parameters: number | null
  readonly parameterSize: string
  readonly quantization: string
  readonly blocks: number
  readonly embeddingLength: number
  /** Trained context, in tokens. */
  readonly contextLength: number
  readonly capabilities: readonly string[]
}

/** What a runner is asked to generate. */
export interface Task {
  /** Counts the generating requests of this server, from 1, in the order of their arrival. */
  readonly number: number
  readonly prompt: string
  readonly options: RequestOptions
  /** Whether a prompt that is too long is cut; otherwise it is refused. */
  readonly truncate: boolean
}

/** Figures of a finished generation, as Ollama means them (OLLAMA section 1): waiting for a slot is in none of them. */
interface Figures {
  /** Cached and evaluated tokens. */
  readonly promptTokens: number
  /** For the evaluated part only, until the first token is sampled. */
  readonly promptEvalNs: number
  readonly outputTokens: number
  /** From the first token to the last. */
  readonly evalNs: number
  /** Ids of all tokens, for the deprecated `context` of the last chunk. */
  readonly context: readonly number[]
}

/** The last thing that a generation says. */
export interface End {
  readonly kind: 'end'
  readonly doneReason: 'stop' | 'length'
  readonly figures: Figures
}

/**
 * What a generation yields, in order. The kinds after `end` are faults: a line that is no chunk, an error within the
 * stream, a stream that ends without a last chunk, and a connection that breaks.
 */
export type Piece =
  | { readonly kind: 'text' | 'thinking'; readonly text: string }
  | {
      readonly kind: 'tool-call'
      readonly name: string
      readonly arguments: Readonly<Record<string, unknown>>
    }
  | End
  | { readonly kind: 'raw'; readonly line: string }
  | { readonly kind: 'error'; readonly message: string }
  | { readonly kind: 'no-done' }
  | { readonly kind: 'hang-up' }

/** A loaded model. Sizes in bytes; `sizeVramBytes` is the part of `sizeBytes` on a GPU, 0 without one. */
export interface Runner {
  readonly sizeBytes: number
  readonly sizeVramBytes: number
  /** Of one slot, in tokens. */
  readonly contextLength: number
  /** Generates; never called more often at once than there are slots. Throws the signal's reason when it aborts. */
  generate(task: Task, signal: AbortSignal): AsyncIterable<Piece>
  /** Frees everything. Called once, when nothing generates. */
  unload(): Promise<void>
}

/** An answer instead of a generation. */
export interface Refusal {
  readonly status: number
  readonly message: string
}

/** An engine. */
export interface Engine {
  /** What /api/version says; the gate tells the engines apart by it. */
  readonly version: string
  readonly model: EngineModel
  /** Slots of each runner. */
  readonly parallel: number
  /** Whether chunks carry `sent_ns`, the monotonic moment before their write. */
  readonly stampsChunks: boolean
  /** Refuses the request of this number before anything is done for it; null admits it. */
  refuse(number: number): Refusal | null
  /** Loads the model; one load at a time. Throws the signal's reason when it aborts. */
  load(options: RunnerOptions, signal: AbortSignal): Promise<Runner>
  /** Frees what outlives the runners. */
  close(): Promise<void>
}
