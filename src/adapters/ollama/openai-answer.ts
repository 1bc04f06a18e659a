/** Reads what the OpenAI-compatible endpoints say: the JSON of one event, or of a whole answer. Knows no moments. */
import type { ServerFigures } from '../../model/request-record.ts'
import {
  errorTextOf,
  type Fields,
  fieldsOf,
  isFilledList,
  numberOf,
  objectsIn,
  textOf,
} from './json-fields.ts'

/** What a piece of an answer says; null in `doneReason` and `figures` where it says nothing of that. */
export interface OpenaiPiece {
  readonly text: string
  /** Answer text, reasoning or a tool call. */
  readonly counts: boolean
  readonly doneReason: string | null
  readonly figures: ServerFigures | null
  readonly error: string | null
}

/** `usage` under both names of its counts. These endpoints tell no durations: those are 0, as absent ones are. */
function figuresOf(usage: Fields): ServerFigures | null {
  const promptTokens = usage.prompt_tokens ?? usage.input_tokens
  const outputTokens = usage.completion_tokens ?? usage.output_tokens
  if (promptTokens === undefined && outputTokens === undefined) return null
  return {
    totalMs: 0,
    loadMs: 0,
    promptEvalMs: 0,
    evalMs: 0,
    promptTokens: Math.trunc(numberOf(promptTokens)),
    outputTokens: Math.trunc(numberOf(outputTokens)),
  }
}

/** Some servers call the thinking `reasoning`, others `reasoning_content`. */
const hasSilentOutput = (message: Fields): boolean =>
  textOf(message.reasoning) !== '' ||
  textOf(message.reasoning_content) !== '' ||
  isFilledList(message.tool_calls)

/** Of /v1/chat/completions (`delta` in a stream, `message` in a whole answer) and /v1/completions (`text`). */
function readCompletion(fields: Fields): OpenaiPiece {
  const choices = objectsIn(fields.choices)
  const messages = choices.map(({ delta, message }) => fieldsOf(delta ?? message))
  const text = [...choices.map((choice) => choice.text), ...messages.map(({ content }) => content)]
    .map(textOf)
    .join('')
  return {
    text,
    counts: text !== '' || messages.some(hasSilentOutput),
    doneReason: choices.map((choice) => textOf(choice.finish_reason)).find((reason) => reason !== '') ?? null,
    figures: figuresOf(fieldsOf(fields.usage)),
    error: errorTextOf(fields.error),
  }
}

/** A `response` object of /v1/responses: the whole answer, or what the last event of a stream carries. */
function readResponse(response: Fields): OpenaiPiece {
  const output = objectsIn(response.output)
  const status = textOf(response.status)
  return {
    text: output
      .flatMap(({ content }) => objectsIn(content))
      .map((part) => textOf(part.text))
      .join(''),
    counts: output.length > 0,
    doneReason: textOf(fieldsOf(response.incomplete_details).reason) || status || null,
    figures: figuresOf(fieldsOf(response.usage)),
    error: errorTextOf(response.error) ?? (status === 'failed' ? 'the response failed' : null),
  }
}

const lastEvents = ['response.completed', 'response.incomplete', 'response.failed']

/** An event of a /v1/responses stream; its output counts as it comes, not again where the last event repeats it. */
function readResponseEvent(type: string, event: Fields): OpenaiPiece {
  if (lastEvents.includes(type)) return { ...readResponse(fieldsOf(event.response)), text: '', counts: false }
  const delta = type.endsWith('.delta') ? textOf(event.delta) : ''
  return {
    text: type === 'response.output_text.delta' ? delta : '',
    counts: delta !== '',
    doneReason: null,
    figures: null,
    error: type === 'error' ? textOf(event.message) || 'no reason given' : null,
  }
}

/** Reads an event. */
export function readOpenaiEvent(fields: Fields): OpenaiPiece {
  const type = textOf(fields.type)
  return type === 'error' || type.startsWith('response.')
    ? readResponseEvent(type, fields)
    : readCompletion(fields)
}

/** Reads an answer that came in one piece. */
export const readOpenaiBody = (fields: Fields): OpenaiPiece =>
  fields.object === 'response' ? readResponse(fields) : readCompletion(fields)
