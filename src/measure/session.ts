/** The measuring job: every visit of the plan in its order, within the budget, each on record before the next. */

import { messageOf } from '../errors.ts'
import { formatMinutes } from '../model/number-format.ts'
import type { Ended, RunHeader, Trial } from '../model/run.ts'
import type { Journal } from '../ports/journal.ts'
import type { Progress } from '../ports/progress.ts'
import type { Rig } from './bench-rig.ts'
import { restoreServers, snapshotServers } from './found-state.ts'
import type { WarmState } from './preparation.ts'
import { runVisit } from './visit.ts'

/** After so many failed trials of head in a row in a cell, and none that worked, more of them teach nothing. */
const hopelessAfter = 3
/** When so many cells are hopeless, or all there are, and none has worked, the server is broken and not a cell. */
const hopelessCells = 2

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
  /** Failed trials of head since the last good one, by cell; null once one was good. */
  readonly failures: Map<string, number | null>
  lastFailure: string
}

const newTally = (): Tally => ({ done: 0, spentMs: 0, failures: new Map(), lastFailure: '' })

function count(tally: Tally, { visit, failure, startedMs, endedMs }: Trial): void {
  tally.done += 1
  tally.spentMs += endedMs - startedMs
  if (visit.subject !== 'head') return
  const soFar = tally.failures.get(visit.cellId) ?? 0
  const worked = tally.failures.get(visit.cellId) === null
  tally.failures.set(visit.cellId, failure === null || worked ? null : soFar + 1)
  if (failure !== null) tally.lastFailure = failure
}

const isHopeless = ({ failures }: Tally, cellId: string): boolean =>
  (failures.get(cellId) ?? 0) >= hopelessAfter

/** Whether head is broken as a whole: nothing has ever worked, in enough cells. */
function headIsHopeless(tally: Tally, cells: number): boolean {
  const hopeless = [...tally.failures.keys()].filter((id) => isHopeless(tally, id)).length
  const worked = [...tally.failures.values()].some((failures) => failures === null)
  return !worked && hopeless >= Math.min(hopelessCells, cells)
}

const meanMs = ({ done, spentMs }: Tally): number => (done === 0 ? 0 : spentMs / done)

type End = Omit<Ended, 'atMs'>

/** Where a session stands: its totals, and how much of the plan there is. */
interface Standing {
  readonly tally: Tally
  readonly planned: number
  readonly budgetMs: number
}

const outOfTime = ({ tally, planned, budgetMs }: Standing): End => ({
  how: 'deadline',
  message: `The budget of ${formatMinutes(budgetMs / 60_000)} ended after ${tally.done} of ${planned} trials.`,
})

async function visitAll(session: Session, { tally, planned, budgetMs }: Standing): Promise<End> {
  const { header, rig, journal, progress } = session
  const cells = new Map(header.plan.cells.map((cell) => [cell.id, cell]))
  const warm: WarmState = new Map()
  const deadlineMs = rig.clock.nowMs() + budgetMs
  for (const visit of header.plan.visits) {
    if (rig.clock.nowMs() + meanMs(tally) > deadlineMs) return outOfTime({ tally, planned, budgetMs })
    const cell = cells.get(visit.cellId)
    if (!cell) throw new RangeError(`the plan has no cell ${visit.cellId}`)
    if (isHopeless(tally, cell.id)) continue
    progress({ kind: 'visiting', visit, done: tally.done, of: planned })
    const trial = await runVisit(rig, cell, visit, warm)
    await journal.append({ kind: 'trial', trial })
    count(tally, trial)
    const leftMs = meanMs(tally) * (planned - tally.done)
    progress({ kind: 'measured', trial, done: tally.done, of: planned, leftMs })
    if (headIsHopeless(tally, cells.size))
      return { how: 'failed', message: `Head failed at every attempt: ${tally.lastFailure}` }
  }
  return tally.done === planned
    ? { how: 'completed', message: 'Every planned trial was measured.' }
    : { how: 'completed', message: `Cells whose head failed ${hopelessAfter} times were given up.` }
}

/** Visits until the plan, the budget or the signal ends; a visit that hangs beyond the budget is given up. */
async function visitWithinBudget(session: Session): Promise<End> {
  const { header, rig } = session
  const standing: Standing = {
    tally: newTally(),
    planned: header.plan.visits.length,
    budgetMs: rig.protocol['budget-minutes'] * 60_000,
  }
  const over = new AbortController()
  const finished = new AbortController()
  const alarm = rig.clock
    .sleep(standing.budgetMs, finished.signal)
    .then(() => over.abort(new Error('the budget')))
    .catch(() => undefined)
  try {
    const signal = AbortSignal.any([rig.signal, over.signal])
    return await visitAll({ ...session, rig: { ...rig, signal } }, standing)
  } catch (error) {
    if (rig.signal.aborted)
      return { how: 'interrupted', message: `The job was stopped: ${messageOf(rig.signal.reason)}.` }
    if (over.signal.aborted) return outOfTime(standing)
    throw error
  } finally {
    finished.abort()
    await alarm
  }
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
  try {
    const ended = await visitWithinBudget(session)
    await journal.append({ kind: 'ended', ended: { ...ended, atMs: rig.clock.nowMs() } })
  } finally {
    await restoreServers(rig, before)
  }
}
