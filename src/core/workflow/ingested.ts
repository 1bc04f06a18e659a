/** What a workflow agent read, in a few figures, and what is wrong where it read nothing. Knows no prompt. */
import type { Documents, SkippedFile } from '../../model/documents.ts'
import { count } from '../../model/number-format.ts'
import type { Problem } from '../../model/problem.ts'
import type { Ingested } from '../../model/run.ts'

/** Enough to see what is wrong with a folder; the number of skipped files is beside them. */
const mostReasons = 5

/** The first file of each reason. */
const reasonsOf = (skipped: readonly SkippedFile[]): string[] =>
  [...new Map(skipped.toReversed().map((file) => [file.why, file])).values()]
    .toReversed()
    .slice(0, mostReasons)
    .map(({ path, why }) => `${path}: ${why}`)

/** One reading as the record has it. Sizes in bytes; all 0 for an empty folder. */
export const ingestedOf = ({ read, skipped }: Documents): Ingested => ({
  files: read.length,
  bytes: read.reduce((sum, { bytes }) => sum + bytes, 0),
  skipped: skipped.length,
  skippedWhy: reasonsOf(skipped),
})

/** What is wrong with a folder in which no file could be read; undefined is the folder of sample files. */
export function nothingRead(folder: string | undefined, { skipped, skippedWhy }: Ingested): Problem {
  const name = folder === undefined ? 'of sample files' : folder
  return {
    what: `The workflow found nothing to read in its folder ${name}.`,
    why:
      skipped === 0
        ? 'No .csv, .json or .md file is in it or below it.'
        : `${count(skipped, 'file')} ${skipped === 1 ? 'was' : 'were'} skipped (${skippedWhy.join('; ')}).`,
    fix: `Name a folder with such files in the policy (workflow.folder)${skipped === 0 ? '' : ', or raise its bounds'}.`,
  }
}
