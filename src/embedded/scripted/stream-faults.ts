/** Faults that change a stream while it runs. Each passes the pieces through and interferes at its place. */
import type { Piece } from '../engine.ts'
import type { FaultsAt } from './fault.ts'

type Pieces = AsyncGenerator<Piece, void, undefined>

/** After so many tokens the stream says something else; with `over` it says nothing more. */
interface Interruption {
  readonly afterTokens: number
  readonly say: () => readonly Piece[]
  readonly over: boolean
}

const isToken = (piece: Piece): boolean => piece.kind === 'text' || piece.kind === 'thinking'

async function* interrupt(pieces: Pieces, { afterTokens, say, over }: Interruption): Pieces {
  let tokens = 0
  let said = false
  for await (const piece of pieces) {
    if (!said && (tokens >= afterTokens || piece.kind === 'end')) {
      said = true
      yield* say()
      if (over) return
    }
    if (isToken(piece)) tokens += 1
    yield piece
  }
}

async function* withEmptyChunks(pieces: Pieces, count: number): Pieces {
  let begun = false
  for await (const piece of pieces) {
    for (let i = 0; !begun && i < count; i += 1) yield { kind: 'text', text: '' }
    begun = true
    yield piece
  }
}

async function* withHugeContext(pieces: Pieces, bytes: number): Pieces {
  // Six characters a token: five digits and a comma.
  const context = Array.from({ length: Math.ceil(bytes / 6) }, (_, i) => 10_000 + (i % 90_000))
  for await (const piece of pieces) {
    yield piece.kind === 'end' ? { ...piece, figures: { ...piece.figures, context } } : piece
  }
}

async function* asToolCall(pieces: Pieces, name: string): Pieces {
  let text = ''
  for await (const piece of pieces) {
    if (piece.kind === 'text') text += piece.text
    else {
      if (piece.kind === 'end') yield { kind: 'tool-call', name, arguments: { query: text.trim() } }
      yield piece
    }
  }
}

/** Ends the process at once, as a kill from outside would; sends nothing any more. */
const crash = (): readonly Piece[] => {
  process.kill(process.pid, 'SIGKILL')
  return []
}

const interruptions = (faults: FaultsAt): readonly (Interruption | null)[] => {
  const error = faults.find('error-line')
  const malformed = faults.find('malformed-line')
  const noDone = faults.find('no-done')
  const cut = faults.find('cut')
  const end = faults.find('crash')
  return [
    error && { ...error, say: () => [{ kind: 'error', message: error.message }], over: true },
    malformed && { ...malformed, say: () => [{ kind: 'raw', line: `${malformed.line}\n` }], over: false },
    noDone && { ...noDone, say: () => [{ kind: 'no-done' }], over: true },
    cut && { ...cut, say: () => [{ kind: 'hang-up' }], over: true },
    end && { ...end, say: crash, over: true },
  ]
}

/** The stream with all its faults in it. */
export const withStreamFaults = (pieces: Pieces, faults: FaultsAt): Pieces => {
  let faulty = pieces
  const toolCall = faults.find('tool-call')
  if (toolCall !== null) faulty = asToolCall(faulty, toolCall.name)
  const huge = faults.find('huge-line')
  if (huge !== null) faulty = withHugeContext(faulty, huge.bytes)
  const empty = faults.find('empty-chunks')
  if (empty !== null) faulty = withEmptyChunks(faulty, empty.count)
  for (const interruption of interruptions(faults)) {
    if (interruption !== null) faulty = interrupt(faulty, interruption)
  }
  return faulty
}
