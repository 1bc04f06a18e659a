/** The objects of Ollama's chat and generate answers. Builds values; sends nothing. */
import type { End, Piece } from '../engine.ts'
import type { Endpoint, GenerationRequest } from './generation-request.ts'
import { wallTimeNow } from './wall-time.ts'

/** What a chunk carries: text, thinking or a tool call. */
export interface Content {
  readonly text: string
  readonly thinking: string
  readonly toolCalls: readonly ToolCall[]
}

interface ToolCall {
  readonly function: { readonly name: string; readonly arguments: Readonly<Record<string, unknown>> }
}

/** No content. */
export const emptyContent: Content = { text: '', thinking: '', toolCalls: [] }

/** The content of a piece; null when the piece is of another kind. */
export const contentOf = (piece: Piece): Content | null => {
  switch (piece.kind) {
    case 'text':
      return { ...emptyContent, text: piece.text }
    case 'thinking':
      return { ...emptyContent, thinking: piece.text }
    case 'tool-call':
      return {
        ...emptyContent,
        toolCalls: [{ function: { name: piece.name, arguments: piece.arguments } }],
      }
    default:
      return null
  }
}

/** Both contents, in this order. */
export const joinContents = (a: Content, b: Content): Content => ({
  text: a.text + b.text,
  thinking: a.thinking + b.thinking,
  toolCalls: [...a.toolCalls, ...b.toolCalls],
})

/** Zeros and empty values are absent, as Go's omitempty has it. */
const unlessZero = <Value>(name: string, value: Value): Record<string, Value> => {
  const zero = value === 0 || value === '' || (Array.isArray(value) && value.length === 0)
  return zero ? {} : { [name]: value }
}

const contentFields = (endpoint: Endpoint, content: Content) => {
  const extras = {
    ...unlessZero('thinking', content.thinking),
    ...unlessZero('tool_calls', content.toolCalls),
  }
  if (endpoint === 'generate') return { response: content.text, ...extras }
  return { message: { role: 'assistant', content: content.text, ...extras } }
}

/** A chunk that is not the last one. */
export const chunkOf = ({ endpoint, model }: GenerationRequest, content: Content) => ({
  model,
  created_at: wallTimeNow(),
  ...contentFields(endpoint, content),
  done: false,
})

/** Durations that the server itself measures, in ns. */
export interface ServerDurations {
  /** From the request to its last chunk. */
  readonly totalNs: number
  /** From the request until the model was there. */
  readonly loadNs: number
}

/** The last chunk; without streaming it carries all the content. */
export const lastChunkOf = (
  request: GenerationRequest,
  { doneReason, figures }: End,
  { content, durations }: { readonly content: Content; readonly durations: ServerDurations },
) => ({
  ...chunkOf(request, content),
  done: true,
  done_reason: doneReason,
  ...unlessZero('context', request.withContext ? figures.context : []),
  ...unlessZero('total_duration', Math.round(durations.totalNs)),
  ...unlessZero('load_duration', Math.round(durations.loadNs)),
  ...unlessZero('prompt_eval_count', figures.promptTokens),
  ...unlessZero('prompt_eval_duration', Math.round(figures.promptEvalNs)),
  ...unlessZero('eval_count', figures.outputTokens),
  ...unlessZero('eval_duration', Math.round(figures.evalNs)),
})

/** The one object that answers a request without a prompt: no durations in it. */
export const residenceAnswer = (request: GenerationRequest, doneReason: 'load' | 'unload') => ({
  ...chunkOf(request, emptyContent),
  done: true,
  done_reason: doneReason,
})
