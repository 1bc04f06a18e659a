/** A job that was stopped or killed, and is run again: only what is missing is measured, and the verdict is the same. */
import { beforeAll, describe, expect, it } from 'vitest'
import { runCli } from './cli.ts'
import type { Ended } from './entry-process.ts'
import { journalFile, journalText, out, readJournalOf } from './journal.ts'
import { aScriptedServer } from './scripted-server.ts'
import { aServerThatHangsAt, runLine, slowly, steady, stopAt } from './unfinished-run.ts'
import { aPolicy, aWorkspace, patient, policyFile, type Workspace, wideLimit } from './workspace.ts'

const twentyCells =
  '{ workload: single-agent, scenario: single, agents: [short], sweep: { temperature: [0, 0.2, 0.4, 0.6, 0.8], num_gpu: [4, 8], top_k: [1, 2] } }'

/** Some cells pass, some warn, and none can be compared from one pair: the verdict depends on every cell. */
const manyCells = (): string =>
  aPolicy({
    matrix: [twentyCells],
    protocol: `runs: 1, ${steady}`,
    timeouts: patient,
    limits: [wideLimit, '{ metric: vramResidencyPercent, warn: 20, fail: 1 }'],
    regressions: ['{ metric: warmTtftMs, catch: 5 % }'],
  })

const planned = 40

const seeded = (url: string) => runLine(url, '--seed', '7')

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
