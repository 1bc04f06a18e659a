/** Jobs that stop in the middle, at a moment that a test chooses, and leave an unfinished run. */
import { setTimeout as wait } from 'node:timers/promises'
import { startCli } from './cli.ts'
import type { Ended } from './entry-process.ts'
import { trialsIn } from './journal.ts'
import { eventually } from './process-table.ts'
import { aScriptedServer } from './scripted-server.ts'
import { policyFile, type Workspace } from './workspace.ts'

/** How late the client is, and how long a load takes, depends on what else runs here: it is to spoil no trial. */
export const steady = 'validity: { mark-only: [client-lag, unexpected-load] }'

/** Five tests at a time, on a machine that may have two cores and other things to do. */
export const slowly = { timeout: 90_000 }

/** The command that measures base and head on one server. */
export const runLine = (url: string, ...more: readonly string[]): readonly string[] => [
  ...['run', '--policy', policyFile, '--servers', url, '--base-servers', url],
  ...more,
]

/** Its requests of these numbers, from 1, hang for as long as a test waits. */
export const aServerThatHangsAt = (...requests: readonly number[]): Promise<string> =>
  aScriptedServer({
    faults: requests.map((atRequest) => ({ kind: 'stall', atRequest, afterTokens: 3, ms: 20_000 })),
  })

/** Waits until so many trials are on record, and the next one hangs. */
export async function hangsAfter(trials: number, workspace: Workspace): Promise<void> {
  await eventually(`${trials} trials are measured`, () => trialsIn(workspace) === trials)
  await wait(150)
}

/** Starts a job, and stops it by the signal once so many trials are on record and the next one hangs. */
export async function stopAt(
  trials: number,
  signal: NodeJS.Signals,
  { workspace, line }: { readonly workspace: Workspace; readonly line: readonly string[] },
): Promise<Ended> {
  const job = startCli(line, { cwd: workspace.path })
  await job.says('trials, at most')
  await hangsAfter(trials, workspace)
  job.child.kill(signal)
  return job.ended
}
