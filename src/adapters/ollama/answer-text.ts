/** Gathers an answer's text while its stream runs. Knows no chunks and no moments. */
import { createHash } from 'node:crypto'
import type { Answer } from '../../ports/inference-server.ts'

/** As much of an answer as is kept: far above what num_predict lets through, so that an endless one fills no memory. */
const mostCharacters = 2 ** 20

/** Takes an answer's pieces in their order. */
export interface AnswerText {
  take(piece: string): void
  /** To be asked once, at the end. */
  answer(): Answer
}

/** The hash is made piece by piece: one of a long answer at its end would hold up the other agents' timestamps. */
export function gatherAnswer(): AnswerText {
  const hash = createHash('sha256')
  const pieces: string[] = []
  let left = mostCharacters
  return {
    take: (piece) => {
      hash.update(piece)
      if (left === 0) return
      const kept = piece.length <= left ? piece : piece.slice(0, left)
      pieces.push(kept)
      left -= kept.length
    },
    answer: () => ({ text: pieces.join(''), sha256: hash.digest('hex') }),
  }
}
