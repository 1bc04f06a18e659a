/** Jobs that start their own servers, and what they leave in their folders. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerFacts } from '../../src/model/environment.ts'
import { startCli } from './cli.ts'
import type { EntryProcess } from './entry-process.ts'
import { out, trialsIn } from './journal.ts'
import type { Binary } from './ollama-binaries.ts'
import { eventually } from './process-table.ts'
import { type Watch, watchServers } from './started-servers.ts'
import { steady } from './unfinished-run.ts'
import { aPolicy, type PolicyParts, patient, policyFile, type Workspace } from './workspace.ts'

/** One thread: servers that all take every core would only wait for each other. */
const oneThread =
  'agents:\n  short: { options: { num_ctx: 1024, num_predict: 12, temperature: 0, seed: 1, num_thread: 1 } }'

/** A policy that takes a moment, and one that takes longer than any test. */
export const ownPolicy = (parts: PolicyParts = {}): string =>
  aPolicy({ agents: oneThread, timeouts: patient, protocol: `runs: 2, ${steady}`, ...parts })
export const endlessPolicy = (parts: PolicyParts = {}): string =>
  ownPolicy({ protocol: `runs: 400, ${steady}`, ...parts })

/** The options of every verb that starts servers of this binary. */
export const serversOf = ({ file, store }: Binary): readonly string[] => [
  ...['--ollama', file],
  ...(store === null ? [] : ['--model-store', store]),
]

/** The command that measures. */
export const ownLine = (binary: Binary, ...more: readonly string[]): readonly string[] => [
  ...['run', '--policy', policyFile, ...serversOf(binary)],
  ...more,
]

/** Names of the logs in the folder of results, sorted; empty for none. */
export const logsIn = ({ path }: Workspace): readonly string[] =>
  (existsSync(join(path, out)) ? readdirSync(join(path, out)) : [])
    .filter((name) => name.endsWith('.log'))
    .toSorted()

/** The port of a server. */
export const portOf = ({ url }: ServerFacts): number => Number(new URL(url).port)

/** What the verdict tells of head's servers. */
export const headOf = (workspace: Workspace): readonly ServerFacts[] =>
  workspace.verdict().environment?.servers.head ?? []

/** Starts a job and waits until it measures. */
export async function atWork(
  workspace: Workspace,
  command: readonly string[],
): Promise<{ readonly job: EntryProcess; readonly watch: Watch }> {
  const watch = watchServers(workspace)
  const job = startCli(command, { cwd: workspace.path })
  await eventually('it measures', () => trialsIn(workspace) > 1)
  return { job, watch }
}
