/** Jobs whose agents are programs, on the scripted engine: a workspace with small programs of Node, and what came of it. */
import { type Run, runSchema, type Trial } from '../../src/model/run.ts'
import { runCli, startCli } from './cli.ts'
import type { Ended, EntryProcess } from './entry-process.ts'
import { aScriptedServer } from './scripted-server.ts'
import { aPolicy, aWorkspace, type PolicyParts, policyFile, type Workspace } from './workspace.ts'

/** One answer of /api/chat, read to its end; `last` is the server's last word. */
export const asks = `
  const ask = async (fields = {}) => {
    const answer = await fetch(process.env.OLLAMA_BASE_URL + '/api/chat', { method: 'POST', body: JSON.stringify({
      model: process.env.OLLAMA_MODEL, messages: [{ role: 'user', content: 'hi' }],
      options: JSON.parse(process.env.OLLAMA_OPTIONS), ...fields }) })
    return JSON.parse((await answer.text()).trim().split('\\n').at(-1))
  }`

/** A program that asks once and does something else. */
export const asksOnce = (more = ''): string =>
  `${asks}\nimport fs from 'node:fs'\nimport { spawn } from 'node:child_process'\nconst last = await ask()\n${more}\n`

/** What a program is told of in a policy, beside its command. */
export const program = (settings = 'timeout-minutes: 1'): string =>
  `{ command: [${JSON.stringify(process.execPath)}, agent.mjs], ${settings} }`

const options = 'options: { num_ctx: 1024, num_gpu: 8, num_predict: 12, temperature: 0, seed: 1 }'

/** The agents of a policy by name, with their programs. */
export const agents = (programs: Readonly<Record<string, string>>): string =>
  [
    'agents:',
    ...Object.entries(programs).map(([name, own]) => `  ${name}: { ${options}, program: ${own} }`),
  ].join('\n')

/** The protocol of a job of one trial a cell, in which a late client, as on a busy machine, is only marked. */
export const once = 'runs: 1, validity: { mark-only: [client-lag] }'

/** One cell of one trial with the agent `a`, unless more is said. */
export const programPolicy = (parts: PolicyParts = {}): string =>
  aPolicy({
    agents: agents({ a: program() }),
    matrix: ['{ workload: single-agent, scenario: single, agents: [a] }'],
    protocol: once,
    limits: ['{ metric: turnTimeMs, fail: 60000 }'],
    ...parts,
  })

/** What a job left. */
export interface ProgramJob extends Ended {
  readonly run: Run
  readonly trials: readonly Trial[]
}

/** A workspace with the policy and these files. */
export const programWorkspace = (
  files: Readonly<Record<string, string>>,
  policy = programPolicy(),
): Workspace => aWorkspace({ [policyFile]: policy, ...files })

const lineOf = async (more: readonly string[]): Promise<readonly string[]> => [
  ...['run', '--policy', policyFile, '--servers', await aScriptedServer(), '--seed', '1'],
  ...more,
]

/** Starts a job in the workspace. */
export const startJob = async (workspace: Workspace, ...more: readonly string[]): Promise<EntryProcess> =>
  startCli(await lineOf(more), { cwd: workspace.path })

/** Runs a job to its end. `env` is what the gate itself is given beside PATH and HOME. */
export async function runJob(
  workspace: Workspace,
  more: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<ProgramJob> {
  const ended = await runCli(await lineOf(more), { cwd: workspace.path, env })
  if (!workspace.has('.ollama-perf-gate/run.json')) throw new Error(`no run: ${ended.stdout}${ended.stderr}`)
  const { figures: _, ...run } = JSON.parse(workspace.read('.ollama-perf-gate/run.json'))
  const parsed = runSchema.parse(run)
  return { ...ended, run: parsed, trials: parsed.trials }
}

/** The trial of a cell by its scenario. */
export const trialOf = ({ trials }: ProgramJob, scenario: string): Trial | undefined =>
  trials.find(({ visit }) => visit.cellId.includes(`/${scenario}/`))

/** A job of ten trials on a busy machine. */
export const jobMs = 120_000
