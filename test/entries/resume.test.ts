/** A job that was stopped or killed, and is run again: only what is missing is measured, and the verdict is the same. */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeProblem } from '../../src/errors.ts'
import { runCli, startCli } from './cli.ts'
import type { Ended } from './entry-process.ts'
import { journalFile, journalText, out, readJournalOf, trialsIn } from './journal.ts'
import { eventually } from './process-table.ts'
import { type InstalledAction, installAction, type Step } from './runner.ts'
import { aScriptedServer } from './scripted-server.ts'
import { anOllama, answerWell } from './stub-servers.ts'
import {
  aPolicy,
  aWorkspace,
  type PolicyParts,
  patient,
  policyFile,
  shortAgent,
  type Workspace,
  wideLimit,
} from './workspace.ts'

const twentyCells =
  '{ workload: single-agent, scenario: single, agents: [short], sweep: { temperature: [0, 0.2, 0.4, 0.6, 0.8], num_gpu: [4, 8], top_k: [1, 2] } }'

/** How late the client is, and how long a load takes, depends on what else runs here: it is to spoil no trial. */
const steady = 'validity: { mark-only: [client-lag, unexpected-load] }'

/** Some cells pass, some warn, and none can be compared from one pair: the verdict depends on every cell. */
const manyCells = (parts: PolicyParts = {}): string =>
  aPolicy({
    matrix: [twentyCells],
    protocol: `runs: 1, ${steady}`,
    timeouts: patient,
    limits: [wideLimit, '{ metric: vramResidencyPercent, warn: 20, fail: 1 }'],
    regressions: ['{ metric: warmTtftMs, catch: 5 % }'],
    ...parts,
  })

const planned = 40

/** Five of them at a time, on a machine that may have two cores and other things to do. */
const slowly = { timeout: 90_000 }

const run = (url: string, ...more: readonly string[]): readonly string[] => [
  ...['run', '--policy', policyFile, '--servers', url, '--base-servers', url],
  ...more,
]

const seeded = (url: string) => run(url, '--seed', '7')

/** Every request of one number hangs there for as long as a test waits. */
const aServerThatHangsAt = (...requests: readonly number[]): Promise<string> =>
  aScriptedServer({
    faults: requests.map((atRequest) => ({ kind: 'stall', atRequest, afterTokens: 3, ms: 20_000 })),
  })

/** Starts a job, and stops it by the signal once so many trials are on record and the next one hangs. */
async function stopAt(
  trials: number,
  signal: NodeJS.Signals,
  { workspace, line }: { readonly workspace: Workspace; readonly line: readonly string[] },
): Promise<Ended> {
  const job = startCli(line, { cwd: workspace.path })
  await job.says('trials, at most')
  await eventually(`${trials} trials are measured`, () => trialsIn(workspace) === trials)
  await wait(150)
  job.child.kill(signal)
  return job.ended
}

const statusesOf = (workspace: Workspace): readonly string[] =>
  workspace
    .verdict()
    .checks.map(({ kind, metric, cellId, status }) => `${kind} ${metric} ${cellId}: ${status}`)
    .toSorted()

const cutLastLine = (workspace: Workspace): void =>
  workspace.write(journalFile(), journalText(workspace).slice(0, -40))

describe
  .skipIf(process.platform === 'win32')
  .concurrent('a job of 20 cells that is run again', slowly, () => {
    let whole: {
      readonly code: number | null
      readonly outcome: string
      readonly statuses: readonly string[]
    }
    let order: readonly string[]

    beforeAll(async () => {
      const workspace = aWorkspace({ [policyFile]: manyCells() })
      const { code } = await runCli(seeded(await aScriptedServer()), { cwd: workspace.path })
      whole = { code, outcome: workspace.verdict().outcome, statuses: statusesOf(workspace) }
      order = readJournalOf(workspace).planned
    }, 60_000)

    /** Runs it again, which brings it to its end, and holds it against the job that nobody stopped. */
    async function bringToItsEnd(workspace: Workspace, url: string): Promise<Ended> {
      const ended = await runCli(seeded(url), { cwd: workspace.path })
      const { trials } = readJournalOf(workspace)
      expect(trials.map(({ visit }) => visit.id)).toEqual(order)
      expect(workspace.verdict().trials, ended.stdout).toMatchObject({
        planned,
        measured: planned,
        failed: 0,
      })
      expect({
        code: ended.code,
        outcome: workspace.verdict().outcome,
        statuses: statusesOf(workspace),
      }).toEqual(whole)
      return ended
    }

    it('measures all cells, and not all of them pass', () => {
      expect(order).toHaveLength(planned)
      expect(whole.outcome).toBe('inconclusive')
      for (const status of ['pass', 'warn', 'inconclusive'])
        expect(whole.statuses.filter((text) => text.endsWith(`: ${status}`)).length).toBeGreaterThan(9)
    })

    it.each([
      ['in the middle of a pair', 13],
      ['after its first trial', 1],
      ['during its last trial', 39],
    ])('after a kill %s', async (_, trials) => {
      const workspace = aWorkspace({ [policyFile]: manyCells() })
      const url = await aServerThatHangsAt(trials + 1)
      const killed = await stopAt(trials, 'SIGKILL', { workspace, line: seeded(url) })
      expect(killed.signal).toBe('SIGKILL')
      const { stderr } = await bringToItsEnd(workspace, url)
      expect(stderr).toMatch(
        new RegExp(`Going on with the run of .*: ${trials} of 40 trials are there, after a pause of `),
      )
      const { kinds, resumed } = readJournalOf(workspace)
      expect(kinds.filter((kind) => kind !== 'trial')).toEqual(['header', 'resumed', 'ended'])
      expect(kinds.indexOf('resumed')).toBe(trials + 1)
      expect(resumed).toMatchObject([{ repaired: false }])
      expect(resumed[0]?.pausedMs).toBeGreaterThan(0)
    })

    it('after a kill before its first trial begins anew', async () => {
      const workspace = aWorkspace({ [policyFile]: manyCells() })
      const url = await aServerThatHangsAt(1)
      await stopAt(0, 'SIGKILL', { workspace, line: seeded(url) })
      const { stderr } = await bringToItsEnd(workspace, url)
      expect(stderr).not.toContain('Going on')
      expect(readJournalOf(workspace).resumed).toEqual([])
      expect(workspace.has(`${out}/journal.earlier.jsonl`)).toBe(false)
    })

    it('after a kill that tore its last line', async () => {
      const workspace = aWorkspace({ [policyFile]: manyCells() })
      const url = await aServerThatHangsAt(14)
      await stopAt(13, 'SIGKILL', { workspace, line: seeded(url) })
      cutLastLine(workspace)
      const { stderr } = await bringToItsEnd(workspace, url)
      expect(stderr).toContain(': 12 of 40 trials are there')
      expect(stderr).toContain('Its last line was torn, and is measured again.')
      expect(readJournalOf(workspace).resumed).toMatchObject([{ repaired: true }])
    })

    it('after two kills', async () => {
      const workspace = aWorkspace({ [policyFile]: manyCells() })
      const url = await aServerThatHangsAt(8, 25)
      await stopAt(7, 'SIGKILL', { workspace, line: seeded(url) })
      await stopAt(23, 'SIGKILL', { workspace, line: seeded(url) })
      const { stderr } = await bringToItsEnd(workspace, url)
      expect(stderr).toContain(': 23 of 40 trials are there')
      const moments = readJournalOf(workspace).trials.flatMap(({ startedMs, endedMs }) => [
        startedMs,
        endedMs,
      ])
      expect(moments).toEqual(moments.toSorted((a, b) => a - b))
      expect(readJournalOf(workspace).resumed).toHaveLength(2)
      const judged = await runCli(['judge', journalFile(), '--json'], { cwd: workspace.path })
      expect(judged.stdout).toBe(workspace.read(`${out}/verdict.json`))
    })

    it('after SIGINT, which had judged what there was', async () => {
      const workspace = aWorkspace({ [policyFile]: manyCells() })
      const url = await aServerThatHangsAt(12)
      const { code } = await stopAt(11, 'SIGINT', { workspace, line: seeded(url) })
      expect(code).toBe(130)
      expect(workspace.verdict()).toMatchObject({ outcome: 'interrupted', trials: { measured: 11 } })
      const { stderr } = await bringToItsEnd(workspace, url)
      expect(stderr).toContain(': 11 of 40 trials are there')
      const { kinds } = readJournalOf(workspace)
      expect(kinds.filter((kind) => kind !== 'trial')).toEqual(['header', 'ended', 'resumed', 'ended'])
    })
  })

describe.skipIf(process.platform === 'win32').concurrent('an unfinished run', slowly, () => {
  const policy = (parts: PolicyParts = {}) =>
    aPolicy({ protocol: `runs: 6, ${steady}`, timeouts: patient, ...parts })

  interface Unfinished {
    readonly workspace: Workspace
    readonly url: string
    /** The journal, byte for byte. */
    readonly before: string
  }

  /** Three of twelve trials of base and head on the scripted engine. */
  async function unfinished(files: Readonly<Record<string, string>> = {}): Promise<Unfinished> {
    const workspace = aWorkspace({ [policyFile]: policy(), ...files })
    const url = await aServerThatHangsAt(4)
    await stopAt(3, 'SIGKILL', { workspace, line: run(url) })
    return { workspace, url, before: journalText(workspace) }
  }

  const again = (workspace: Workspace, line: readonly string[]): Promise<Ended> =>
    runCli(line, { cwd: workspace.path })

  /** It must be told why, and find the journal as it was. */
  async function expectRefusal(
    { workspace, before }: Unfinished,
    line: readonly string[],
    words: readonly RegExp[],
  ): Promise<void> {
    const { code } = await again(workspace, line)
    const verdict = workspace.verdict()
    const [told = '', ...others] = verdict.problems.map(describeProblem)
    expect(others).toEqual([])
    expect(told).toContain('with 3 trials, which this job cannot go on with: ')
    expect(told).toContain('--fresh')
    for (const one of words) expect(told).toMatch(one)
    expect([code, verdict.outcome]).toEqual([2, 'error-input'])
    expect(journalText(workspace)).toBe(before)
  }

  it('of another policy', async () => {
    const job = await unfinished()
    job.workspace.write(policyFile, policy({ limits: ['{ metric: warmTtftMs, fail: 20000 }'] }))
    await expectRefusal(job, run(job.url), [/the policy policies\/p\.yml is another one/])
  })

  it('of other agents, which stand in a file of their own', async () => {
    const agentsFile = 'policies/agents.yml'
    const job = await unfinished({
      [policyFile]: policy({ agents: 'agents-file: policies/agents.yml' }),
      [agentsFile]: `${shortAgent.trim()}\n`,
    })
    job.workspace.write(agentsFile, shortAgent.trim().replace('num_predict: 12', 'num_predict: 13'))
    await expectRefusal(job, run(job.url), [/the plan of cells and visits is another one/])
  })

  it('in another order, by a seed that is given', async () => {
    const job = await unfinished()
    const { seed } = JSON.parse(job.before.split('\n')[0] ?? '').header.plan
    await expectRefusal(job, run(job.url, '--seed', String(seed + 1)), [
      new RegExp(`its seed is ${seed}, not ${seed + 1}`),
    ])
  })

  it('that compared with nothing', async () => {
    const job = await unfinished()
    const line = ['run', '--policy', policyFile, '--servers', job.url, '--against', 'none']
    await expectRefusal(job, line, [/it compared with pair, now with none/])
  })

  it('of another model digest under the same name', async () => {
    const job = await unfinished()
    const other = await aScriptedServer({ model: { sizeBytes: 7_000_000 } })
    await expectRefusal(job, run(other), [/tiny:latest: manifest digest: [0-9a-f]{12} → [0-9a-f]{12}/])
  })

  it('of another engine', async () => {
    const job = await unfinished()
    await expectRefusal(job, run(await anOllama()), [/engine: scripted → ollama/])
  })

  it('of another version of the server', async () => {
    const workspace = aWorkspace({ [policyFile]: policy() })
    const { promise: reached, resolve } = Promise.withResolvers<void>()
    let version = '0.24.0'
    let calls = 0
    const url = await anOllama({
      version: (response) => response.end(JSON.stringify({ version })),
      chat: (response, body) => {
        calls += 1
        if (calls === 4) resolve()
        else answerWell(response, body)
      },
    })
    const job = startCli(run(url), { cwd: workspace.path })
    await reached
    job.child.kill('SIGKILL')
    await job.ended
    version = '0.25.1'
    const before = journalText(workspace)
    await expectRefusal({ workspace, url, before }, run(url), [/Ollama version: 0\.24\.0 → 0\.25\.1/])
    version = '0.24.0'
    const { stderr } = await again(workspace, run(url))
    expect(stderr).toContain(': 3 of 12 trials are there')
  })

  it('that was refused goes on once all is as it was', async () => {
    const job = await unfinished()
    const text = job.workspace.read(policyFile)
    job.workspace.write(policyFile, policy({ name: 'q' }))
    await expectRefusal(job, run(job.url), [])
    job.workspace.write(policyFile, text)
    const { stderr } = await again(job.workspace, run(job.url))
    expect(stderr).toContain(': 3 of 12 trials are there')
    expect(job.workspace.verdict().trials.measured).toBe(12)
  })

  it('is left aside with --fresh, and a new one begun', async () => {
    const { workspace, url, before } = await unfinished()
    workspace.write(policyFile, policy({ name: 'q' }))
    await again(workspace, run(url, '--fresh'))
    expect(workspace.read(`${out}/journal.earlier.jsonl`)).toBe(before)
    const { resumed, trials } = readJournalOf(workspace)
    expect([resumed, trials.length]).toEqual([[], 12])
    expect(workspace.verdict()).toMatchObject({ policy: { name: 'q' }, trials: { measured: 12 } })
  })

  it('that has ended is not gone on with', async () => {
    const { workspace, url } = await unfinished()
    await again(workspace, run(url))
    const first = journalText(workspace)
    const { stderr } = await again(workspace, run(url))
    expect(stderr).not.toContain('Going on')
    expect(workspace.read(`${out}/journal.earlier.jsonl`)).toBe(first)
    expect(readJournalOf(workspace).resumed).toEqual([])
  })

  it('has spent of its budget what it measured', async () => {
    const workspace = aWorkspace({ [policyFile]: policy({ protocol: `runs: 20, ${steady}` }) })
    const slow = { ttftMs: 700, faults: [{ kind: 'stall', atRequest: 5, afterTokens: 3, ms: 20_000 }] }
    const url = await aScriptedServer(slow)
    await stopAt(4, 'SIGKILL', { workspace, line: run(url) })
    const { stderr } = await again(workspace, run(url, '--budget-minutes', '0.04'))
    expect(stderr).toContain(': 4 of 40 trials are there')
    expect(workspace.verdict().trials.measured).toBe(4)
    expect(workspace.verdict().notes.join()).toContain('ended after 4 of 40 trials.')
  })

  it('that cannot be read is left aside, and that is said', async () => {
    const { workspace, url } = await unfinished()
    const damaged = journalText(workspace).replace('"kind":"trial"', '"kind":"trail"')
    workspace.write(journalFile(), damaged)
    const { stderr } = await again(workspace, run(url))
    expect(stderr).toMatch(/A journal that cannot be read is left aside as .*: .*journal\.jsonl:2: kind/)
    expect(workspace.read(`${out}/journal.earlier.jsonl`)).toBe(damaged)
    expect(readJournalOf(workspace).trials).toHaveLength(12)
  })
})

describe.skipIf(process.platform === 'win32')('a job of the action that was killed', slowly, () => {
  let action: InstalledAction
  beforeAll(() => {
    action = installAction()
  }, 120_000)
  afterAll(() => action.remove())

  const sixPairs = () =>
    aWorkspace({ [policyFile]: aPolicy({ protocol: `runs: 6, ${steady}`, timeouts: patient }) })

  const attempt = (workspace: Workspace, url: string, env: Record<string, string>): Step =>
    action.start(workspace, { policy: policyFile, servers: url, 'base-servers': url }, env)

  async function killAt(trials: number, step: Step, workspace: Workspace) {
    await eventually(`${trials} trials are measured`, () => trialsIn(workspace) === trials)
    await wait(150)
    step.process.child.kill('SIGKILL')
    return step.result
  }

  const first = { GITHUB_JOB: 'gate', GITHUB_RUN_ID: '77', GITHUB_RUN_ATTEMPT: '1' }

  it('goes on when its run is attempted again, and the post steps tell of each attempt', async () => {
    const workspace = sixPairs()
    const url = await aServerThatHangsAt(4, 7)
    for (const [trials, number] of [
      [3, '1'],
      [5, '2'],
    ] as const) {
      const step = attempt(workspace, url, { ...first, GITHUB_RUN_ATTEMPT: number })
      const { state } = await killAt(trials, step, workspace)
      const post = await action.post(workspace, state)
      expect(post.summary).toContain(
        `The job was killed before it could finish. ${trials} of 12 trials are kept.`,
      )
    }
    const last = await attempt(workspace, url, { ...first, GITHUB_RUN_ATTEMPT: '3' }).result
    expect(last.stdout).toContain(': 5 of 12 trials are there, after a pause of ')
    expect([last.code, last.outputs.verdict]).toEqual([0, 'pass'])
    const { trials, planned: visits, resumed } = readJournalOf(workspace)
    expect(trials.map(({ visit }) => visit.id)).toEqual(visits)
    expect(resumed).toHaveLength(2)
  })

  it('is left aside by another run, which says so', async () => {
    const workspace = sixPairs()
    const url = await aServerThatHangsAt(4)
    await killAt(3, attempt(workspace, url, first), workspace)
    const before = journalText(workspace)
    const other = await attempt(workspace, url, { ...first, GITHUB_RUN_ID: '78' }).result
    expect(other.stdout).toContain(
      'An unfinished run is left aside as journal.earlier.jsonl: it is of the job owner/agents/77/gate',
    )
    expect(other.outputs.verdict).toBe('pass')
    expect(workspace.read(`${out}/journal.earlier.jsonl`)).toBe(before)
    expect(readJournalOf(workspace).resumed).toEqual([])
    expect(workspace.verdict().trials.measured).toBe(12)
  })
})
