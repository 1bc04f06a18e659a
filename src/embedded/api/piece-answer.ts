/** Turns what an engine yields into the answer: a stream of lines, or one object. Knows no queue and no load. */
import type { ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import { ApiError } from '../api-error.ts'
import type { Piece } from '../engine.ts'
import { answerJson } from './answer.ts'
import { chunkOf, contentOf, emptyContent, joinContents, lastChunkOf, type ServerDurations } from './chunk.ts'
import type { GenerationRequest } from './generation-request.ts'
import { LineStream } from './line-stream.ts'

/** A running generation. `startMs` is the request's moment on the monotonic clock. */
export interface Generation {
  readonly request: GenerationRequest
  readonly response: ServerResponse
  readonly pieces: AsyncIterable<Piece>
  readonly startMs: number
  readonly loadNs: number
}

const durationsOf = ({ startMs, loadNs }: Generation): ServerDurations => ({
  totalNs: (performance.now() - startMs) * 1e6,
  loadNs,
})

/** Writes one piece; false when the stream is over. */
const writePiece = async (piece: Piece, generation: Generation, lines: LineStream): Promise<boolean> => {
  const { request } = generation
  switch (piece.kind) {
    case 'text':
    case 'thinking':
    case 'tool-call':
      await lines.write(chunkOf(request, contentOf(piece) ?? emptyContent))
      return true
    case 'raw':
      await lines.writeRaw(piece.line)
      return true
    case 'end': {
      const last = { content: emptyContent, durations: durationsOf(generation) }
      await lines.write(lastChunkOf(request, piece, last))
      return false
    }
    case 'error':
      if (!lines.begun) throw new ApiError(500, piece.message)
      await lines.write({ error: piece.message })
      return false
    case 'no-done':
      return false
    case 'hang-up':
      await lines.hangUp()
      return false
    default:
      return piece satisfies never
  }
}

/** Streams the pieces; `stamped` adds the moment of each write. Throws ApiError when it fails before the first line. */
export const streamPieces = async (generation: Generation, stamped: boolean): Promise<void> => {
  const lines = new LineStream(generation.response, stamped)
  for await (const piece of generation.pieces) {
    if (!(await writePiece(piece, generation, lines))) break
  }
  lines.end()
}

/** Answers with one object, as soon as all of it is there. Throws ApiError when the generation fails. */
export const answerPieces = async (generation: Generation): Promise<void> => {
  const { request, response, pieces } = generation
  let content = emptyContent
  for await (const piece of pieces) {
    content = joinContents(content, contentOf(piece) ?? emptyContent)
    if (piece.kind === 'error') throw new ApiError(500, piece.message)
    if (piece.kind === 'hang-up') {
      response.destroy()
      return
    }
    if (piece.kind === 'end') {
      const durations = durationsOf(generation)
      answerJson(response, 200, lastChunkOf(request, piece, { content, durations }))
      return
    }
  }
  answerJson(response, 200, chunkOf(request, content))
}
