/** An unfinished run that a job must not go on with, or that nobody wants: refused with the difference, or left aside. */
import { describe, expect, it } from 'vitest'
import { describeProblem } from '../../src/errors.ts'
import { runCli, startCli } from './cli.ts'
import type { Ended } from './entry-process.ts'
import { journalFile, journalText, out, readJournalOf } from './journal.ts'
import { aScriptedServer } from './scripted-server.ts'
import { anOllama, answerWell } from './stub-servers.ts'
import { aServerThatHangsAt, runLine, slowly, steady, stopAt } from './unfinished-run.ts'
import {
  aPolicy,
  aWorkspace,
  type PolicyParts,
  patient,
  policyFile,
  shortAgent,
  type Workspace,
} from './workspace.ts'

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
    await stopAt(3, 'SIGKILL', { workspace, line: runLine(url) })
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
    await expectRefusal(job, runLine(job.url), [/the policy policies\/p\.yml has other limits/])
  })

  it('of other agents, which stand in a file of their own', async () => {
    const agentsFile = 'policies/agents.yml'
    const job = await unfinished({
      [policyFile]: policy({ agents: 'agents-file: policies/agents.yml' }),
      [agentsFile]: `${shortAgent.trim()}\n`,
    })
    job.workspace.write(agentsFile, shortAgent.trim().replace('num_predict: 12', 'num_predict: 13'))
    await expectRefusal(job, runLine(job.url), [/the plan of cells and visits is another one/])
  })

  it('in another order, by a seed that is given', async () => {
    const job = await unfinished()
    const { seed } = JSON.parse(job.before.split('\n')[0] ?? '').header.plan
    await expectRefusal(job, runLine(job.url, '--seed', String(seed + 1)), [
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
    await expectRefusal(job, runLine(other), [/tiny:latest: manifest digest: [0-9a-f]{12} → [0-9a-f]{12}/])
  })

  it('of another engine', async () => {
    const job = await unfinished()
    await expectRefusal(job, runLine(await anOllama()), [/engine: scripted → ollama/])
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
    const job = startCli(runLine(url), { cwd: workspace.path })
    await reached
    job.child.kill('SIGKILL')
    await job.ended
    version = '0.25.1'
    const before = journalText(workspace)
    await expectRefusal({ workspace, url, before }, runLine(url), [/Ollama version: 0\.24\.0 → 0\.25\.1/])
    version = '0.24.0'
    const { stderr } = await again(workspace, runLine(url))
    expect(stderr).toContain(': 3 of 12 trials are there')
  })

  it('that was refused goes on once all is as it was', async () => {
    const job = await unfinished()
    const text = job.workspace.read(policyFile)
    job.workspace.write(policyFile, policy({ name: 'q' }))
    await expectRefusal(job, runLine(job.url), [])
    job.workspace.write(policyFile, text)
    const { stderr } = await again(job.workspace, runLine(job.url))
    expect(stderr).toContain(': 3 of 12 trials are there')
    expect(job.workspace.verdict().trials.measured).toBe(12)
  })

  it('is left aside with --fresh, and a new one begun', async () => {
    const { workspace, url, before } = await unfinished()
    workspace.write(policyFile, policy({ name: 'q' }))
    await again(workspace, runLine(url, '--fresh'))
    expect(workspace.read(`${out}/journal.earlier.jsonl`)).toBe(before)
    const { resumed, trials } = readJournalOf(workspace)
    expect([resumed, trials.length]).toEqual([[], 12])
    expect(workspace.verdict()).toMatchObject({ policy: { name: 'q' }, trials: { measured: 12 } })
  })

  it('that has ended is not gone on with', async () => {
    const { workspace, url } = await unfinished()
    await again(workspace, runLine(url))
    const first = journalText(workspace)
    const { stderr } = await again(workspace, runLine(url))
    expect(stderr).not.toContain('Going on')
    expect(workspace.read(`${out}/journal.earlier.jsonl`)).toBe(first)
    expect(readJournalOf(workspace).resumed).toEqual([])
  })

  it('has spent of its budget what it measured', async () => {
    const workspace = aWorkspace({ [policyFile]: policy({ protocol: `runs: 20, ${steady}` }) })
    const slow = { ttftMs: 700, faults: [{ kind: 'stall', atRequest: 5, afterTokens: 3, ms: 20_000 }] }
    const url = await aScriptedServer(slow)
    await stopAt(4, 'SIGKILL', { workspace, line: runLine(url) })
    const { stderr } = await again(workspace, runLine(url, '--budget-minutes', '0.04'))
    expect(stderr).toContain(': 4 of 40 trials are there')
    expect(workspace.verdict().trials.measured).toBe(4)
    expect(workspace.verdict().notes.join()).toContain('ended after 4 of 40 trials.')
  })

  it('that cannot be read is left aside, and that is said', async () => {
    const { workspace, url } = await unfinished()
    const damaged = journalText(workspace).replace('"kind":"trial"', '"kind":"trail"')
    workspace.write(journalFile(), damaged)
    const { stderr } = await again(workspace, runLine(url))
    expect(stderr).toMatch(/A journal that cannot be read is left aside as .*: .*journal\.jsonl:2: kind/)
    expect(workspace.read(`${out}/journal.earlier.jsonl`)).toBe(damaged)
    expect(readJournalOf(workspace).trials).toHaveLength(12)
  })
})
