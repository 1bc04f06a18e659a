/** What a session measures next: what is left of the plan, then what makes up for trials that do not count. */
import { repeatVisits } from '../core/plan/repeat-visits.ts'
import type { Plan, Visit } from '../model/plan.ts'
import type { Protocol } from '../model/policy.ts'
import type { Resumed } from '../model/run.ts'
import { isHopeless, type Tally } from './tally.ts'

/** The plan, the pauses between the processes that measured it, and what was measured so far. */
export interface Progression {
  readonly plan: Plan
  readonly protocol: Protocol
  readonly resumed: readonly Resumed[]
  readonly tally: Tally
}

/** Looks at the tally each time that it is asked; cells without hope are passed over. */
export function* visitsToCome({ plan, protocol, resumed, tally }: Progression): Generator<Visit> {
  const done = new Set(tally.outlines.map(({ visit }) => visit.id))
  for (const visit of plan.visits) if (!done.has(visit.id) && !isHopeless(tally, visit.cellId)) yield visit
  for (;;) {
    const again = repeatVisits(plan, { trials: tally.outlines, resumed, protocol }).filter(
      ({ cellId }) => !isHopeless(tally, cellId),
    )
    if (again.length === 0) return
    yield* again
  }
}
