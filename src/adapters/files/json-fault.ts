/** Where and why a text is not JSON. Knows no schema and no file. */
import { messageOf } from '../../errors.ts'

/** Where and why a text is not JSON; line and column from 1. */
export interface JsonFault {
  readonly line: number
  readonly column: number
  readonly message: string
  /** The text stops in the middle. */
  readonly truncated: boolean
}

/** V8 names the place of most faults, and of the others it quotes up to ten characters before it. */
function faultOffset(text: string, message: string): number {
  const named = /at position (\d+)/.exec(message)?.[1]
  if (named !== undefined) return Number(named)
  if (message.includes('Unexpected end')) return text.length
  const quoted = /, \.\.\."(.*)"(?:\.\.\.)? is not valid JSON$/s.exec(message)?.[1]
  const at = quoted === undefined ? -1 : text.indexOf(quoted)
  return at < 0 ? 0 : at + 10
}

/** The fault of a text that JSON.parse refused with `error`. */
export function jsonFault(text: string, error: unknown): JsonFault {
  const said = messageOf(error)
  const offset = faultOffset(text, said)
  const before = text.slice(0, offset)
  return {
    line: before.split('\n').length,
    column: offset - before.lastIndexOf('\n'),
    message: said.replace(/ (?:in JSON )?at position .*$/s, ''),
    truncated: offset >= text.trimEnd().length,
  }
}
