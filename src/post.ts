/** After the action, also when it was cancelled or killed: tells what was kept, if the action itself could not. */

import { join } from 'node:path'
import { readJournal } from './adapters/files/read-journal.ts'
import { actionsHost } from './adapters/github/actions-host.ts'
import { assembleRun } from './core/assemble-run.ts'
import { judgeRun } from './core/judge/judge-run.ts'
import { messageOf } from './errors.ts'
import { publish } from './publish.ts'

const host = actionsHost(process.env)
const folder = host.state('folder')

/** A killed job left a journal: its run and verdict are worth keeping. */
async function publishWhatWasKept(path: string): Promise<void> {
  const { lines } = await readJournal(join(path, 'journal.jsonl'))
  const verdict = judgeRun(assembleRun(lines), null)
  await publish(host, verdict, null)
}

if (folder !== '' && host.state('published') === '') {
  // The step has failed already: what goes wrong here is worth a warning and no more.
  await publishWhatWasKept(folder).catch((error: unknown) =>
    host.warn(`Nothing could be kept of the killed job: ${messageOf(error)}`),
  )
}
