/** A GitHub runner in small: the bundle alone in a folder, inputs and files as the runner gives them, and what it reads. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'yaml'
import { afterTheTests } from './clean-up.ts'
import { type Ended, type EntryProcess, startNode } from './entry-process.ts'
import type { Workspace } from './workspace.ts'

const root = join(import.meta.dirname, '..', '..')

/** Names to texts: inputs, outputs, state. */
export type Texts = Readonly<Record<string, string>>

/** What a step left behind besides its log. */
export interface StepResult extends Ended {
  readonly outputs: Texts
  readonly summary: string
  readonly state: Texts
}

/** A step that was started. */
export interface Step {
  readonly process: EntryProcess
  readonly result: Promise<StepResult>
}

/** The action in a folder of its own. */
export interface InstalledAction {
  start(workspace: Workspace, inputs: Texts, env?: Texts): Step
  run(workspace: Workspace, inputs: Texts, env?: Texts): Promise<StepResult>
  /** The step's clean-up, with the state that the step kept. */
  post(workspace: Workspace, state: Texts): Promise<StepResult>
  remove(): void
}

interface Manifest {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
  readonly outputs: Readonly<Record<string, unknown>>
}

/** What action.yml declares. */
export const actionManifest = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as Manifest

/** Builds the bundle where there is none, and puts it where no package is near. */
export function installAction(): InstalledAction {
  if (!existsSync(join(root, 'dist', 'main', 'index.js')))
    execFileSync(process.execPath, ['.ci/build.ts'], { cwd: root, stdio: 'inherit' })
  const folder = mkdtempSync(join(tmpdir(), 'gate-action-'))
  for (const entry of ['main', 'post'])
    cpSync(join(root, 'dist', entry), join(folder, 'dist', entry), { recursive: true })
  const start = (entry: string, workspace: Workspace, env: Texts) =>
    startStep(join(folder, 'dist', entry, 'index.js'), workspace, env)
  const main = (workspace: Workspace, inputs: Texts, env: Texts = {}) =>
    start('main', workspace, { ...inputVariables(inputs), ...env })
  return {
    start: main,
    run: (workspace, inputs, env) => main(workspace, inputs, env).result,
    post: (workspace, state) => start('post', workspace, prefixed('STATE_', state)).result,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const prefixed = (prefix: string, texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [`${prefix}${name}`, text]))

/** Every declared input, with its default or empty; dashes stay in the names. */
const inputVariables = (inputs: Texts): Texts =>
  Object.fromEntries(
    Object.entries(actionManifest.inputs).map(([name, { default: otherwise = '' }]) => [
      `INPUT_${name.toUpperCase()}`,
      inputs[name] ?? otherwise,
    ]),
  )

const fileNames = ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_STATE'] as const

const pullRequest = {
  action: 'synchronize',
  number: 12,
  pull_request: { number: 12, head: { sha: 'a'.repeat(40) }, base: { sha: 'b'.repeat(40) } },
}

function runnerVariables(folder: string, workspace: Workspace): Texts {
  writeFileSync(join(folder, 'event.json'), JSON.stringify(pullRequest))
  for (const name of fileNames) writeFileSync(join(folder, name), '')
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: join(folder, 'event.json'),
    GITHUB_REPOSITORY: 'owner/agents',
    GITHUB_RUN_ID: '77',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: 'c'.repeat(40),
    GITHUB_WORKSPACE: workspace.path,
    RUNNER_NAME: 'rtx4080-a',
    RUNNER_OS: 'Linux',
    RUNNER_TEMP: folder,
    ...Object.fromEntries(fileNames.map((name) => [name, join(folder, name)])),
  }
}

/** The runner's file form: `name<<delimiter`, lines, the delimiter. */
const readPairs = (text: string): Texts =>
  Object.fromEntries(
    [...text.matchAll(/^([^\n]+?)<<([^\n]+)\n(.*?)\n?\2$/gms)].map(([, name, , value]) => [name, value]),
  )

function startStep(file: string, workspace: Workspace, env: Texts): Step {
  const folder = mkdtempSync(join(tmpdir(), 'gate-runner-'))
  afterTheTests(() => rmSync(folder, { recursive: true, force: true }))
  const read = (name: (typeof fileNames)[number]) => readFileSync(join(folder, name), 'utf8')
  const step = startNode([file], {
    cwd: workspace.path,
    env: { ...runnerVariables(folder, workspace), ...env },
  })
  return {
    process: step,
    result: step.ended.then((ended) => ({
      ...ended,
      outputs: readPairs(read('GITHUB_OUTPUT')),
      summary: read('GITHUB_STEP_SUMMARY'),
      state: readPairs(read('GITHUB_STATE')),
    })),
  }
}

/** The lines of a log that the runner would take for commands. */
export const commandsIn = (log: string): readonly string[] =>
  log.split('\n').filter((line) => /^\s*::/.test(line) || line.includes('##['))
