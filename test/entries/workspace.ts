/** A folder such as a user's checkout, with a policy in it. Gone when the tests are over. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Verdict, verdictSchema } from '../../src/model/verdict.ts'
import { afterTheTests } from './clean-up.ts'
import { shareMachine } from './machine-state.ts'

/** A folder; names are relative to it. */
export interface Workspace {
  readonly path: string
  write(name: string, text: string): void
  read(name: string): string
  has(name: string): boolean
  /** The verdict that a job stored; throws when there is none or it is not of the published form. */
  verdict(folder?: string): Verdict
}

/** The policy's file in a workspace. */
export const policyFile = 'policies/p.yml'

/** Makes a folder with files, the policy among them unless there should be none. */
export function aWorkspace(files: Readonly<Record<string, string>> = { [policyFile]: aPolicy() }): Workspace {
  const path = mkdtempSync(join(tmpdir(), 'gate-workspace-'))
  afterTheTests(() => rmSync(path, { recursive: true, force: true }))
  shareMachine(path)
  const workspace: Workspace = {
    path,
    write: (name, text) => {
      mkdirSync(dirname(join(path, name)), { recursive: true })
      writeFileSync(join(path, name), text)
    },
    read: (name) => readFileSync(join(path, name), 'utf8'),
    has: (name) => existsSync(join(path, name)),
    verdict: (folder = '.ollama-perf-gate') =>
      verdictSchema.parse(JSON.parse(readFileSync(join(path, folder, 'verdict.json'), 'utf8'))),
  }
  for (const [name, text] of Object.entries(files)) workspace.write(name, text)
  return workspace
}

/** Parts of a policy in YAML, each a line or more of its own. */
export interface PolicyParts {
  readonly name?: string
  readonly models?: string
  readonly matrix?: readonly string[]
  readonly protocol?: string
  readonly timeouts?: string
  /** Of servers that the job starts. */
  readonly servers?: string
  /** Instead of the one agent `short`. */
  readonly agents?: string
  readonly limits?: readonly string[]
  readonly regressions?: readonly string[]
}

/** One agent by itself, and two on two servers. */
export const single = '{ workload: single-agent, scenario: single, agents: [short] }'
export const dual = '{ workload: two-agents, scenario: dual, agents: [short, short], topology: two-servers }'

/** A limit that nothing breaks, and one that everything does. */
export const wideLimit = '{ metric: warmTtftMs, fail: 30000 }'
export const narrowLimit = '{ metric: warmTtftMs, fail: 0.001 }'

const list = (key: string, items: readonly string[]): readonly string[] =>
  items.length === 0 ? [`${key}: []`] : [`${key}:`, ...items.map((item) => `  - ${item}`)]

/** A policy that takes a moment: one cell, two trials of one short answer, limits of seconds on every wait. */
export const aPolicy = ({
  name = 'p',
  models = '[tiny]',
  matrix = [single],
  protocol = 'runs: 2',
  timeouts = soon,
  servers,
  agents = `agents:\n${shortAgent}`,
  limits = [wideLimit],
  regressions = [],
}: PolicyParts = {}): string =>
  [
    'version: 1',
    `name: ${name}`,
    `models: ${models}`,
    agents,
    ...list('matrix', matrix),
    `protocol: { budget-minutes: 1, warmup-requests: 0, ttft-probes: 0, cold: false, placement: any, timeouts: ${timeouts}, ${protocol} }`,
    ...(servers === undefined ? [] : [`servers: ${servers}`]),
    ...list('limits', limits),
    ...list('regressions', regressions),
    '',
  ].join('\n')

/** The agent of the policies here, as a line of its file. */
export const shortAgent =
  '  short: { options: { num_ctx: 1024, num_gpu: 8, num_predict: 12, temperature: 0, seed: 1 } }'

/** Limits of seconds on every wait, and such as let a test hold a server up for a while. */
const soon =
  '{ connect-seconds: 2, load-seconds: 3, first-token-seconds: 2, stall-seconds: 1, total-seconds: 8 }'
export const patient =
  '{ connect-seconds: 5, load-seconds: 25, first-token-seconds: 25, stall-seconds: 25, total-seconds: 28 }'

/** The line of a policy's text that holds the words, from 1. */
export const lineOf = (text: string, words: string): number =>
  text.split('\n').findIndex((line) => line.includes(words)) + 1
