/** The action: inputs from the runner, one job, and everything that a pull request's reader will see of it. */
import { join } from 'node:path'
import { actionsHost } from './adapters/github/actions-host.ts'
import { type ActionInputs, readInputs } from './adapters/github/inputs.ts'
import { jobIdentity } from './adapters/github/job-identity.ts'
import { ownerOfThisProcess } from './adapters/process/started-registry.ts'
import { verdictOfProblems } from './core/judge/judge-run.ts'
import { exitCodeOf } from './core/outcome.ts'
import { GateError } from './errors.ts'
import { exitCodeOfJob, type Finished, runJob } from './job.ts'
import { defaultWaitMinutes, type JobInputs } from './job-inputs.ts'
import type { Verdict } from './model/verdict.ts'
import type { CiHost } from './ports/ci-host.ts'
import type { Progress } from './ports/progress.ts'
import { publish } from './publish.ts'
import { recordRun } from './record-run.ts'
import { progressLine } from './render/progress.ts'
import { brokenCode, reportOf } from './report-error.ts'
import { stopOnSignals } from './stop-signal.ts'

const recordedFile = ({ baseline }: ActionInputs): string => baseline ?? 'ollama-perf-gate-baseline.json'

const jobInputs = (inputs: ActionInputs): JobInputs => ({
  policyFile: inputs.policy,
  servers: inputs.servers ?? 'default',
  baseServers: inputs.baseServers ?? null,
  baseModel: inputs.baseModel ?? null,
  baseAgentsFile: inputs.baseAgents ?? null,
  baseFolder: inputs.baseFolder ?? null,
  ollama: inputs.ollama ?? null,
  ollamaBase: inputs.ollamaBase ?? null,
  modelStores: inputs.modelStores ?? [],
  baselineFile: inputs.mode === 'record' ? recordedFile(inputs) : (inputs.baseline ?? null),
  recording: inputs.mode === 'record',
  against: inputs.mode === 'record' ? null : (inputs.against ?? null),
  budgetMinutes: inputs.budgetMinutes ?? null,
  waitMinutes: inputs.waitMinutes ?? defaultWaitMinutes,
  fresh: inputs.fresh,
  seed: inputs.seed ?? null,
  out: inputs.out,
})

/** A log keeps every line for ever: one a trial is enough. */
const logProgress =
  (host: CiHost): Progress =>
  (event) => {
    if (event.kind === 'note') host.logUntrusted(event.text)
    if (event.kind !== 'measured') return
    const { trial, done, of, leftMs } = event
    host.logUntrusted(progressLine({ done, of, leftMs, cellId: trial.visit.cellId }))
    if (trial.failure !== null) host.logUntrusted(`The trial failed: ${trial.failure}`)
  }

/** From here on the post step has nothing left to tell. */
async function publishOnce(host: CiHost, verdict: Verdict, folder: Finished['folder']): Promise<void> {
  await publish(host, verdict, folder)
  host.saveState('published', 'yes')
}

async function finish(host: CiHost, inputs: ActionInputs, finished: Finished): Promise<number> {
  await publishOnce(host, finished.verdict, finished.folder)
  if (inputs.mode !== 'record') return exitCodeOfJob(finished, inputs.failOn)
  const recorded = await recordRun(finished, recordedFile(inputs))
  host.logUntrusted(recorded.message)
  return recorded.exitCode
}

/** What the post step needs should this process be killed: where the results are, since when they are this job's, and whose servers it has to end. */
function keepForPost(host: CiHost, { out, mode, baseline = '' }: ActionInputs): void {
  host.saveState('folder', out)
  host.saveState('since', new Date().toISOString())
  host.saveState('baseline', mode === 'record' ? '' : baseline)
  host.saveState('owner', ownerOfThisProcess())
}

async function run(host: CiHost): Promise<number> {
  const signal = stopOnSignals((name) => host.warn(`${name}: stopping, what was measured is kept.`))
  let verdict: Verdict
  try {
    const inputs = readInputs((name) => host.input(name))
    keepForPost(host, inputs)
    const embeddedEntry = join(import.meta.dirname, 'embedded', 'main.ts')
    const finished = await runJob(jobInputs(inputs), {
      progress: logProgress(host),
      signal,
      embeddedEntry,
      ...jobIdentity(process.env, inputs.policy),
    })
    return await finish(host, inputs, finished)
  } catch (error) {
    if (!(error instanceof GateError)) throw error
    verdict = verdictOfProblems(error.kind, error.problems)
  }
  await publishOnce(host, verdict, null)
  return exitCodeOf(verdict)
}

const host = actionsHost(process.env)

/** Whatever gets here is a bug of the gate: it must be red, and never look like a slow server. */
const annotateBug = (error: unknown): number => {
  const { text, exitCode } = reportOf(error)
  host.annotate([{ level: 'error', title: 'ollama-perf-gate is broken', message: text }])
  return exitCode
}

process.on('uncaughtException', (error) => process.exit(annotateBug(error)))
host.exitWith(brokenCode)
try {
  host.exitWith(await run(host))
} catch (error) {
  host.exitWith(annotateBug(error))
}
