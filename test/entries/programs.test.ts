import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventually, stillRunning } from './process-table.ts'
import {
  agents,
  asks,
  asksOnce,
  jobMs,
  type ProgramJob,
  program,
  programPolicy,
  programWorkspace,
  runJob,
  startJob,
  trialOf,
} from './program-jobs.ts'
import type { Workspace } from './workspace.ts'

/** Starts a process that outlives the program, and adds its pid to a file. */
const daemon = `
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore', detached: true })
  child.unref()
  fs.appendFileSync('pids', child.pid + '\\n')`

/** Of whole lines only: the file is there before its first line is. */
const pidsIn = (workspace: Workspace): readonly number[] =>
  workspace.has('pids') ? workspace.read('pids').split('\n').slice(0, -1).map(Number) : []

const allGone = (workspace: Workspace): Promise<void> =>
  eventually('what programs started is over', () => stillRunning(pidsIn(workspace)).length === 0)

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
      expected: /llm_calls\[0\]\.metrics is missing/,
    },
    lying: {
      code: asksOnce(tells(', aggregate_metrics: { total_tokens_generated: 900 }')),
      settings: owes,
      expected: /contradicts what happened: it tells of 900 tokens in all, and its calls add up to 12/,
    },
    hanging: {
      code: `${asksOnce(linux ? daemon : '')}\nsetInterval(() => {}, 1000)`,
      settings: 'timeout-minutes: 0.05',
      expected: /The program did not end within 3 seconds, and was ended\./,
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
      await allGone(workspace)
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
      await allGone(workspace)
    },
    jobMs,
  )

  it('and killed at once leaves them to the next job, which ends them and says so', {
    timeout: jobMs,
  }, async () => {
    const hangs = `${asksOnce(daemon)}\nsetInterval(() => {}, 1000)`
    const workspace = programWorkspace({ 'agent.mjs': hangs })
    const job = await startJob(workspace)
    await eventually('the program runs', () => pidsIn(workspace).length > 0)
    job.child.kill('SIGKILL')
    await job.ended
    const [left] = pidsIn(workspace)
    await writeFile(join(workspace.path, 'agent.mjs'), asksOnce())
    const next = await runJob(workspace, ['--fresh'])
    expect(next.code, next.stdout + next.stderr).toBe(0)
    expect(next.stderr).toContain(`(pid ${left}), a program that an earlier job left when it was killed.`)
    await allGone(workspace)
  })
})
