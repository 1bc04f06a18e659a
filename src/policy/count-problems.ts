/** The last line under a list of problems. */
import { count } from '../model/number-format.ts'
import type { Problem } from '../model/problem.ts'

/** `2 problems in 1 file. Nothing was measured.`; without the files when no problem has a place. */
export function countProblems(problems: readonly Problem[]): string {
  const files = new Set(problems.flatMap(({ at }) => (at ? [at.file] : [])))
  const where = files.size > 0 ? ` in ${count(files.size, 'file')}` : ''
  return `${count(problems.length, 'problem')}${where}. Nothing was measured.`
}
