/** The verb `record`: measures head alone, and writes what it found as a baseline to review. */
import { recordRun } from '../record-run.ts'
import { type MeasureOptions, measureWith } from './measure-and-print.ts'

/** Runs the verb; resolves to its exit code. */
export async function recordBaseline(
  options: MeasureOptions & { readonly baseline: string },
): Promise<number> {
  const finished = await measureWith(options, { recording: true })
  const { message, exitCode } = await recordRun(finished, options.baseline)
  process.stderr.write(`${message}\n`)
  return exitCode
}
