/** Where a job's results go, as the story needs it. */
import type { Summary } from '../model/figures.ts'
import type { JournalLine, Run } from '../model/run.ts'
import type { Verdict } from '../model/verdict.ts'
import type { Journal } from './journal.ts'

/** A run as it is stored: the derived figures are for readers, judging starts from the records. */
export type StoredRun = Run & { readonly figures: readonly Summary[] }

/** One job's results. Every save throws MachineError when it cannot be stored. */
export interface ResultStore extends Journal {
  /** The journal as it stands; a torn last line is left out. */
  readJournal(): Promise<readonly JournalLine[]>
  saveRun(run: StoredRun): Promise<void>
  saveVerdict(verdict: Verdict): Promise<void>
  saveSummary(markdown: string): Promise<void>
}
