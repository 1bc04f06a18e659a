/** Reads values out of JSON that a server sent, whatever their type turns out to be. Knows no endpoint. */

/** The fields of a JSON object. */
export type Fields = Readonly<Record<string, unknown>>

/** The value; undefined when the bytes are not JSON. */
export const parseJson = (bytes: Buffer | string): unknown => {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}

/** Whether a value is an object, and neither null nor a list. */
export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value's fields; none for what is not an object. */
export const fieldsOf = (value: unknown): Fields => (isObject(value) ? value : {})

/** The objects in a list; none for what is not a list. */
export const objectsIn = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? value.filter(isObject) : []

/** The value; empty for what is not text. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The value; 0 for what is not a number. */
export const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0)

/** Whether a value is a list with something in it. */
export const isFilledList = (value: unknown): boolean => Array.isArray(value) && value.length > 0

/** An error as a server words it: a text, or an object that may have a `message`. Null where there is none. */
export const errorTextOf = (error: unknown): string | null => {
  if (error === undefined || error === null) return null
  if (typeof error === 'string') return error
  return textOf(fieldsOf(error).message) || JSON.stringify(error)
}
