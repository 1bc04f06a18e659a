/** A killed job of the action: it goes on when its run is attempted again, and only then. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { journalText, out, readJournalOf } from './journal.ts'
import { type InstalledAction, installAction, type Step, type StepResult } from './runner.ts'
import { aServerThatHangsAt, hangsAfter, slowly, steady } from './unfinished-run.ts'
import { aPolicy, aWorkspace, patient, policyFile, type Workspace } from './workspace.ts'

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

  async function killAt(trials: number, step: Step, workspace: Workspace): Promise<StepResult> {
    await hangsAfter(trials, workspace)
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

  it('is left aside by the same run when that is told to begin anew', async () => {
    const workspace = sixPairs()
    const url = await aServerThatHangsAt(4)
    await killAt(3, attempt(workspace, url, first), workspace)
    const before = journalText(workspace)
    const inputs = { policy: policyFile, servers: url, 'base-servers': url, fresh: 'true' }
    const again = await action.run(workspace, inputs, first)
    expect(again.stdout).not.toContain('Going on')
    expect(again.outputs.verdict).toBe('pass')
    expect(workspace.read(`${out}/journal.earlier.jsonl`)).toBe(before)
  })
})
