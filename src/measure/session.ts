/** The measuring job: every visit in its order, within the budget, each on record before the next. */

import { messageOf } from '../errors.ts'
import { type FoundState, restoreServers, snapshotServers } from './found-state.ts'
import { type End, outOfTime, type Session, type Standing } from './session-state.ts'
import { countTrial, newTally } from './tally.ts'
import { visitAll } from './visit-all.ts'

/** Visits until the plan, the budget or the signal ends; a visit that hangs beyond the budget is given up. */
async function visitWithinBudget(session: Session, before: FoundState): Promise<End> {
  const { header, rig, earlier } = session
  const standing: Standing = {
    tally: newTally(),
    planned: header.plan.visits.length,
    budgetMs: rig.protocol['budget-minutes'] * 60_000,
    before,
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
    const ended = await visitWithinBudget(session, before)
    await journal.append({ kind: 'ended', ended: { ...ended, atMs: rig.clock.nowMs() } })
  } finally {
    await restoreServers(rig, before)
  }
}
