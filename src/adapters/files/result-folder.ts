/** The folder that a job leaves its results in. Knows the files' names, not their content. */
import { type FileHandle, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MachineError } from '../../errors.ts'
import type { JournalLine } from '../../model/run.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { ResultStore, StoredRun } from '../../ports/result-store.ts'
import { codeOf, fileProblem } from './file-problem.ts'
import { type JournalFile, openJournal } from './journal-file.ts'
import { writeJson } from './json-file.ts'
import { makeFolder } from './make-folder.ts'
import { readJournal } from './read-journal.ts'
import { writeText } from './text-file.ts'

const resultFiles = ['journal.jsonl', 'run.json', 'verdict.json', 'summary.md', 'report.html'] as const

/** A file of a result folder. */
export type ResultFile = (typeof resultFiles)[number]

/** A folder for a verdict that was computed again; other files in it are left alone. */
export class VerdictFolder {
  readonly path: string
  protected readonly stored: Set<ResultFile> = new Set()

  constructor(path: string) {
    this.path = path
  }

  /** The path of a file that was written through this folder; null for one that was not. */
  pathOf(file: ResultFile): string | null {
    return this.stored.has(file) ? join(this.path, file) : null
  }

  /** Names of the files that were written through this folder, in the order of the story. */
  written(): readonly ResultFile[] {
    return resultFiles.filter((file) => this.stored.has(file))
  }

  saveVerdict(verdict: Verdict): Promise<void> {
    return this.store('verdict.json', (path) => writeJson(path, verdict))
  }

  saveSummary(markdown: string): Promise<void> {
    return this.store('summary.md', (path) => writeText(path, markdown))
  }

  saveReport(html: string): Promise<void> {
    return this.store('report.html', (path) => writeText(path, html))
  }

  protected async store(file: ResultFile, write: (path: string) => Promise<void>): Promise<void> {
    await write(join(this.path, file))
    this.stored.add(file)
  }
}

/** The folder of a job that measures. */
export class ResultFolder extends VerdictFolder implements ResultStore {
  readonly #journal: JournalFile

  constructor(path: string, journal: JournalFile) {
    super(path)
    this.#journal = journal
  }

  append(line: JournalLine): Promise<void> {
    return this.store('journal.jsonl', () => this.#journal.append(line))
  }

  async readJournal(): Promise<readonly JournalLine[]> {
    return (await readJournal(join(this.path, 'journal.jsonl'))).lines
  }

  saveRun(run: StoredRun): Promise<void> {
    return this.store('run.json', (path) => writeJson(path, run))
  }

  /** Closes the journal, the only file that stays open. */
  close(): Promise<void> {
    return this.#journal.close()
  }
}

async function orMachineError<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new MachineError([fileProblem(`Cannot write to the folder ${path}.`, error)], { cause: error })
  }
}

async function hasTrial(journal: FileHandle): Promise<boolean> {
  for await (const line of journal.readLines()) if (line.startsWith('{"kind":"trial"')) return true
  return false
}

/** The first name that is free: journal.earlier.jsonl, then journal.earlier-2.jsonl and so on. */
async function nameForEarlier(path: string): Promise<string> {
  const taken = new Set(await readdir(path))
  for (let nth = 1; ; nth += 1) {
    const name = nth === 1 ? 'journal.earlier.jsonl' : `journal.earlier-${nth}.jsonl`
    if (!taken.has(name)) return name
  }
}

/** A journal without a trial is no loss; one with some never takes the place of another. */
async function setJournalAside(path: string): Promise<void> {
  const file = join(path, 'journal.jsonl')
  const journal = await open(file).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error
    return null
  })
  if (!journal) return
  const kept = await hasTrial(journal).finally(() => journal.close())
  await (kept ? rename(file, join(path, await nameForEarlier(path))) : rm(file))
}

/** Whether the journal in the folder is this job's to go on with. */
export interface FolderUse {
  readonly keepJournal: boolean
}

/** An earlier job's verdict must not be taken for this one's should this one die; its journal is GPU time, and kept. */
async function clearEarlier(path: string, { keepJournal }: FolderUse): Promise<void> {
  const at = (file: ResultFile) => join(path, file)
  if (!keepJournal) await setJournalAside(path)
  for (const file of resultFiles.filter((name) => name !== 'journal.jsonl'))
    await rm(at(file), { force: true })
}

/**
 * Opens a folder for a job; makes it. What an earlier job left there is removed, but for its journal: that is gone on
 * with (`keepJournal`), or kept if it has any trials, as journal.earlier.jsonl, or journal.earlier-2.jsonl and so on where
 * such names are taken. Throws MachineError when the folder cannot be written to.
 */
export async function openResultFolder(path: string, use: FolderUse): Promise<ResultFolder> {
  await orMachineError(path, () => clearEarlier(path, use))
  return new ResultFolder(path, await openJournal(join(path, 'journal.jsonl')))
}

/** Opens a folder for a verdict alone; makes it. Throws MachineError when it cannot be made. */
export async function openVerdictFolder(path: string): Promise<VerdictFolder> {
  await orMachineError(path, () => makeFolder(path))
  return new VerdictFolder(path)
}
