/** What the lines of a preflight come to: reasons to stop, and notes for the report. */
import type { PreflightLine } from '../../model/preflight.ts'
import type { Problem } from '../../model/problem.ts'

const sentence = ({ what, value }: PreflightLine): string =>
  `${what}: ${value}${/[.!?…]$/.test(value) ? '' : '.'}`

/** One problem for each line that stops the job; empty when it may go on. */
export const preflightProblems = (lines: readonly PreflightLine[]): readonly Problem[] =>
  lines
    .filter(({ verdict }) => verdict === 'fail')
    .map((line) => ({ what: sentence(line), ...(line.fix === null ? {} : { fix: line.fix }) }))

/** One sentence for each line that may spoil figures; empty for none. */
export const preflightNotes = (lines: readonly PreflightLine[]): readonly string[] =>
  lines.filter(({ verdict }) => verdict === 'warn').map(sentence)
