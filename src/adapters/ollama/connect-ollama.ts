/** The client of one Ollama server: the port InferenceServer over Ollama's native HTTP API. Judges nothing. */
import type { Clock } from '../../ports/clock.ts'
import type { CallTimeouts, InferenceServer } from '../../ports/inference-server.ts'
import { readAvailable, readDetails, readLoaded, readVersion } from './inventory.ts'
import { measureCall } from './measured-call.ts'
import { pullModel } from './pull-model.ts'
import { jsonBody, optionFields } from './request-body.ts'
import { loadModel, unloadModel } from './residence.ts'
import { createServerLink } from './server-link.ts'

/** As Ollama's own client: far above any line but one with the context of a very long prompt (OLLAMA section 1). */
const defaultMaxLineBytes = 8 * 1024 * 1024

/** What a client needs. A line of a stream over `maxLineBytes` (8 MiB by default) ends its call as `line-too-long`. */
export interface OllamaOptions {
  readonly clock: Clock
  readonly timeouts: CallTimeouts
  readonly maxLineBytes?: number
}

/**
 * A client of the server at `address`: a host, host:port (11434 by default) or http(s) URL, with a path prefix and
 * user:password if need be. Opens no connection yet. Throws InputError when that is no address.
 *
 * What the moments of a record mean: `writeMs` is taken when an established connection takes the request, in the same
 * turn as the write to the socket. Looking up the name, connecting, TLS, waiting for a busy server and writing the
 * JSON are before it, and so in no figure. `firstByteMs` is the first byte of the response, whose headers Ollama sends
 * only with its first chunk. A chunk's moment is when this process was told that its bytes are there, before HTTP and
 * JSON are read; it includes the network stack and the event loop's delay, which is recorded elsewhere. bench/ttft-error.ts
 * measures how much that is. `endMs` is the last chunk's, or when the call was given up.
 *
 * The wait for the first token is `firstTokenMs`, and `loadMs` more when the call may load. From the first byte on,
 * nothing may be silent for `stallMs`. `totalMs` bounds the call with all its attempts. The small calls have
 * `firstTokenMs`, load and unload `loadMs`, and a pull may be silent for `loadMs`.
 */
export const connectOllama = (address: string, options: OllamaOptions): InferenceServer => {
  const link = createServerLink(address, { maxLineBytes: defaultMaxLineBytes, ...options })
  return {
    url: link.url,
    version: (signal) => readVersion(link, signal),
    available: (signal) => readAvailable(link, signal),
    loaded: (signal) => readLoaded(link, signal),
    show: (model, signal) => readDetails(link, model, signal),
    chat: ({ model, messages, options, mayLoad, onAnswer }, signal) => {
      const body = jsonBody({ model, messages, stream: true, ...optionFields(options) })
      return measureCall(link, { path: '/api/chat', body, mayLoad, onAnswer }, signal)
    },
    generate: ({ model, prompt, options, mayLoad }, signal) => {
      const body = jsonBody({ model, prompt, stream: true, ...optionFields(options) })
      return measureCall(link, { path: '/api/generate', body, mayLoad }, signal)
    },
    load: (model, options, signal) => loadModel(link, { model, options }, signal),
    unload: (model, signal) => unloadModel(link, model, signal),
    pull: (model, onProgress, signal) => pullModel(link, { model, onProgress }, signal),
    close: () => link.connections.close(),
  }
}
