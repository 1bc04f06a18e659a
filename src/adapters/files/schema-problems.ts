/** From what a schema says against a value to problems that name the field. Knows no file. */
import type { z } from 'zod'
import type { Problem } from '../../model/problem.ts'

/** More problems than these of one file would only hide the first ones. */
const most = 5

/** A field as people write it: `trials[3].legs[0].kind`; empty for the value as a whole. */
export const fieldPath = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '')

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** One problem an issue, at most five and then their number. `place` stands first, e.g. a file and a line. */
export function schemaProblems(place: string, error: z.ZodError): readonly Problem[] {
  const told = error.issues.slice(0, most).map(({ path, message }) => {
    const field = fieldPath(path)
    return { what: `${place}: ${field === '' ? '' : `${field}: `}${lowerFirst(message)}.` }
  })
  const left = error.issues.length - told.length
  return left > 0 ? [...told, { what: `${place}: ${left} more problems of this kind.` }] : told
}
