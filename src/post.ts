/** After the action, also when it was cancelled or killed: tells what was kept, if the action itself could not. */

import { join } from 'node:path'
import { readBaseline } from './adapters/files/read-baseline.ts'
import { readJournal } from './adapters/files/read-journal.ts'
import { openVerdictFolder } from './adapters/files/result-folder.ts'
import { actionsHost } from './adapters/github/actions-host.ts'
import { assembleRun } from './core/assemble-run.ts'
import { judgeRun } from './core/judge/judge-run.ts'
import { InputError, messageOf } from './errors.ts'
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
  if (run.startedAt < host.state('since'))
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

if (folder !== '' && host.state('published') === '') {
  // The step has failed already: what goes wrong here is worth a warning and no more.
  await publishWhatWasKept().catch((error: unknown) =>
    host.warn(`Nothing could be kept of the killed job: ${messageOf(error)}`),
  )
}
