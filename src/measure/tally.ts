/** Running totals of a session: what the estimate and the decision to stop need. Knows no server. */
import type { TrialOutline } from '../core/plan/repeat-visits.ts'
import { isLasting, isLeftOut } from '../core/validity/mark-trial.ts'
import type { Trial } from '../model/run.ts'

/**
 * After so many trials of head in a row in a cell that broke, or do not count for what would be the same again, more of
 * them teach nothing. What disturbs from outside may pass, and is measured again.
 */
export const hopelessAfter = 3
/** When nothing has counted in so many trials and this share of the budget, the disturbance will not pass in time. */
const disturbedTrials = 6
const disturbedShare = 0.25
/** When so many cells are hopeless, or all there are, and none has worked, the machine is at fault and not a cell. */
const hopelessCells = 2

/** `outlines` are the trials without their records, so that these need not stay in memory. */
export interface Tally {
  readonly outlines: TrialOutline[]
  spentMs: number
  /** Trials of head that do not count since the beginning, by cell; null once one has counted. */
  readonly useless: Map<string, number | null>
  lastReason: string
}

export const newTally = (): Tally => ({ outlines: [], spentMs: 0, useless: new Map(), lastReason: '' })

const reasonAgainst = ({ failure, spoiled }: TrialOutline): string | null =>
  failure ?? spoiled.find(({ leftOut }) => leftOut)?.detail ?? null

/** Counts one more trial. */
export function countTrial(tally: Tally, { legs: _, ...outline }: Trial): void {
  tally.outlines.push(outline)
  tally.spentMs += outline.endedMs - outline.startedMs
  const { subject, cellId } = outline.visit
  if (subject !== 'head') return
  const soFar = tally.useless.get(cellId)
  const counts = outline.failure === null && !isLeftOut(outline.spoiled)
  const isUseless = outline.failure !== null || isLasting(outline.spoiled)
  tally.useless.set(cellId, counts || soFar === null ? null : (soFar ?? 0) + (isUseless ? 1 : 0))
  tally.lastReason = reasonAgainst(outline) ?? tally.lastReason
}

/** Whether head has been tried often enough in this cell without one trial that counts. */
export const isHopeless = ({ useless }: Tally, cellId: string): boolean =>
  (useless.get(cellId) ?? 0) >= hopelessAfter

/** Whether head is beyond hope as a whole: no trial has ever counted, in enough of the `cells`. */
export function headIsHopeless(tally: Tally, cells: number): boolean {
  const hopeless = [...tally.useless.keys()].filter((id) => isHopeless(tally, id)).length
  const worked = [...tally.useless.values()].some((number) => number === null)
  return !worked && hopeless >= Math.min(hopelessCells, cells)
}

/** Whether everything so far was disturbed, for longer than is worth waiting for. */
export const isDisturbed = ({ outlines, spentMs }: Tally, budgetMs: number): boolean =>
  outlines.length >= disturbedTrials &&
  spentMs > disturbedShare * budgetMs &&
  outlines.every(({ failure, spoiled }) => failure !== null || isLeftOut(spoiled))

/** What a trial took on average; 0 before the first. */
export const meanMs = ({ outlines, spentMs }: Tally): number =>
  outlines.length === 0 ? 0 : spentMs / outlines.length
