/** The verb `judge`: a verdict from files alone. */
import { readBaseline } from '../adapters/files/read-baseline.ts'
import { readJournal } from '../adapters/files/read-journal.ts'
import { readRun } from '../adapters/files/read-run.ts'
import { openVerdictFolder } from '../adapters/files/result-folder.ts'
import { assembleRun } from '../core/assemble-run.ts'
import { baselineProblems } from '../core/baseline-fit.ts'
import { judgeRun, verdictOfProblems } from '../core/judge/judge-run.ts'
import { exitCodeOf } from '../core/outcome.ts'
import { GateError, InputError } from '../errors.ts'
import type { Baseline } from '../model/baseline.ts'
import type { Run } from '../model/run.ts'
import type { Verdict } from '../model/verdict.ts'
import { renderSummary } from '../render/summary.ts'
import { printVerdict } from './measure-and-print.ts'

/** Options of the verb. */
export interface JudgeOptions {
  readonly run: string
  readonly baseline?: string
  readonly out?: string
  readonly json?: boolean
}

async function read(file: string): Promise<Run> {
  return file.endsWith('.jsonl') ? assembleRun((await readJournal(file)).lines) : readRun(file)
}

async function readFittingBaseline(file: string, { policy, environment }: Run): Promise<Baseline> {
  const baseline = await readBaseline(file)
  const problems = baselineProblems(baseline, policy.policy.name, environment)
  if (problems.length > 0) throw new InputError(problems)
  return baseline
}

/** The stored run's verdict, computed again. Throws InputError when run or baseline cannot be read, or do not fit. */
export async function judgeAgain(options: Pick<JudgeOptions, 'run' | 'baseline'>): Promise<Verdict> {
  const run = await read(options.run)
  const baseline = options.baseline === undefined ? null : await readFittingBaseline(options.baseline, run)
  return judgeRun(run, baseline)
}

async function verdictOf(options: JudgeOptions): Promise<Verdict> {
  try {
    return await judgeAgain(options)
  } catch (error) {
    if (error instanceof GateError) return verdictOfProblems(error.kind, error.problems)
    throw error
  }
}

/** Runs the verb; resolves to its exit code. Throws MachineError when the verdict cannot be stored. */
export async function judgeStored(options: JudgeOptions): Promise<number> {
  const verdict = await verdictOf(options)
  // First, so that a folder that cannot be written to hides no verdict.
  printVerdict(verdict, options.json === true)
  if (options.out !== undefined) {
    const folder = await openVerdictFolder(options.out)
    await folder.saveVerdict(verdict)
    await folder.saveSummary(renderSummary(verdict))
  }
  return exitCodeOf(verdict)
}
