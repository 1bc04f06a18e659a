/** Reads AMD's JSON, whose keys and nesting vary by version: what is not there, or "N/A", is null. Knows no tool. */

type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The JSON in an output that may have warnings before it; undefined when there is none. */
export function jsonIn(output: string): unknown {
  const start = /^\s*[[{]/m.exec(output)?.index
  if (start === undefined) return undefined
  try {
    return JSON.parse(output.slice(start))
  } catch {
    return undefined
  }
}

/** What lies at a path of keys; undefined when it leads nowhere. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, key) => (isFields(inner) ? inner[key] : undefined), value)

/** A number: plain, in a text such as "45.0" or "(1725Mhz)", or as {value, unit}. */
export function numberAt(value: unknown, ...path: readonly string[]): number | null {
  const found = at(value, ...path)
  if (typeof found === 'number') return Number.isFinite(found) ? found : null
  if (isFields(found)) return numberAt(found, 'value')
  if (typeof found !== 'string') return null
  const text = /^\(?(-?\d+(?:\.\d+)?)\s*[a-z%]*\)?$/i.exec(found.trim())?.[1]
  return text === undefined ? null : Number(text)
}

/** amd-smi counts 1024 bytes to a KB. */
const bytesPerUnit: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1024,
  MB: 1024 ** 2,
  GB: 1024 ** 3,
}

/** An amount of memory as {value, unit}; without a unit it is in MB, as older versions printed it. */
export function bytesAt(value: unknown, ...path: readonly string[]): number | null {
  const amount = numberAt(value, ...path)
  const unit = at(value, ...path, 'unit')
  const scale = bytesPerUnit[typeof unit === 'string' ? unit.toUpperCase() : 'MB']
  return amount === null || scale === undefined ? null : amount * scale
}

/** A text that says something. */
export function textAt(value: unknown, ...path: readonly string[]): string | null {
  const found = at(value, ...path)
  return typeof found !== 'string' || /^(n\/a|)$/i.test(found.trim()) ? null : found.trim()
}

/** The first that is not null. */
export const firstOf = <T>(...values: readonly (T | null)[]): T | null =>
  values.find((value) => value !== null) ?? null
