/** What an agent's turn is: where it is taken, and what comes of it. */
import type { CellAgent, SubjectName, Variant } from '../../model/plan.ts'
import type { Call, Turn } from '../../model/run.ts'

/** Where a leg runs: a subject's variant of a cell on that subject's servers. */
export interface Stage {
  readonly subject: SubjectName
  readonly variant: Variant
}

/** An agent in its place: `index` is its number in the cell. */
export interface Seat {
  readonly stage: Stage
  readonly index: number
  readonly agent: CellAgent
}

/** The calls of a turn in the order of their writes; `turn` is null where the one call is all of it. */
export interface Taken {
  readonly calls: readonly Call[]
  readonly turn: Turn | null
}
