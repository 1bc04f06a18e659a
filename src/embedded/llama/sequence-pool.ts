/** Gives each generation the sequence that already knows most of its prompt. Generates nothing. */
import type { LlamaContextSequence, Token } from 'node-llama-cpp'

interface Place {
  readonly sequence: LlamaContextSequence
  busy: boolean
  lastUsed: number
}

/** A sequence in use; `release` gives it back and must be called once. */
export interface Loan {
  readonly sequence: LlamaContextSequence
  /** Leading tokens of the prompt that are in its cache; always fewer than the prompt has. */
  readonly cachedTokens: number
  release(): void
}

/** The sequences of one context. */
export class SequencePool {
  readonly #places: readonly Place[]
  #uses = 0

  constructor(sequences: readonly LlamaContextSequence[]) {
    this.#places = sequences.map((sequence) => ({ sequence, busy: false, lastUsed: 0 }))
  }

  /**
   * Lends the free sequence with the longest common beginning, the longest unused one among equals. Throws when all are
   * in use, which the server's slots exclude.
   */
  lend(tokens: readonly Token[]): Loan {
    const [place] = this.#places
      .filter((candidate) => !candidate.busy)
      .map((candidate) => ({ candidate, cached: cachedTokens(candidate.sequence, tokens) }))
      .sort((a, b) => b.cached - a.cached || a.candidate.lastUsed - b.candidate.lastUsed)
    if (place === undefined) throw new Error('no free sequence: more generations than slots')
    const { candidate, cached } = place
    candidate.busy = true
    return {
      sequence: candidate.sequence,
      cachedTokens: cached,
      release: () => {
        this.#uses += 1
        candidate.lastUsed = this.#uses
        candidate.busy = false
      },
    }
  }
}

/** At least the last token is always evaluated again: its logits are needed, and they are not kept. */
const cachedTokens = (sequence: LlamaContextSequence, tokens: readonly Token[]): number =>
  Math.min(sequence.compareContextTokens([...tokens]).firstDifferentIndex, tokens.length - 1)
