/** After the action, also when it was cancelled or killed: ends what it left running, and tells what was kept. */

import { join } from 'node:path'
import { readBaseline } from './adapters/files/read-baseline.ts'
import { readJournal } from './adapters/files/read-journal.ts'
import { openVerdictFolder } from './adapters/files/result-folder.ts'
import { actionsHost } from './adapters/github/actions-host.ts'
import { stateFolder } from './adapters/lock/machine-lock.ts'
import { endLostPrograms } from './adapters/process/agent-orphans.ts'
import { endServersOf } from './adapters/process/started-registry.ts'
import { assembleRun } from './core/assemble-run.ts'
import { judgeRun } from './core/judge/judge-run.ts'
import { InputError, messageOf } from './errors.ts'
import { count } from './model/number-format.ts'
import type { Run } from './model/run.ts'
import type { Verdict } from './model/verdict.ts'
import { publish } from './publish.ts'
import { renderSummary } from './render/summary.ts'

const host = actionsHost(process.env)
const folder = host.state('folder')

/** The killed job's run. Throws InputError when there is none, be it that the journal is an earlier job's. */
async function runOfJob(): Promise<Run> {
  const path = join(folder, 'journal.jsonl')
  const run = assembleRun((await readJournal(path)).lines)
  if ((run.resumed.at(-1)?.at ?? run.startedAt) < host.state('since'))
    throw new InputError([{ what: `${path} is of an earlier job: this one had not begun to measure.` }])
  return run
}

/** The file may have gone with the killed job; then there is nothing to compare with. */
async function judge(run: Run): Promise<Verdict> {
  const file = host.state('baseline')
  return judgeRun(run, file === '' ? null : await readBaseline(file).catch(() => null))
}

async function store(verdict: Verdict): Promise<void> {
  const kept = await openVerdictFolder(folder)
  await kept.saveVerdict(verdict)
  await kept.saveSummary(renderSummary(verdict))
}

async function publishWhatWasKept(): Promise<void> {
  const verdict = await judge(await runOfJob())
  await publish(host, verdict, null)
  await store(verdict).catch((error: unknown) => host.warn(messageOf(error)))
}

/** A cancelled job may be killed before it has ended what it started. Throws InputError for an impossible state folder. */
async function endWhatWasStarted(owner: string): Promise<void> {
  const programs = endLostPrograms(owner)
  if (programs.length > 0)
    host.log(
      `Ended ${count(programs.length, 'process', 'processes')} of programs that the job had left running.`,
    )
  const { ended, left } = await endServersOf(stateFolder(process.env), owner)
  if (ended.length > 0) host.log(`Ended ${count(ended.length, 'server')} that the job had left running.`)
  for (const { pid, port } of left)
    host.warn(`The server of the killed job on port ${port ?? '?'} (pid ${pid}) could not be ended.`)
}

// The step has failed already: what goes wrong here is worth a warning and no more.
if (host.state('owner') !== '')
  await endWhatWasStarted(host.state('owner')).catch((error: unknown) =>
    host.warn(`What the job had left running was not ended: ${messageOf(error)}`),
  )

if (folder !== '' && host.state('published') === '') {
  await publishWhatWasKept().catch((error: unknown) =>
    host.warn(`Nothing could be kept of the killed job: ${messageOf(error)}`),
  )
}
