/** The results folder of a job: begun anew, or with the journal of an unfinished run that the job goes on with. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readJournal } from './adapters/files/read-journal.ts'
import { openResultFolder, type ResultFolder } from './adapters/files/result-folder.ts'
import { lastMomentMs, notOurs, type Unfinished, unfinishedRun } from './core/resume.ts'
import { InputError } from './errors.ts'
import type { JobInputs } from './job-inputs.ts'

/** `earlier` is null for a run that begins. */
export interface OpenedResults {
  readonly folder: ResultFolder
  readonly earlier: Unfinished | null
}

/** The unfinished run in a folder; null where there is none, or none that can be read, which is said. */
async function findUnfinished(out: string, onNote: (text: string) => void): Promise<Unfinished | null> {
  const file = join(out, 'journal.jsonl')
  if (!existsSync(file)) return null
  try {
    const { lines, torn } = await readJournal(file)
    return unfinishedRun(lines, torn)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    onNote(`A journal that cannot be read is left aside as journal.earlier.jsonl: ${error.message}`)
    return null
  }
}

/** Opens the folder; says what becomes of an unfinished run in it. Throws MachineError when it cannot be written to. */
export async function openResults(
  { out, fresh }: Pick<JobInputs, 'out' | 'fresh'>,
  job: string | null,
  onNote: (text: string) => void,
): Promise<OpenedResults> {
  const found = fresh ? null : await findUnfinished(out, onNote)
  const reason = found && notOurs(found, job, new Date().toISOString())
  if (reason) onNote(`An unfinished run is left aside as journal.earlier.jsonl: ${reason}.`)
  const earlier = reason ? null : found
  return { folder: await openResultFolder(out, { keepJournal: earlier !== null }), earlier }
}

/**
 * What to add to this process's clock so that its moments continue those of the journal: the last of them, and the
 * pause since then by the wall clock. 0 for a run that begins.
 */
export function clockOffsetMs(earlier: Unfinished | null): number {
  const last = earlier?.trials.at(-1)
  if (!earlier || !last) return 0
  const pausedMs = Math.max(0, Date.now() - Date.parse(last.endedAt))
  return lastMomentMs(earlier) + pausedMs - performance.now()
}
