/** JSON as the gate writes it, and where JSON that it reads is broken. Knows no schema. */
import { messageOf } from '../../errors.ts'

/** JSON has no NaN and no Infinity, and would silently write null, which no reader of ours takes for a number. */
const finite = (key: string, value: unknown): unknown => {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`"${key}" is ${value}: JSON has no such number`)
  return value
}

/** One line without its newline. Throws RangeError for a number that JSON cannot hold. */
export const compactJson = (value: unknown): string => JSON.stringify(value, finite)

// A newline stands in no JSON string, so this only ever finds real arrays.
const numbersOnLines = /\[\n\s+(?:-?\d[\d.eE+-]*|null)(?:,\n\s+(?:-?\d[\d.eE+-]*|null))*\n\s+\]/g

/** Indented by two for reading and for diffs, arrays of numbers in one line each; ends in a newline. */
export const readableJson = (value: unknown): string => {
  const text = JSON.stringify(value, finite, 2)
  return `${text.replace(numbersOnLines, (array) => array.replace(/,\s+/g, ', ').replace(/\s*([[\]])\s*/g, '$1'))}\n`
}

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
