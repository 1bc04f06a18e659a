/** An LLM server with Ollama's API, as the story needs it. */
import type { ModelFacts } from '../model/environment.ts'
import type { Options } from '../model/options.ts'
import type { RequestRecord } from '../model/request-record.ts'

/** Limits of one call in ms. `firstTokenMs` holds for a loaded model, `loadMs` for one that may have to load first. */
export interface CallTimeouts {
  readonly connectMs: number
  readonly loadMs: number
  readonly firstTokenMs: number
  readonly stallMs: number
  readonly totalMs: number
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly content: string
}

/** An answer's text, thinking and tool calls left out, cut after 2^20 characters; the SHA-256 in hex is of all of it. */
export interface Answer {
  readonly text: string
  readonly sha256: string
}

/** One streamed chat call. `mayLoad` widens the wait for the first token by the load. */
export interface ChatCall {
  readonly model: string
  readonly messages: readonly ChatMessage[]
  readonly options: Options
  readonly mayLoad: boolean
  /** Hears the whole answer, once, before a call that ended well resolves; no text is kept otherwise. */
  readonly onAnswer?: (answer: Answer) => void
}

/** One streamed completion call. */
export interface GenerateCall {
  readonly model: string
  readonly prompt: string
  readonly options: Options
  readonly mayLoad: boolean
}

/** A model that a server has on disk. */
export interface AvailableModel {
  readonly name: string
  readonly digest: string | null
  readonly sizeBytes: number | null
  /** True for models that are proxied elsewhere, which the gate refuses. */
  readonly remote: boolean
}

/** A model in memory, as /api/ps lists it. Sizes in bytes. */
export interface LoadedModel {
  readonly name: string
  readonly sizeBytes: number
  readonly sizeVramBytes: number
  readonly contextLength: number | null
}

/** What /api/show tells that the plan and the report need. */
export interface ModelDetails {
  readonly facts: Omit<ModelFacts, 'name' | 'digest' | 'sizeBytes'>
  /** E.g. completion, thinking, tools; empty when the server does not say. */
  readonly capabilities: readonly string[]
}

/** Progress of a pull: the server's own words, with bytes where it gives them. */
export interface PullProgress {
  readonly status: string
  readonly completedBytes: number | null
  readonly totalBytes: number | null
}

/**
 * One server. The small calls throw MachineError when there is no such server or it fails; `chat` and `generate` never
 * throw for what a server does: what went wrong is in the record. All of them stop when the signal aborts.
 */
export interface InferenceServer {
  readonly url: string
  version(signal?: AbortSignal): Promise<string>
  available(signal?: AbortSignal): Promise<readonly AvailableModel[]>
  loaded(signal?: AbortSignal): Promise<readonly LoadedModel[]>
  show(model: string, signal?: AbortSignal): Promise<ModelDetails>
  chat(call: ChatCall, signal?: AbortSignal): Promise<RequestRecord>
  generate(call: GenerateCall, signal?: AbortSignal): Promise<RequestRecord>
  /** Loads the model with these options; resolves when it is in memory. */
  load(model: string, options: Options, signal?: AbortSignal): Promise<void>
  /** Unloads the model; resolves when /api/ps no longer lists it. */
  unload(model: string, signal?: AbortSignal): Promise<void>
  pull(model: string, onProgress: (progress: PullProgress) => void, signal?: AbortSignal): Promise<void>
  /** Closes every connection. */
  close(): Promise<void>
}
