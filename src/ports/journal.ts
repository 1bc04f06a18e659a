/** The journal of a run, as the story needs it. */
import type { JournalLine } from '../model/run.ts'

/** Appends lines and flushes each at once, so that a killed job keeps what it measured. */
export interface Journal {
  /** Throws MachineError when the line cannot be stored (disk full, no permission). */
  append(line: JournalLine): Promise<void>
}
