/** Two jobs at once on one machine: one measures, the other waits for it, whatever folder or repository it is of. */
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeProblem } from '../../src/errors.ts'
import { runCli, startCli } from './cli.ts'
import type { EntryProcess } from './entry-process.ts'
import { journalText, out, readJournalOf, trialsIn } from './journal.ts'
import { aStateFolder, shareMachine } from './machine-state.ts'
import { eventually } from './process-table.ts'
import { type InstalledAction, installAction } from './runner.ts'
import { type Answer, anOllama, answerUnhurried } from './stub-servers.ts'
import { aPolicy, aWorkspace, patient, policyFile, type Workspace } from './workspace.ts'

/** Two checkouts with nothing in common but the machine. */
function twoWorkspaces(files?: Readonly<Record<string, string>>): readonly [Workspace, Workspace] {
  const both = [aWorkspace(files), aWorkspace(files)] as const
  const machine = aStateFolder()
  for (const { path } of both) shareMachine(path, machine)
  return both
}

/** Answers one call, and all others once it is told to go on. */
async function aHeldServer(): Promise<{ readonly url: string; readonly goOn: () => void }> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let calls = 0
  const chat: Answer = (response, body) => {
    calls += 1
    if (calls === 1) answerUnhurried(response, body)
    else void promise.then(() => answerUnhurried(response, body))
  }
  return { url: await anOllama({ chat }), goOn: resolve }
}

/** Five of them at a time, on a machine that may have two cores and other things to do. */
const slowly = { timeout: 90_000 }

const long = { [policyFile]: aPolicy({ protocol: 'runs: 100' }) }
const short = { [policyFile]: aPolicy({ protocol: 'runs: 3', timeouts: patient }) }

const line = (url: string, ...more: readonly string[]): readonly string[] => [
  ...['run', '--policy', policyFile, '--servers', url],
  ...more,
]

/** A job that measures. */
async function atWork(workspace: Workspace, url: string): Promise<EntryProcess> {
  const job = startCli(line(url), { cwd: workspace.path })
  await eventually('it measures', () => trialsIn(workspace) > 0)
  return job
}

const waitsFor = ({ child }: EntryProcess): string =>
  `Waiting for the GPU of this machine, which is in use by ollama-perf-gate with the policy ${policyFile} (process ${child.pid}, begun `

const spanOf = (workspace: Workspace): readonly [string, string] => {
  const { trials } = readJournalOf(workspace)
  return [trials[0]?.startedAt ?? '', trials.at(-1)?.endedAt ?? '']
}

describe
  .skipIf(process.platform === 'win32')
  .concurrent('a job that finds another one at work', slowly, () => {
    it('waits, says for whom, and measures when that is done', async () => {
      const [first, second] = twoWorkspaces(short)
      const { url, goOn } = await aHeldServer()
      const one = await atWork(first, url)
      const other = startCli(line(url), { cwd: second.path })
      await other.says(waitsFor(one))
      goOn()
      const ended = await Promise.all([one.ended, other.ended])
      expect(ended.map(({ code }) => code)).toEqual([0, 0])
      const [, firstEnd] = spanOf(first)
      const [secondStart] = spanOf(second)
      expect(secondStart > firstEnd).toBe(true)
      expect(second.verdict().trials).toMatchObject({ planned: 3, measured: 3 })
      expect(ended[0].stderr).not.toContain('Waiting')
    })

    it('gives up when that takes too long, and is broken, not slow', async () => {
      const [first, second] = twoWorkspaces(long)
      const url = await anOllama({ chat: answerUnhurried })
      const one = await atWork(first, url)
      const { code, stdout } = await runCli(line(url, '--wait-minutes', '0.02'), { cwd: second.path })
      const { outcome, problems, trials } = second.verdict()
      expect(describeProblem(problems[0] ?? { what: '' })).toContain(
        `in use for less than a minute by ollama-perf-gate with the policy ${policyFile} (process ${one.child.pid}, `,
      )
      expect([code, outcome, trials.measured]).toEqual([4, 'error-machine', 0])
      expect(stdout).toContain('Nothing was measured.')
      expect(one.child.exitCode).toBe(null)
    })

    it('is in at once when that one is killed', async () => {
      const [first, second] = twoWorkspaces(long)
      const url = await anOllama()
      const one = await atWork(first, await anOllama({ chat: answerUnhurried }))
      const other = startCli(line(url), { cwd: second.path })
      await other.says(waitsFor(one))
      one.child.kill('SIGKILL')
      const killedMs = performance.now()
      await eventually('the other one measures', () => trialsIn(second) > 0)
      // A look at the holder each second or so; one in another container would be waited for for 25 seconds.
      expect(performance.now() - killedMs).toBeLessThan(12_000)
      other.child.kill('SIGINT')
      await other.ended
    })

    it.each(['SIGINT', 'SIGTERM'] as const)('can be stopped by %s while it waits', async (signal) => {
      const [first, second] = twoWorkspaces(long)
      const url = await anOllama({ chat: answerUnhurried })
      const one = await atWork(first, url)
      const other = startCli(line(url), { cwd: second.path })
      await other.says(waitsFor(one))
      other.child.kill(signal)
      const { code } = await other.ended
      expect([code, second.verdict().outcome]).toEqual([130, 'interrupted'])
      expect(one.child.exitCode).toBe(null)
    })

    it('leaves the results alone of one that is at work in the same folder', async () => {
      const workspace = aWorkspace(short)
      const { url, goOn } = await aHeldServer()
      const one = await atWork(workspace, url)
      const other = startCli(line(url), { cwd: workspace.path })
      await other.says(waitsFor(one))
      goOn()
      const first = await one.ended
      expect(first.stdout).toContain(`Files in ${out}: journal.jsonl, run.json, verdict.json, summary.md`)
      expect(first.code).toBe(0)
      expect((await other.ended).code).toBe(0)
      for (const name of ['journal.jsonl', 'journal.earlier.jsonl']) {
        const text = workspace.read(`${out}/${name}`)
        expect(text.match(/"kind":"trial"/g)).toHaveLength(3)
        expect(text).toContain('"how":"completed"')
      }
      expect(readJournalOf(workspace).resumed).toEqual([])
    })

    it('and whose own input is wrong, says so without waiting, and leaves the journal in that folder alone', async () => {
      const workspace = aWorkspace(long)
      const url = await anOllama({ chat: answerUnhurried })
      const one = await atWork(workspace, url)
      const { code } = await runCli([...line(url), '--baseline', 'none.json'], { cwd: workspace.path })
      expect(code).toBe(2)
      const measured = trialsIn(workspace)
      await eventually('the first one goes on', () => trialsIn(workspace) > measured)
      one.child.kill('SIGINT')
      const { stdout } = await one.ended
      expect(stdout).toContain('INTERRUPTED')
      expect(workspace.verdict().trials.measured).toBe(trialsIn(workspace))
      expect(journalText(workspace)).toContain('"how":"interrupted"')
    })

    it('which only looks, as the doctor does, tells who is there and does not wait', async () => {
      const [first, second] = twoWorkspaces(long)
      const url = await anOllama({ chat: answerUnhurried })
      const one = await atWork(first, url)
      const { code, stdout } = await runCli(['doctor', '--policy', policyFile, '--servers', url, '--json'], {
        cwd: second.path,
      })
      expect(JSON.parse(stdout)).toMatchObject([
        { verdict: 'fail', value: expect.stringContaining(`(process ${one.child.pid}, begun `) },
      ])
      expect(code).toBe(4)
      await wait(300)
      expect(one.child.exitCode).toBe(null)
    })

    it('only where both share a machine: others do not wait', async () => {
      const { url, goOn } = await aHeldServer()
      const [first, second] = [aWorkspace(short), aWorkspace(short)]
      const one = await atWork(first, url)
      const otherUrl = await anOllama({ chat: answerUnhurried })
      const { stderr, code } = await runCli(line(otherUrl), { cwd: second.path })
      expect([code, stderr.includes('Waiting')]).toEqual([0, false])
      goOn()
      expect((await one.ended).code).toBe(0)
    })
  })

describe.skipIf(process.platform === 'win32')(
  'two jobs of the action, of different repositories',
  slowly,
  () => {
    let action: InstalledAction
    beforeAll(() => {
      action = installAction()
    }, 120_000)
    afterAll(() => action.remove())

    it('measure one after the other, and the second one says for whom it waits', async () => {
      const [first, second] = twoWorkspaces(short)
      const { url: servers, goOn } = await aHeldServer()
      const inputs = { policy: policyFile, servers }
      const jobEnv = { GITHUB_JOB: 'gate', GITHUB_RUN_ID: '71', GITHUB_REPOSITORY: 'owner/agents' }
      const one = action.start(first, inputs, jobEnv)
      await eventually('it measures', () => trialsIn(first) > 0)
      const other = action.start(second, inputs, { GITHUB_JOB: 'perf', GITHUB_REPOSITORY: 'other/models' })
      await other.process.says(
        `Waiting for the GPU of this machine, which is in use by the job gate of owner/agents, run 71 (process ${one.process.child.pid}, `,
      )
      goOn()
      const steps = await Promise.all([one.result, other.result])
      expect(steps.map(({ code, outputs }) => [code, outputs.verdict])).toEqual([
        [0, 'pass'],
        [0, 'pass'],
      ])
      const [, firstEnd] = spanOf(first)
      expect((spanOf(second)[0] ?? '') > firstEnd).toBe(true)
    })

    it('and the second one is an error of the machine when it may not wait', async () => {
      const [first, second] = twoWorkspaces(long)
      const servers = await anOllama({ chat: answerUnhurried })
      const inputs = { policy: policyFile, servers }
      const one = action.start(first, inputs)
      await eventually('it measures', () => trialsIn(first) > 0)
      const step = await action.run(second, { ...inputs, 'wait-minutes': '0' })
      expect(step.outputs).toMatchObject({ verdict: 'error-machine', 'run-file': '' })
      expect(step.stdout).toMatch(
        /^::error title=.*The GPU of this machine is in use by the job \? of owner\/agents/m,
      )
      expect(step.code).toBe(4)
      one.process.child.kill('SIGKILL')
      await one.result
    })
  },
)
