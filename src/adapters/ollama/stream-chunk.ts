/** Reads one line of Ollama's chat and generate streams. Knows no moments. */
import type { ServerFigures } from '../../model/request-record.ts'
import {
  errorTextOf,
  type Fields,
  fieldsOf,
  isFilledList,
  isObject,
  numberOf,
  parseJson,
  textOf,
} from './json-fields.ts'

/** What one line says, as far as a measurement needs it. */
export interface StreamChunk {
  /** Of the answer; empty where the line carries none. */
  readonly text: string
  /** Answer text, thinking or a tool call: what makes a chunk count. */
  readonly counts: boolean
  readonly createdAt: string | null
  /** The server's words when it gave up in the middle of the stream. */
  readonly error: string | null
  /** Only in the last chunk. */
  readonly end: StreamEnd | null
}

/** What the last chunk says. A field that the server left out is 0; `doneReason` is then null. */
export interface StreamEnd {
  readonly doneReason: string | null
  /** Null where the server tells no figures at all, as the OpenAI-compatible streams unless they are asked to. */
  readonly figures: ServerFigures | null
}

/** Lines under this size are parsed as they are. */
const hugeLineBytes = 32 * 1024
const contextKey = Buffer.from('"context":[')
const closingBracket = 93

/**
 * Takes `context`, up to a number for every token of the context window, out of a huge last line: parsing it would
 * hold up the event loop, and with it the other agents' timestamps, for tens of ms. Inside a string the key's quotes
 * would be escaped, so the first match is the key.
 */
const withoutContext = (line: Buffer): Buffer => {
  const key = line.indexOf(contextKey)
  if (key === -1) return line
  const close = line.indexOf(closingBracket, key)
  if (close === -1) return line
  return Buffer.concat([line.subarray(0, key + contextKey.length), line.subarray(close)])
}

const msOf = (nanoseconds: unknown): number => numberOf(nanoseconds) / 1e6

const endOf = (fields: Fields): StreamEnd => ({
  doneReason: typeof fields.done_reason === 'string' && fields.done_reason !== '' ? fields.done_reason : null,
  figures: {
    totalMs: msOf(fields.total_duration),
    loadMs: msOf(fields.load_duration),
    promptEvalMs: msOf(fields.prompt_eval_duration),
    evalMs: msOf(fields.eval_duration),
    promptTokens: Math.trunc(numberOf(fields.prompt_eval_count)),
    outputTokens: Math.trunc(numberOf(fields.eval_count)),
  },
})

/** Reads a line; null when it is not a JSON object. Fields of an unexpected type are as good as absent. */
export const parseStreamChunk = (line: Buffer): StreamChunk | null => {
  const lean = line.length < hugeLineBytes ? line : withoutContext(line)
  let fields = parseJson(lean)
  if (fields === undefined && lean !== line) fields = parseJson(line)
  if (!isObject(fields)) return null
  const message = fieldsOf(fields.message)
  const text = textOf(fields.response) || textOf(message.content)
  return {
    text,
    counts:
      text !== '' ||
      textOf(fields.thinking) !== '' ||
      textOf(message.thinking) !== '' ||
      isFilledList(message.tool_calls) ||
      isFilledList(fields.tool_calls),
    createdAt: typeof fields.created_at === 'string' ? fields.created_at : null,
    error: errorTextOf(fields.error),
    end: fields.done === true ? endOf(fields) : null,
  }
}
