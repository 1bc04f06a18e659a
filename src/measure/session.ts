/** The measuring job: every visit in its order, within the budget, each on record before the next. */

import { messageOf } from '../errors.ts'
import { count, formatMinutes } from '../model/number-format.ts'
import type { Cell, Visit } from '../model/plan.ts'
import type { Ended, Resumed, RunHeader, Trial } from '../model/run.ts'
import type { Journal } from '../ports/journal.ts'
import type { Progress } from '../ports/progress.ts'
import type { Rig } from './bench-rig.ts'
import { restoreServers, snapshotServers } from './found-state.ts'
import type { WarmState } from './preparation.ts'
import {
  countTrial,
  headIsHopeless,
  hopelessAfter,
  isHopeless,
  meanMs,
  newTally,
  type Tally,
} from './tally.ts'
import { runVisit } from './visit.ts'
import { visitsToCome } from './visits-to-come.ts'

/** What earlier processes measured of the same plan, and that this one goes on with it. */
export interface EarlierWork {
  readonly trials: readonly Trial[]
  /** The pauses up to and with the present one. */
  readonly resumed: readonly Resumed[]
  /** Minutes of the budget that are gone. */
  readonly spentMs: number
}

/** `earlier` is null for a job that begins. */
export interface Session {
  readonly header: RunHeader
  readonly earlier: EarlierWork | null
  readonly rig: Rig
  readonly journal: Journal
  readonly progress: Progress
}

type End = Omit<Ended, 'atMs'>

/** Where a session stands: its totals, and how much of the plan there is. */
interface Standing {
  readonly tally: Tally
  readonly planned: number
  readonly budgetMs: number
}

const unmeasured = ({ plan }: RunHeader, { outlines }: Tally): readonly Visit[] => {
  const measured = new Set(outlines.map(({ visit }) => visit.id))
  return plan.visits.filter(({ id }) => !measured.has(id))
}

function completed(header: RunHeader, tally: Tally): End {
  if (unmeasured(header, tally).length > 0)
    return {
      how: 'completed',
      message: `Cells in which ${hopelessAfter} trials of head did not count were given up.`,
    }
  const again = tally.outlines.length - header.plan.visits.length
  const repeats = again > 0 ? `, and ${count(again, 'trial')} again` : ''
  return { how: 'completed', message: `Every planned trial was measured${repeats}.` }
}

/** The budget may end while trials are measured again: then nothing of the plan is missing. */
function outOfTime(header: RunHeader, { tally, planned, budgetMs }: Standing): End {
  if (unmeasured(header, tally).every(({ cellId }) => isHopeless(tally, cellId)))
    return completed(header, tally)
  const message = `The budget of ${formatMinutes(budgetMs / 60_000)} ended after ${tally.outlines.length} of ${planned} trials.`
  return { how: 'deadline', message }
}

/** What changes from visit to visit: what is warm, and the cell that was last on the servers. */
interface Bench {
  readonly warm: WarmState
  cellId: string | null
}

/** TR111 starts its server anew for each configuration; found servers are not ours to restart. */
async function enterCell(rig: Rig, bench: Bench, cellId: string): Promise<void> {
  const isOther = bench.cellId !== cellId
  bench.cellId = cellId
  if (!isOther || rig.restart === 'never') return
  for (const own of [rig.started.head, rig.started.base]) {
    if (!own) continue
    await own.restart(rig.signal)
    bench.warm.clear()
  }
}

function cellOf({ plan }: RunHeader, { cellId }: Visit): Cell {
  const cell = plan.cells.find(({ id }) => id === cellId)
  if (!cell) throw new RangeError(`the plan has no cell ${cellId}`)
  return cell
}

/** How a server of ours died that nobody starts again: what is left of the plan would only fail. Null while all run. */
const deadServer = ({ started, restart }: Rig): string | null =>
  restart === 'never' ? (started.head?.trouble() ?? started.base?.trouble() ?? null) : null

async function visitAll(session: Session, standing: Standing): Promise<End> {
  const { header, rig, journal, progress, earlier } = session
  const { tally, planned, budgetMs } = standing
  const bench: Bench = { warm: new Map(), cellId: null }
  const deadlineMs = rig.clock.nowMs() + budgetMs - (earlier?.spentMs ?? 0)
  const visits = visitsToCome({
    plan: header.plan,
    protocol: rig.protocol,
    resumed: earlier?.resumed ?? [],
    tally,
  })
  for (const visit of visits) {
    const done = tally.outlines.length
    if (rig.clock.nowMs() + meanMs(tally) > deadlineMs) return outOfTime(header, standing)
    const trouble = deadServer(rig)
    if (trouble !== null) return { how: 'failed', message: `The job could not go on: ${trouble}` }
    const cell = cellOf(header, visit)
    await enterCell(rig, bench, cell.id)
    const of = Math.max(planned, done + 1)
    progress({ kind: 'visiting', visit, done, of })
    const trial = await runVisit(rig, cell, visit, bench.warm)
    await journal.append({ kind: 'trial', trial })
    countTrial(tally, trial)
    const leftMs = meanMs(tally) * Math.max(0, planned - tally.outlines.length)
    progress({ kind: 'measured', trial, done: done + 1, of, leftMs })
    if (headIsHopeless(tally, header.plan.cells.length))
      return { how: 'failed', message: `No trial of head counts: ${tally.lastReason}` }
  }
  return completed(header, tally)
}

/** Visits until the plan, the budget or the signal ends; a visit that hangs beyond the budget is given up. */
async function visitWithinBudget(session: Session): Promise<End> {
  const { header, rig, earlier } = session
  const standing: Standing = {
    tally: newTally(),
    planned: header.plan.visits.length,
    budgetMs: rig.protocol['budget-minutes'] * 60_000,
  }
  for (const trial of earlier?.trials ?? []) countTrial(standing.tally, trial)
  const over = new AbortController()
  const finished = new AbortController()
  const alarm = rig.clock
    .sleep(Math.max(0, standing.budgetMs - (earlier?.spentMs ?? 0)), finished.signal)
    .then(() => over.abort(new Error('the budget')))
    .catch(() => undefined)
  try {
    const signal = AbortSignal.any([rig.signal, over.signal])
    return await visitAll({ ...session, rig: { ...rig, signal } }, standing)
  } catch (error) {
    if (rig.signal.aborted)
      return { how: 'interrupted', message: `The job was stopped: ${messageOf(rig.signal.reason)}.` }
    if (over.signal.aborted) return outOfTime(header, standing)
    throw error
  } finally {
    finished.abort()
    await alarm
  }
}

/** The journal's next line: what is to be measured, or that it goes on. */
async function open({ header, earlier, journal }: Session): Promise<void> {
  const pause = earlier?.resumed.at(-1)
  await journal.append(pause ? { kind: 'resumed', resumed: pause } : { kind: 'header', header })
}

/**
 * Measures the plan of `header`, less what earlier processes measured of it, and writes what happens to the journal.
 * Ends with `interrupted` when the rig's signal aborts, whatever was going on; rejects only when the journal cannot be
 * written, a server that we started does not come back, or the gate itself is wrong. Servers keep the models that they
 * had, and lose the ones that this job loaded.
 */
export async function runSession(session: Session): Promise<void> {
  const { rig, journal } = session
  await open(session)
  const before = await snapshotServers(rig)
  try {
    const ended = await visitWithinBudget(session)
    await journal.append({ kind: 'ended', ended: { ...ended, atMs: rig.clock.nowMs() } })
  } finally {
    await restoreServers(rig, before)
  }
}
