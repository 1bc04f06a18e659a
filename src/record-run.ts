/** From a finished run to a baseline file, for the verb and the action's mode alike. */
import { writeJson } from './adapters/files/json-file.ts'
import { readBaselineIfAny } from './adapters/files/read-baseline.ts'
import { addToBaseline } from './core/make-baseline.ts'
import { describeProblem, GateError } from './errors.ts'
import { exitCodeOfJob, type Finished } from './job.ts'
import type { Run } from './model/run.ts'
import type { Outcome } from './model/verdict.ts'

/** A broken limit or a broken machine is not what later runs should be compared with. */
const recordable: readonly Outcome[] = ['pass', 'warn', 'inconclusive']

/** What happened to the file, in words, and the exit code that follows. */
export interface Recorded {
  readonly message: string
  readonly exitCode: number
}

async function write(file: string, run: Run): Promise<string> {
  const baseline = addToBaseline(await readBaselineIfAny(file), run)
  await writeJson(file, baseline)
  const sessions = baseline.sessions.length
  return `${file} now has ${sessions} session${sessions === 1 ? '' : 's'}. Review and commit it.`
}

/** Adds the run to the file as a session, or says why not; never changes a file that it cannot read. */
export async function recordRun(finished: Finished, file: string): Promise<Recorded> {
  const { run, verdict, interrupted } = finished
  const exitCode = exitCodeOfJob(finished)
  if (interrupted) return { message: `${file} was not written: the job was stopped.`, exitCode }
  if (!run || !recordable.includes(verdict.outcome))
    return { message: `${file} was not written: the verdict is ${verdict.outcome}.`, exitCode }
  try {
    // A first session has nothing to compare with: that it could not tell is no reason to end red.
    const message = await write(file, run)
    return { message, exitCode: verdict.outcome === 'inconclusive' ? 0 : exitCode }
  } catch (error) {
    if (!(error instanceof GateError)) throw error
    const message = `${error.problems.map(describeProblem).join('\n')}\n${file} was not written.`
    return { message, exitCode: error.kind === 'machine' ? 4 : 2 }
  }
}
