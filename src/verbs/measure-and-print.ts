/** The verb `run`, and what every measuring verb shares: inputs from options, and the result on standard output. */
import { join } from 'node:path'
import { formatJson } from '../adapters/files/json-file.ts'
import { consoleProgress } from '../console-progress.ts'
import { exitCodeOfJob, type Finished, runJob } from '../job.ts'
import type { JobInputs } from '../job-inputs.ts'
import type { Verdict } from '../model/verdict.ts'
import { renderTerminal } from '../render/terminal.ts'
import { parseServerChoice, splitFolders, splitList } from '../server-choice.ts'
import { stopOnSignals } from '../stop-signal.ts'

/** Options of the measuring verbs, as the argument parser gives them. */
export interface MeasureOptions {
  readonly policy: string
  readonly servers?: string
  readonly budgetMinutes?: number
  readonly seed?: number
  readonly out: string
  readonly json?: boolean
  readonly ollama?: string
  readonly ollamaBase?: string
  readonly modelStore?: string
  readonly waitMinutes: number
  readonly fresh?: boolean
  readonly baseServers?: string
  readonly baseModel?: string
  readonly baseAgents?: string
  readonly baseFolder?: string
  readonly baseline?: string
  readonly against?: 'baseline' | 'none'
  readonly failOn?: 'fail' | 'warn'
}

/** A terminal of unknown width (some say 0), or a log. */
const widthOfLogs = 110

/** Whether the baseline is the job's result, or what it compares with. */
interface Purpose {
  readonly recording: boolean
}

const inputsOf = (options: MeasureOptions, { recording }: Purpose): JobInputs => ({
  policyFile: options.policy,
  servers: parseServerChoice(options.servers),
  baseServers: options.baseServers === undefined ? null : splitList(options.baseServers),
  baseModel: options.baseModel ?? null,
  baseAgentsFile: options.baseAgents ?? null,
  baseFolder: options.baseFolder ?? null,
  ollama: options.ollama ?? null,
  ollamaBase: options.ollamaBase ?? null,
  modelStores: splitFolders(options.modelStore),
  baselineFile: options.baseline ?? null,
  recording,
  against: options.against ?? null,
  budgetMinutes: options.budgetMinutes ?? null,
  waitMinutes: options.waitMinutes,
  fresh: options.fresh === true,
  seed: options.seed ?? null,
  out: options.out,
})

/** Prints a verdict as a table, or as the very bytes of verdict.json. */
export function printVerdict(verdict: Verdict, json: boolean): void {
  const { stdout, env } = process
  const colour = stdout.isTTY === true && !env.NO_COLOR
  process.stdout.write(
    json
      ? formatJson(verdict)
      : `${renderTerminal(verdict, { colour, width: stdout.columns || widthOfLogs })}\n`,
  )
}

/** Runs a job with progress on standard error and prints its verdict. */
export async function measureWith(options: MeasureOptions, purpose: Purpose): Promise<Finished> {
  const { stderr } = process
  const signal = stopOnSignals((name) => stderr.write(`\n${name}: stopping, what was measured is kept.\n`))
  const embeddedEntry = join(import.meta.dirname, '..', 'embedded', 'main.ts')
  const finished = await runJob(inputsOf(options, purpose), {
    progress: consoleProgress(stderr),
    signal,
    embeddedEntry,
    holder: `ollama-perf-gate with the policy ${options.policy}`,
    job: null,
  })
  printVerdict(finished.verdict, options.json === true)
  if (finished.folder && !options.json)
    process.stdout.write(`Files in ${finished.folder.path}: ${finished.folder.written().join(', ')}\n`)
  return finished
}

/** Runs the verb; resolves to its exit code. */
export async function measureAndPrint(options: MeasureOptions): Promise<number> {
  return exitCodeOfJob(await measureWith(options, { recording: false }), options.failOn)
}
