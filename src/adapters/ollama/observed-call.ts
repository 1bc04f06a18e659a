/** Which requests to a server are LLM calls, and in which form each is answered. Knows no moments and no connection. */
import { type AnswerFormat, bodyFormat, lineFormat } from './answer-format.ts'
import { fieldsOf, isObject, parseJson } from './json-fields.ts'
import { eventFormat, openaiBodyFormat } from './openai-format.ts'
import { parseStreamChunk } from './stream-chunk.ts'

/** An LLM call that somebody makes. `streams` says whether its answer comes piece by piece. */
export interface ObservedCall {
  readonly streams: boolean
  readonly format: AnswerFormat
}

/** Whose API an endpoint is, and the field without which it only loads a model; null where that is refused. */
interface Endpoint {
  readonly api: 'ollama' | 'openai'
  readonly asks: string | null
}

const endpoints: Readonly<Record<string, Endpoint>> = {
  '/api/chat': { api: 'ollama', asks: 'messages' },
  '/api/generate': { api: 'ollama', asks: 'prompt' },
  '/v1/chat/completions': { api: 'openai', asks: null },
  '/v1/completions': { api: 'openai', asks: 'prompt' },
  '/v1/responses': { api: 'openai', asks: null },
}

/** Far above any line or answer of an LLM call. */
const maxBytes = 64 * 1024 * 1024

const isNothing = (asked: unknown): boolean =>
  asked === undefined || asked === null || asked === '' || (Array.isArray(asked) && asked.length === 0)

function formatOf({ api }: Endpoint, streams: boolean): AnswerFormat {
  if (api === 'openai') return streams ? eventFormat(maxBytes) : openaiBodyFormat(maxBytes)
  return streams ? lineFormat(maxBytes) : bodyFormat(parseStreamChunk, maxBytes)
}

/**
 * The LLM call that a POST with this path (a query is ignored) and body makes; null for any other request. Asking
 * Ollama nothing only loads or unloads (OLLAMA section 1). A body that cannot be read is a call all the same: what the
 * server says to it is the caller's failure.
 */
export function observedCall(path: string, body: Buffer): ObservedCall | null {
  const endpoint = endpoints[path.split('?')[0] ?? '']
  if (endpoint === undefined) return null
  const value = parseJson(body)
  const fields = fieldsOf(value)
  if (endpoint.asks !== null && isObject(value) && isNothing(fields[endpoint.asks])) return null
  // Ollama streams unless it is told not to, the others' API only when it is asked to.
  const streams = endpoint.api === 'ollama' ? fields.stream !== false : fields.stream === true
  return { streams, format: formatOf(endpoint, streams) }
}
