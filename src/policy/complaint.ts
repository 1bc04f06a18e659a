/** A problem before it has a place in a file: what is wrong, and at which path. */
import type { SourcePosition } from '../model/policy.ts'
import type { Problem } from '../model/problem.ts'
import { type Path, pathText } from './path-text.ts'

/**
 * `path` places the sentence and stands before it, or `label` does where another path reads better; `key` places it at
 * that key of the mapping at `path` instead.
 */
export interface Complaint {
  readonly path: Path
  readonly key?: string
  readonly label?: Path
  readonly what: string
  readonly fix?: string
}

/** Where a path, or a key of the mapping there, stands. */
export type PlaceOf = (path: Path, key?: string) => SourcePosition | undefined

/** The complaint as a problem, with its place where that is known. */
export function toProblem({ path, key, label = path, what, fix }: Complaint, placeOf: PlaceOf): Problem {
  const before = pathText(label)
  const at = placeOf(path, key)
  return {
    what: before === '' ? what : `${before}: ${what}`,
    ...(fix === undefined ? {} : { fix }),
    ...(at === undefined ? {} : { at }),
  }
}

/** Problems in the order of their places; those without one come last. */
export const inOrder = (problems: readonly Problem[]): readonly Problem[] =>
  problems.toSorted(
    (a, b) =>
      (a.at?.line ?? Number.POSITIVE_INFINITY) - (b.at?.line ?? Number.POSITIVE_INFINITY) ||
      (a.at?.column ?? 0) - (b.at?.column ?? 0),
  )
