/** A JSON text to its keys. Knows no file. */
import { firstNames } from './first-names.ts'
import type { Parsed } from './parsed.ts'

const keysOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : []

/** V8 quotes the text in its messages; only the place is taken from them. */
const placeIn = (error: unknown): string =>
  (error instanceof Error && /\(line \d+ column \d+\)/.exec(error.message)?.[0]) || ''

/** The keys of an object; of a list, those of its first element. */
export function parseJson(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text)
    const keys = keysOf(Array.isArray(value) ? value[0] : value)
    const { names, more } = firstNames(keys)
    return { kind: 'json', keys: names, more, entries: Array.isArray(value) ? value.length : keys.length }
  } catch (error) {
    return { why: `not valid JSON ${placeIn(error)}`.trimEnd() }
  }
}
