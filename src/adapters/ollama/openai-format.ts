/** The forms in which the OpenAI-compatible endpoints answer: events, or one JSON object. Knows no moments. */
import type { ServerFigures } from '../../model/request-record.ts'
import { type AnswerFormat, bodyFormat } from './answer-format.ts'
import { isFilledList, isObject, parseJson } from './json-fields.ts'
import { createLineSplitter } from './line-splitter.ts'
import { type OpenaiPiece, readOpenaiBody, readOpenaiEvent } from './openai-answer.ts'
import type { StreamChunk, StreamEnd } from './stream-chunk.ts'

/** `created` is in whole seconds: no lag can be told from it. */
const chunkOf = ({ text, counts, error }: OpenaiPiece, end: StreamEnd | null): StreamChunk => ({
  text,
  counts,
  createdAt: null,
  error,
  end,
})

const silent: OpenaiPiece = { text: '', counts: false, doneReason: null, figures: null, error: null }

/** What a line of server-sent events may begin with; a colon alone is a comment. */
const fieldNames = ['data:', 'event:', 'id:', 'retry:', ':']

/**
 * Server-sent events, of which every known server of this API writes one JSON object a `data:` line. A stream is over
 * with `[DONE]`, in /v1/responses with its last event. The reason to stop comes before, and the usage between the two
 * and only if it was asked for: who stops reading at the reason has had the whole answer.
 */
export function eventFormat(maxLineBytes: number): AnswerFormat {
  let doneReason: string | null = null
  let figures: ServerFigures | null = null
  const end = (): StreamEnd => ({ doneReason, figures })
  const readData = (data: string): StreamChunk | 'nothing' | null => {
    if (data === '[DONE]') return chunkOf(silent, end())
    const fields = parseJson(data)
    if (!isObject(fields)) return null
    const piece = readOpenaiEvent(fields)
    doneReason = piece.doneReason ?? doneReason
    // Ollama's /v1/completions fills every chunk but the last with a usage of zeros.
    if (piece.figures?.outputTokens) figures = piece.figures
    if (isObject(fields.response) && piece.doneReason !== null) return chunkOf(piece, end())
    // The frame of a response and the usage are no chunks of an answer, not even empty ones.
    const isChunk = piece.counts || piece.error !== null || isFilledList(fields.choices)
    return isChunk ? chunkOf(piece, null) : 'nothing'
  }
  return {
    splitter: createLineSplitter(maxLineBytes),
    parse: (line) => {
      const text = line.toString()
      if (text.startsWith('data:')) return readData(text.slice('data:'.length).trim())
      return fieldNames.some((name) => text.startsWith(name)) ? 'nothing' : null
    },
    begins: (bytes) => {
      const text = bytes.toString()
      return fieldNames.some((name) => text.startsWith(name) || name.startsWith(text))
    },
    toldEnd: () => (doneReason === null ? null : end()),
  }
}

const parseBody = (body: Buffer): StreamChunk | null => {
  const fields = parseJson(body)
  if (!isObject(fields)) return null
  const piece = readOpenaiBody(fields)
  const { doneReason, figures } = piece
  const isAnswer = isFilledList(fields.choices) || Array.isArray(fields.output)
  return chunkOf(piece, isAnswer ? { doneReason, figures } : null)
}

/** One JSON object, of at most `maxBytes`. */
export const openaiBodyFormat = (maxBytes: number): AnswerFormat => bodyFormat(parseBody, maxBytes)
