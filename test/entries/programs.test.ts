import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Run, Trial } from '../../src/model/run.ts'
import { runCli } from './cli.ts'
import { eventually, stillRunning } from './process-table.ts'
import {
  agents,
  asks,
  asksOnce,
  once,
  type ProgramJob,
  program,
  programPolicy,
  programWorkspace,
  runJob,
  startJob,
} from './program-jobs.ts'
import { aScriptedServer } from './scripted-server.ts'
import { aWorkspace, policyFile, type Workspace } from './workspace.ts'

const root = join(import.meta.dirname, '..', '..')
const jobMs = 120_000

/** Starts a process that outlives the program, and adds its pid to a file. */
const daemon = `
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore', detached: true })
  child.unref()
  fs.appendFileSync('pids', child.pid + '\\n')`

const pidsIn = (workspace: Workspace): readonly number[] =>
  workspace.has('pids') ? workspace.read('pids').trim().split('\n').map(Number) : []

const floods = (stream: 'stdout' | 'stderr', megabytes: number): string => `
  for (let i = 0; i < ${megabytes}; i++)
    if (!process.${stream}.write('x'.repeat(1e6))) await new Promise((go) => process.${stream}.once('drain', go))`

/** Writes an account of its one call; `fields` are more of them. */
const tells = (fields = ''): string => `
  fs.writeFileSync(process.env.AGENT_METRICS_FILE, JSON.stringify({ llm_calls: [{ stage: 'analysis', metrics: {
    tokens_generated: last.eval_count, eval_duration_ms: last.eval_duration / 1e6, ttft_ms: 0,
    throughput_tokens_per_sec: last.eval_count / (last.eval_duration / 1e9),
    total_duration_ms: last.total_duration / 1e6 } }],
    workflow: { ingest_seconds: 0, analysis_seconds: 0.01, report_seconds: 0, total_seconds: 0.01 } ${fields} }))`

const writes = (text: string): string => `fs.writeFileSync(process.env.AGENT_METRICS_FILE, '${text}')`

/** A program of a job of many: its code, and whether it owes metrics. */
interface Program {
  readonly code: string
  readonly settings?: string
}

/** One job with a cell for each program by its name; more cells as they are given. */
function workspaceOf(programs: Readonly<Record<string, Program>>, cells: readonly string[] = []): Workspace {
  const names = Object.keys(programs)
  const own = ({ settings }: Program, name: string) => program(settings).replace('agent.mjs', `${name}.mjs`)
  const policy = programPolicy({
    agents: agents(Object.fromEntries(Object.entries(programs).map(([name, one]) => [name, own(one, name)]))),
    matrix: [
      ...names.map((name) => `{ workload: single-agent, scenario: ${name}, agents: [${name}] }`),
      ...cells,
    ],
  })
  const files = Object.entries(programs).map(([name, { code }]) => [`${name}.mjs`, code])
  return programWorkspace(Object.fromEntries(files), policy)
}

/** Runs the job when the first test asks for it. */
function shared(workspace: Workspace, env: Readonly<Record<string, string>> = {}): () => Promise<ProgramJob> {
  let job: Promise<ProgramJob> | null = null
  return () => {
    job ??= runJob(workspace, [], env)
    return job
  }
}

const trialOf = ({ trials }: ProgramJob, scenario: string): Trial | undefined =>
  trials.find(({ visit }) => visit.cellId.includes(`/${scenario}/`))

const secrets = {
  GITHUB_TOKEN: 'secret',
  ACTIONS_RUNTIME_TOKEN: 'secret',
  GITHUB_ENV: 'secret',
  MY_KEY: 'secret',
}

describe('a job whose agents are programs', () => {
  const workspace = workspaceOf(
    {
      plain: { code: asksOnce(`fs.writeFileSync('env.json', JSON.stringify(process.env))`) },
      telling: { code: asksOnce(tells()), settings: 'metrics: true' },
      short: { code: `${asks}\nawait ask({ options: { num_predict: 5, num_ctx: 1024, num_gpu: 8 } })` },
      loud: { code: asksOnce(floods('stderr', 50)) },
    },
    ['{ workload: two-agents, scenario: dual, agents: [plain, short] }'],
  )
  const job = shared(workspace, secrets)

  it(
    'measures and judges them',
    async () => {
      const { code, trials } = await job()
      expect(trials.map(({ failure }) => failure)).toEqual([null, null, null, null, null])
      expect(code).toBe(0)
    },
    jobMs,
  )

  it(
    'sees from outside what they do',
    async () => {
      const [leg, ...others] = trialOf(await job(), 'plain')?.legs ?? []
      expect([leg?.kind, others]).toEqual(['solo', []])
      expect(leg?.calls).toMatchObject([
        { agent: 0, fresh: false, stage: null, record: { server: { outputTokens: 12 } } },
      ])
      const [turn] = leg?.turns ?? []
      expect(turn).toMatchObject({ agent: 0, failure: null, steps: [], program: { exitCode: 0 } })
      expect(turn?.program?.startupMs).toBeGreaterThan(0)
      expect(turn?.program?.startupMs).toBeLessThan((turn?.endedMs ?? 0) - (turn?.startedMs ?? 0))
    },
    jobMs,
  )

  it(
    'believes the steps of one that tells them',
    async () => {
      const [leg] = trialOf(await job(), 'telling')?.legs ?? []
      expect(leg?.calls.map(({ stage }) => stage)).toEqual(['analysis'])
      expect(leg?.turns[0]?.steps.map(({ name }) => name)).toEqual(['ingest', 'analysis', 'report'])
    },
    jobMs,
  )

  it(
    'tells the calls of two at once apart',
    async () => {
      const legs = trialOf(await job(), 'dual')?.legs ?? []
      expect(legs.map(({ kind }) => kind)).toEqual(['solo', 'concurrent'])
      for (const { calls } of legs)
        expect(calls.map(({ agent, record }) => [agent, record.server?.outputTokens]).toSorted()).toEqual([
          [0, 12],
          [1, 5],
        ])
    },
    jobMs,
  )

  it(
    'gives them no secret of its own',
    async () => {
      await job()
      expect(workspace.read('env.json')).toContain('OLLAMA_OPTIONS')
      expect(workspace.read('env.json')).not.toContain('secret')
    },
    jobMs,
  )
})

describe('a program that does wrong', () => {
  const linux = process.platform === 'linux'
  const owes = 'metrics: true'
  const wrong: Readonly<Record<string, Program & { readonly expected: RegExp }>> = {
    failing: {
      code: asksOnce(`console.error('out of ideas'); process.exit(3)`),
      expected: /^failing: The program ended with exit code 3\. Its last words: out of ideas$/,
    },
    silent: { code: '', expected: /made no LLM call to the address in OLLAMA_HOST/ },
    mistaken: { code: `${asks}\nawait ask({ model: 'nothing' })`, expected: /nothing/ },
    flooding: {
      code: asksOnce(`${floods('stdout', 200)}\nprocess.exitCode = 4`),
      expected: /exit code 4\. Its last words: x{500}$/,
    },
    owing: { code: asksOnce(), settings: owes, expected: /wrote no metrics\.json/ },
    garbling: { code: asksOnce(writes('{"llm_calls": [')), settings: owes, expected: /is no JSON/ },
    misshaping: {
      code: asksOnce(writes('{"llm_calls": [{}]}')),
      settings: owes,
      expected: /llm_calls\[0\]\.metrics: /,
    },
    lying: {
      code: asksOnce(tells(', aggregate_metrics: { total_tokens_generated: 900 }')),
      settings: owes,
      expected: /contradicts what happened: it tells of 900 tokens in all, and its calls add up to 12/,
    },
    hanging: {
      code: `${asksOnce(linux ? daemon : '')}\nsetInterval(() => {}, 1000)`,
      settings: 'timeout-minutes: 0.05',
      expected: /The program did not end within 3 s, and was ended\./,
    },
    ...(linux && {
      breeding: {
        code: asksOnce(daemon),
        expected: /The program left a process behind \(.+\), which the gate ended\./,
      },
    }),
  }
  const workspace = workspaceOf(wrong)
  const job = shared(workspace)

  it.each(Object.entries(wrong))(
    'is broken, and not slow: %s',
    async (name, { expected }) => {
      const trial = trialOf(await job(), name)
      expect(trial?.failure).toMatch(expected)
      expect(trial?.failure?.length).toBeLessThan(800)
    },
    jobMs,
  )

  it(
    'makes the job red, and leaves nothing running',
    async () => {
      expect((await job()).code).not.toBe(0)
      expect(stillRunning(pidsIn(workspace))).toEqual([])
      expect(pidsIn(workspace)).toHaveLength(linux ? 2 : 0)
    },
    jobMs,
  )
})

describe.runIf(process.platform === 'linux')('a job that is told to stop', () => {
  it(
    'takes its program with it, and all that it started',
    async () => {
      const workspace = programWorkspace({
        'agent.mjs': `${asksOnce(daemon)}\nprocess.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`,
      })
      const job = await startJob(workspace)
      await eventually('the program runs', () => pidsIn(workspace).length > 0)
      job.child.kill('SIGINT')
      expect((await job.ended).code).toBe(130)
      expect(stillRunning(pidsIn(workspace))).toEqual([])
    },
    jobMs,
  )
})

const node = JSON.stringify(process.execPath)

describe('another version of a program', () => {
  it(
    'is built, once, and measured as base, in a checkout of its own',
    async () => {
      const waits = (ms: number) =>
        asksOnce(`fs.writeFileSync('was-here', ''); await new Promise((go) => setTimeout(go, ${ms}))`)
      const build = `[${node}, -e, "fs.appendFileSync('built', 'x'); fs.copyFileSync('source.mjs', 'agent.mjs')"]`
      const workspace = programWorkspace(
        { 'source.mjs': waits(800), 'base/source.mjs': waits(0) },
        programPolicy({
          agents: agents({ a: program(`setup: ${build}`) }),
          protocol: once.replace('runs: 1', 'runs: 2'),
        }),
      )
      const { trials } = await runJob(workspace, ['--base-folder', 'base'])
      expect(trials.map(({ failure }) => failure)).toEqual([null, null, null, null])
      expect([workspace.read('built'), workspace.read('base/built')]).toEqual(['x', 'x'])
      expect([workspace.has('was-here'), workspace.has('base/was-here')]).toEqual([true, true])
      const fastestMs = (subject: string) =>
        Math.min(
          ...trials
            .filter(({ visit }) => visit.subject === subject)
            .flatMap(({ legs }) =>
              legs.flatMap(({ turns }) => turns.map(({ startedMs, endedMs }) => endedMs - startedMs)),
            ),
        )
      expect(fastestMs('head')).toBeGreaterThan(fastestMs('base') + 300)
    },
    jobMs,
  )
})

describe('a baseline', () => {
  it(
    'knows when it was recorded with another version of the program',
    async () => {
      const workspace = programWorkspace({ 'agent.mjs': asksOnce() })
      const line = [
        '--policy',
        policyFile,
        '--servers',
        await aScriptedServer(),
        '--baseline',
        'b.json',
        '--seed',
        '1',
      ]
      const recorded = await runCli(['record', ...line], { cwd: workspace.path })
      expect(recorded.code, recorded.stderr).toBe(0)
      const notesOf = async () => {
        const { stderr, code } = await runCli(['run', ...line, '--fresh'], { cwd: workspace.path })
        expect(code, stderr).toBe(0)
        return (JSON.parse(workspace.read('.ollama-perf-gate/run.json')) as Run).notes.join('\n')
      }
      expect(await notesOf()).not.toContain('head program')
      workspace.write('agent.mjs', asksOnce('// another version'))
      expect(await notesOf()).toMatch(/Changed since the baseline: .*head program agent\.mjs: SHA-256/)
    },
    jobMs,
  )
})

describe('before anything is measured', () => {
  const run = async (workspace: Workspace, ...more: readonly string[]) =>
    runCli(['run', '--policy', policyFile, '--servers', await aScriptedServer(), ...more], {
      cwd: workspace.path,
    })

  const chats = programPolicy({
    agents: 'agents: { a: { options: { num_ctx: 1024, num_predict: 4 } } }',
    limits: ['{ metric: warmTtftMs, fail: 30000 }'],
  })

  it.each([
    [
      'a set-up that fails',
      program(`setup: [${node}, -e, "console.error('no compiler here'); process.exit(1)"]`),
      /The set-up .* ended with exit code 1\. Its last words: no compiler here/,
    ],
    [
      'a tool that is missing',
      '{ command: [no-such-tool-anywhere, x] }',
      /"no-such-tool-anywhere x" cannot be started: "no-such-tool-anywhere" is not on the PATH/,
    ],
  ])(
    '%s is a broken machine',
    async (_, own, expected) => {
      const workspace = programWorkspace({}, programPolicy({ agents: agents({ a: own }) }))
      const { code, stdout, stderr } = await run(workspace)
      expect((stdout + stderr).replaceAll(/\s+/g, ' ')).toMatch(expected)
      expect(code).toBe(4)
      expect(workspace.has('.ollama-perf-gate/run.json')).toBe(false)
    },
    jobMs,
  )

  it.each([
    ['does not exist', programPolicy(), /There is no folder nowhere, which base is to be taken from/],
    ['would change nothing', chats, /no agent is a program or reads a folder/],
  ])(
    'a base folder that %s is wrong input',
    async (_, policy, expected) => {
      const { code, stdout, stderr } = await run(programWorkspace({}, policy), '--base-folder', 'nowhere')
      expect(stdout + stderr).toMatch(expected)
      expect(code).toBe(2)
    },
    jobMs,
  )

  it(
    'the doctor looks at a policy of programs too',
    async () => {
      const line = ['doctor', '--policy', policyFile, '--servers', await aScriptedServer()]
      const { code, stdout } = await runCli(line, { cwd: programWorkspace({ 'agent.mjs': asksOnce() }).path })
      expect(stdout).not.toContain('TTFT after warm-up')
      expect(code).toBe(0)
    },
    jobMs,
  )
})

const isInstalled = (tool: string): boolean =>
  (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, tool)))

describe.runIf(isInstalled('python3') && isInstalled('rustc'))('the examples', () => {
  it(
    'run as they are, but for model and budget',
    async () => {
      const quickly = ['runs: 1', 'placement: any', 'cold: false', 'validity: { mark-only: [client-lag] }']
      const policy = readFileSync(join(root, 'examples', 'agents', 'policy.yml'), 'utf8')
        .replaceAll('gemma3:1b', 'tiny:latest')
        .replace('budget-minutes: 30', ['budget-minutes: 5', ...quickly].join('\n  '))
      const workspace = aWorkspace({ [policyFile]: policy })
      cpSync(join(root, 'examples', 'agents'), join(workspace.path, 'examples', 'agents'), {
        recursive: true,
      })
      const job = await runJob(workspace)
      expect(job.trials.map(({ failure }) => failure)).toEqual([null, null, null, null])
      const stepsOf = (scenario: string) =>
        trialOf(job, scenario)?.legs.flatMap(({ turns }) => turns.map(({ steps }) => steps.length))
      expect(stepsOf('python')).toEqual([3])
      expect(stepsOf('rust')).toEqual([0])
      expect(stepsOf('plain')).toEqual([0])
    },
    jobMs,
  )
})
