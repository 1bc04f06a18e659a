/** JSON that says what was meant, or nothing. Knows no file. */

/**
 * Replacer for JSON.stringify. Throws RangeError for NaN and Infinity: JSON has no such numbers, and a silent null in
 * their place would make the file unreadable, or worse, readable.
 */
export const finiteNumbers = (key: string, value: unknown): unknown => {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError(`"${key}" is ${value}: JSON has no such number`)
  return value
}

/** One line without its newline. Throws RangeError for a number that JSON cannot hold. */
export const compactJson = (value: unknown): string => JSON.stringify(value, finiteNumbers)
