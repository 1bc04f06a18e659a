/** The verb `report`: a stored run as a page, with no server. */
import { writeText } from '../adapters/files/text-file.ts'
import { InputError } from '../errors.ts'
import { judgeAgain } from './judge-stored.ts'

/** Options of the verb. */
export interface ReportOptions {
  readonly run: string
  readonly baseline?: string
  readonly out: string
}

/**
 * Judges the run again and writes its page; resolves to 0, whatever the verdict says. Throws InputError for a run that
 * cannot be read or has no figure, MachineError when the page cannot be written.
 */
export async function writeReport(options: ReportOptions): Promise<number> {
  const verdict = await judgeAgain(options)
  if (verdict.figures.length === 0)
    throw new InputError([
      {
        what: `${options.run} has nothing to draw.`,
        why: 'None of its trials gave a figure.',
        fix: 'See why with the verb judge, and measure again.',
      },
    ])
  const { renderReport } = await import('../render/report/render-report.ts')
  await writeText(options.out, await renderReport(verdict))
  process.stdout.write(`Report in ${options.out}\n`)
  return 0
}
