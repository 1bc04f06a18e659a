/** Generates with one loaded context: prefill, sampling, streaming, cache reuse. Knows no HTTP and no residency. */
import { performance } from 'node:perf_hooks'
import type { LlamaContext, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp'
import type { End, Piece, Runner, Task } from '../engine.ts'
import { tokenLimit } from '../options.ts'
import { promptTokens } from './prompt-tokens.ts'
import { samplingOptions } from './sampling.ts'
import { type Loan, SequencePool } from './sequence-pool.ts'
import { createStopFilter } from './stop-filter.ts'

/** What a runner is made of. Sizes in bytes. */
export interface LoadedContext {
  readonly model: LlamaModel
  readonly context: LlamaContext
  readonly sequences: readonly LlamaContextSequence[]
  /** Of one slot. */
  readonly contextLength: number
  readonly sizeBytes: number
  /** For requests that name none; null draws one each time. */
  readonly seed: number | null
  /** The text of a token; empty for one that has none. */
  readonly textOf: (token: Token) => string
}

/** Brings the cache to the prompt's beginning, and evaluates all but its last batch so that an abort is heeded between. */
const prefill = async (loan: Loan, tokens: readonly Token[], batch: number, signal: AbortSignal) => {
  const { sequence } = loan
  let from = loan.cachedTokens
  if (sequence.nextTokenIndex > from) {
    await sequence.eraseContextTokenRanges([{ start: from, end: sequence.nextTokenIndex }])
    // An erasure that the cache cannot do drops more than it was asked to.
    from = Math.min(from, sequence.nextTokenIndex)
  }
  for (; tokens.length - from > batch; from += batch) {
    signal.throwIfAborted()
    await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(from, from + batch))
  }
  return tokens.slice(from)
}

/** Counts the output and keeps its moments. */
class Tally {
  readonly prompt: readonly Token[]
  readonly output: Token[] = []
  readonly #startMs = performance.now()
  #firstMs = 0
  #lastMs = 0

  constructor(prompt: readonly Token[]) {
    this.prompt = prompt
  }

  add(token: Token): void {
    this.#lastMs = performance.now()
    if (this.output.length === 0) this.#firstMs = this.#lastMs
    this.output.push(token)
  }

  recent(count: number): Token[] {
    const all = [...this.prompt, ...this.output]
    return count < 0 ? all : all.slice(-count)
  }

  end(doneReason: End['doneReason']): End {
    const promptEvalMs = (this.output.length === 0 ? performance.now() : this.#firstMs) - this.#startMs
    return {
      kind: 'end',
      doneReason,
      figures: {
        promptTokens: this.prompt.length,
        promptEvalNs: promptEvalMs * 1e6,
        outputTokens: this.output.length,
        evalNs: (this.#lastMs - this.#firstMs) * 1e6,
        context: [...this.prompt, ...this.output],
      },
    }
  }
}

/** The runner of a loaded context. */
export class LlamaRunner implements Runner {
  readonly sizeBytes: number
  readonly sizeVramBytes = 0
  readonly contextLength: number
  readonly #loaded: LoadedContext
  readonly #pool: SequencePool

  constructor(loaded: LoadedContext) {
    this.#loaded = loaded
    this.sizeBytes = loaded.sizeBytes
    this.contextLength = loaded.contextLength
    this.#pool = new SequencePool(loaded.sequences)
  }

  async *generate(task: Task, signal: AbortSignal): AsyncGenerator<Piece, void, undefined> {
    signal.throwIfAborted()
    const tokens = promptTokens(this.#loaded.model, task, this.contextLength)
    const loan = this.#pool.lend(tokens)
    try {
      yield* this.#generate(task, { loan, tally: new Tally(tokens) }, signal)
    } finally {
      loan.release()
    }
  }

  async unload(): Promise<void> {
    await this.#loaded.context.dispose()
    await this.#loaded.model.dispose()
  }

  async *#generate(
    { options }: Task,
    { loan, tally }: { readonly loan: Loan; readonly tally: Tally },
    signal: AbortSignal,
  ): AsyncGenerator<Piece, void, undefined> {
    const { context, model, textOf, seed } = this.#loaded
    const rest = await prefill(loan, tally.prompt, context.batchSize, signal)
    const limit = tokenLimit(options.numPredict, this.contextLength)
    const filter = createStopFilter(options.stop)
    const sampling = samplingOptions(options, { recent: (count) => tally.recent(count), seed })
    for await (const token of loan.sequence.evaluate(rest, sampling)) {
      signal.throwIfAborted()
      tally.add(token)
      const { text, stopped } = filter.push(textOf(token))
      if (text !== '') yield { kind: 'text', text }
      if (stopped || model.isEogToken(token)) return yield tally.end('stop')
      if (tally.output.length >= limit) break
    }
    if (filter.rest() !== '') yield { kind: 'text', text: filter.rest() }
    yield tally.end('length')
  }
}
