/** The folder that a job leaves its results in. Knows the files' names, not their content. */
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MachineError } from '../../errors.ts'
import type { JournalLine } from '../../model/run.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { ResultStore, StoredRun } from '../../ports/result-store.ts'
import { codeOf, fileProblem } from './file-problem.ts'
import { type JournalFile, openJournal } from './journal-file.ts'
import { writeJson } from './json-file.ts'
import { readJournal } from './read-journal.ts'
import { writeText } from './text-file.ts'

/** Paths of one job's files. */
export interface ResultFiles {
  readonly journal: string
  readonly run: string
  readonly verdict: string
  readonly summary: string
}

/** A job's results in a folder. */
export class ResultFolder implements ResultStore {
  readonly files: ResultFiles
  readonly #journal: JournalFile

  constructor(files: ResultFiles, journal: JournalFile) {
    this.files = files
    this.#journal = journal
  }

  append(line: JournalLine): Promise<void> {
    return this.#journal.append(line)
  }

  async readJournal(): Promise<readonly JournalLine[]> {
    return (await readJournal(this.files.journal)).lines
  }

  saveRun(run: StoredRun): Promise<void> {
    return writeJson(this.files.run, run)
  }

  saveVerdict(verdict: Verdict): Promise<void> {
    return writeJson(this.files.verdict, verdict)
  }

  saveSummary(markdown: string): Promise<void> {
    return writeText(this.files.summary, markdown)
  }

  /** Closes the journal; the other files are never open. */
  close(): Promise<void> {
    return this.#journal.close()
  }
}

const filesIn = (folder: string): ResultFiles => ({
  journal: join(folder, 'journal.jsonl'),
  run: join(folder, 'run.json'),
  verdict: join(folder, 'verdict.json'),
  summary: join(folder, 'summary.md'),
})

/** An earlier job's verdict must not be taken for this one's should this one die; its journal is GPU time, and kept. */
async function clearEarlier(folder: string, { journal, run, verdict, summary }: ResultFiles): Promise<void> {
  await rename(journal, join(folder, 'journal.earlier.jsonl')).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error
  })
  for (const file of [run, verdict, summary]) await rm(file, { force: true })
}

/**
 * Opens a folder for a new job; makes it. What an earlier job left there is removed, but for its journal, which is kept
 * as journal.earlier.jsonl. Throws MachineError when the folder cannot be written to.
 */
export async function openResultFolder(folder: string): Promise<ResultFolder> {
  const files = filesIn(folder)
  try {
    await clearEarlier(folder, files)
  } catch (error) {
    throw new MachineError([fileProblem(`Cannot write to the folder ${folder}.`, error)], { cause: error })
  }
  return new ResultFolder(files, await openJournal(files.journal))
}
