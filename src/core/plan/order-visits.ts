/** The order of measuring: cells shuffled, base and head alternated within each. */
import type { Cell, SubjectName, Visit } from '../../model/plan.ts'
import { type Random, shuffled } from '../random.ts'

/** `cold` starts each subject's first visit of a cell without the model. */
export interface VisitOrder {
  readonly runs: number
  readonly cold: boolean
}

/** ABBA: a drift that goes one way within a cell hits both alike. Which of them begins is drawn for each cell. */
function subjectsOf(cell: Cell, runs: number, random: Random): readonly (readonly SubjectName[])[] {
  const order: readonly SubjectName[] = random() < 0.5 ? ['base', 'head'] : ['head', 'base']
  return Array.from({ length: runs }, (_, round) =>
    cell.base ? (round % 2 === 0 ? order : order.toReversed()) : ['head'],
  )
}

const visitsOf = (cell: Cell, { runs, cold }: VisitOrder, random: Random): readonly Visit[] =>
  subjectsOf(cell, runs, random).flatMap((subjects, round) =>
    subjects.map((subject) => ({
      id: `${cell.id}#${round}-${subject}`,
      cellId: cell.id,
      subject,
      round,
      cold: cold && round === 0,
    })),
  )

/** All visits of the cells: `runs` rounds of each, head alone where a cell has no base. */
export const orderVisits = (cells: readonly Cell[], order: VisitOrder, random: Random): readonly Visit[] =>
  shuffled(cells, random).flatMap((cell) => visitsOf(cell, order, random))
