/** The verdict of a job that broke: the reason first, and under it whatever had been measured by then. Measures nothing. */
import { join } from 'node:path'
import type { ResultFolder } from './adapters/files/result-folder.ts'
import { assembleRun } from './core/assemble-run.ts'
import { judgeRun, verdictOfProblems } from './core/judge/judge-run.ts'
import { GateError, messageOf } from './errors.ts'
import type { Baseline } from './model/baseline.ts'
import type { JournalLine } from './model/run.ts'
import type { Verdict } from './model/verdict.ts'

/** A job's folder, its baseline, and the signal that may have stopped it; null is what it did not come to. */
export interface BrokenJob {
  readonly folder: ResultFolder | null
  readonly baseline: Baseline | null
  readonly signal: AbortSignal
}

/** A signal may come while something is being started, which then fails in its own words: the signal is the reason. */
function reasonVerdict(error: unknown, signal: AbortSignal): Verdict {
  if (signal.aborted)
    return verdictOfProblems('interrupted', [{ what: `The job was stopped by ${messageOf(signal.reason)}.` }])
  if (error instanceof GateError) return verdictOfProblems(error.kind, error.problems)
  throw error
}

/** The last moment that the journal knows of, in ms of its own clock. */
const lastMs = (lines: readonly JournalLine[]): number =>
  lines.reduce((last, line) => (line.kind === 'trial' ? Math.max(last, line.trial.endedMs) : last), 0)

const keptNote = ({ path }: ResultFolder): string =>
  `What had been measured is kept in ${join(path, 'journal.jsonl')}, which the verb judge takes.`

/** Throws the error itself when it is none of the gate's own: then the gate is wrong, and no verdict is to be had. */
export async function brokenVerdict(
  error: unknown,
  { folder, baseline, signal }: BrokenJob,
): Promise<Verdict> {
  const reason = reasonVerdict(error, signal)
  // A journal that this job has not written to is an earlier job's: its figures are not this job's to show.
  if (!folder?.written().includes('journal.jsonl')) return reason
  const lines = await folder.readJournal().catch(() => [])
  if (!lines.some(({ kind }) => kind === 'trial')) return reason
  const ended = { how: 'failed', message: reason.title, atMs: lastMs(lines) } as const
  const { outcome, title, problems } = reason
  const judged = judgeRun({ ...assembleRun(lines), ended }, baseline)
  return { ...judged, outcome, title, problems, notes: [...judged.notes, keptNote(folder)] }
}
