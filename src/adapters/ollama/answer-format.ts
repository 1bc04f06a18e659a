/** How the bytes of an answer become chunks. Knows no moments and no endpoint. */
import { createLineSplitter, createWholeBody, type LineSplitter } from './line-splitter.ts'
import { parseStreamChunk, type StreamChunk, type StreamEnd } from './stream-chunk.ts'

/** Reads one answer, and holds what it needs for that: every answer has a format of its own. */
export interface AnswerFormat {
  readonly splitter: LineSplitter
  /** What a line says: "nothing" for one that is there for the form only, null for one that is no such line. */
  parse(line: Buffer): StreamChunk | 'nothing' | null
  /** Whether bytes that say nothing yet may be the beginning of a line that does. */
  begins(bytes: Buffer): boolean
  /** An end that was told in other words than the last chunk's, for an answer whose last chunk never came; else null. */
  toldEnd(): StreamEnd | null
}

const openingBrace = 123

/** Half an object is what a broken stream leaves behind; what began otherwise never was one. */
const beginsObject = (bytes: Buffer): boolean => bytes[0] === openingBrace

/** Ollama's own streams: one JSON object a line, of at most `maxLineBytes`. */
export const lineFormat = (maxLineBytes: number): AnswerFormat => ({
  splitter: createLineSplitter(maxLineBytes),
  parse: parseStreamChunk,
  begins: beginsObject,
  toldEnd: () => null,
})

/** An answer that is one JSON object of at most `maxBytes`, whatever lines it has. */
export const bodyFormat = (parse: AnswerFormat['parse'], maxBytes: number): AnswerFormat => ({
  splitter: createWholeBody(maxBytes),
  parse,
  begins: beginsObject,
  toldEnd: () => null,
})
