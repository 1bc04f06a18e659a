/** The measuring job: every visit of the plan in its order, within the budget, each on record before the next. */

import { messageOf } from '../errors.ts'
import type { Ended, RunHeader, Trial } from '../model/run.ts'
import type { Journal } from '../ports/journal.ts'
import type { Progress } from '../ports/progress.ts'
import type { Rig } from './bench-rig.ts'
import { restoreServers, snapshotServers } from './found-state.ts'
import type { WarmState } from './preparation.ts'
import { runVisit } from './visit.ts'

/** After so many failed trials of head in a row, and none that worked, more of them teach nothing. */
const hopelessAfter = 3

interface Session {
  readonly header: RunHeader
  readonly rig: Rig
  readonly journal: Journal
  readonly progress: Progress
}

/** Running totals: what the estimate and the decision to stop need, so that trials need not stay in memory. */
interface Tally {
  done: number
  spentMs: number
  headWorked: boolean
  headFailuresInARow: number
}

function count(tally: Tally, { visit, failure, startedMs, endedMs }: Trial): void {
  tally.done += 1
  tally.spentMs += endedMs - startedMs
  if (visit.subject !== 'head') return
  tally.headWorked ||= failure === null
  tally.headFailuresInARow = failure === null ? 0 : tally.headFailuresInARow + 1
}

const meanMs = ({ done, spentMs }: Tally): number => (done === 0 ? 0 : spentMs / done)

type End = Omit<Ended, 'atMs'>

const minutes = (ms: number): string => `${Math.round(ms / 6000) / 10} minutes`

async function visitAll({ header, rig, journal, progress }: Session): Promise<End> {
  const { plan } = header
  const cells = new Map(plan.cells.map((cell) => [cell.id, cell]))
  const warm: WarmState = new Map()
  const tally: Tally = { done: 0, spentMs: 0, headWorked: false, headFailuresInARow: 0 }
  const budgetMs = rig.protocol['budget-minutes'] * 60_000
  const deadlineMs = rig.clock.nowMs() + budgetMs
  for (const visit of plan.visits) {
    if (rig.clock.nowMs() + meanMs(tally) > deadlineMs)
      return {
        how: 'deadline',
        message: `The budget of ${minutes(budgetMs)} ended after ${tally.done} of ${plan.visits.length} trials.`,
      }
    const cell = cells.get(visit.cellId)
    if (!cell) throw new RangeError(`the plan has no cell ${visit.cellId}`)
    progress({ kind: 'visiting', visit, done: tally.done, of: plan.visits.length })
    const trial = await runVisit(rig, cell, visit, warm)
    await journal.append({ kind: 'trial', trial })
    count(tally, trial)
    const leftMs = meanMs(tally) * (plan.visits.length - tally.done)
    progress({ kind: 'measured', trial, done: tally.done, of: plan.visits.length, leftMs })
    if (!tally.headWorked && tally.headFailuresInARow >= hopelessAfter)
      return { how: 'failed', message: `Head failed ${hopelessAfter} times in a row: ${trial.failure ?? ''}` }
  }
  return { how: 'completed', message: 'Every planned trial was measured.' }
}

/**
 * Measures the plan of `header` and writes header, trials and end to the journal. Ends with `interrupted` when the
 * rig's signal aborts, whatever was going on; rejects only when the journal cannot be written or the gate itself is
 * wrong. Servers keep the models that they had, and lose the ones that this job loaded.
 */
export async function runSession(session: Session): Promise<void> {
  const { header, rig, journal } = session
  await journal.append({ kind: 'header', header })
  const before = await snapshotServers(rig)
  const ended = await visitAll(session).catch((error: unknown): End => {
    if (!rig.signal.aborted) throw error
    return { how: 'interrupted', message: `The job was stopped: ${messageOf(rig.signal.reason)}.` }
  })
  await journal.append({ kind: 'ended', ended: { ...ended, atMs: rig.clock.nowMs() } })
  await restoreServers(rig, before)
}
