/** What a session is, how it stands, and how it ends, in words. */
import { count, formatMinutes } from '../model/number-format.ts'
import type { Visit } from '../model/plan.ts'
import type { Ended, Resumed, RunHeader, Trial } from '../model/run.ts'
import type { Journal } from '../ports/journal.ts'
import type { Progress } from '../ports/progress.ts'
import type { Rig } from './bench-rig.ts'
import type { FoundState } from './found-state.ts'
import { hopelessAfter, isHopeless, type Tally } from './tally.ts'

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

/** An end without its moment. */
export type End = Omit<Ended, 'atMs'>

/** Where a session stands: its totals, how much of the plan there is, and what the servers held before it. */
export interface Standing {
  readonly tally: Tally
  readonly planned: number
  readonly budgetMs: number
  readonly before: FoundState
}

const unmeasured = ({ plan }: RunHeader, { outlines }: Tally): readonly Visit[] => {
  const measured = new Set(outlines.map(({ visit }) => visit.id))
  return plan.visits.filter(({ id }) => !measured.has(id))
}

/** The plan is through, as far as it is worth it. */
export function completed(header: RunHeader, tally: Tally): End {
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
export function outOfTime(header: RunHeader, { tally, planned, budgetMs }: Standing): End {
  if (unmeasured(header, tally).every(({ cellId }) => isHopeless(tally, cellId)))
    return completed(header, tally)
  const message = `The budget of ${formatMinutes(budgetMs / 60_000)} ended after ${tally.outlines.length} of ${planned} trials.`
  return { how: 'deadline', message }
}
