/** Which visits are made once more, because what was recorded leaves their trials out. */
import type { Plan, SubjectName, Visit } from '../../model/plan.ts'
import type { Trial } from '../../model/run.ts'
import { type JobRecords, type JobTrial, jobReasons } from '../validity/mark-job.ts'
import { isLeftOut, isWorthRepeating } from '../validity/mark-trial.ts'

/** A trial without its records: all that says whether it counts. */
export type TrialOutline = JobTrial & Pick<Trial, 'spoiled'>

/** One round of a cell, as far as it was measured. */
interface Round {
  readonly number: number
  readonly trials: readonly TrialOutline[]
}

/** A cell's plan: who is measured in each round, in the order of the first, and how many rounds. */
interface CellPlan {
  readonly cellId: string
  readonly subjects: readonly SubjectName[]
  readonly rounds: number
  readonly cold: boolean
}

function cellPlans({ visits }: Plan): readonly CellPlan[] {
  return [...Map.groupBy(visits, ({ cellId }) => cellId)].map(([cellId, own]) => ({
    cellId,
    subjects: own.filter(({ round }) => round === 0).map(({ subject }) => subject),
    rounds: new Set(own.map(({ round }) => round)).size,
    cold: own.some(({ cold }) => cold),
  }))
}

/** The trials with the job's reasons beside their own. */
function withJobReasons(records: JobRecords<TrialOutline>): readonly TrialOutline[] {
  const reasons = jobReasons(records)
  return records.trials.map((trial) => ({
    ...trial,
    spoiled: [...trial.spoiled, ...(reasons.get(trial.visit.id) ?? [])],
  }))
}

const roundsOf = (trials: readonly TrialOutline[], cellId: string): readonly Round[] =>
  [
    ...Map.groupBy(
      trials.filter(({ visit }) => visit.cellId === cellId),
      ({ visit }) => visit.round,
    ),
  ].map(([number, own]) => ({ number, trials: own }))

/** Something in the round is left out, nothing broke, and another attempt could come out clean. */
function isForRepeat({ trials }: Round): boolean {
  const leftOut = trials.filter(({ spoiled }) => isLeftOut(spoiled))
  return (
    leftOut.length > 0 &&
    trials.every(({ failure }) => failure === null) &&
    leftOut.every(({ spoiled }) => isWorthRepeating(spoiled))
  )
}

const visitOf = (
  { cellId }: CellPlan,
  { subject, round, cold }: Pick<Visit, 'subject' | 'round' | 'cold'>,
): Visit => ({ id: `${cellId}#${round}-${subject}`, cellId, subject, round, cold })

interface NextRound {
  readonly number: number
  readonly cold: boolean
}

/** All members of a new round, in the order that alternates with the rounds before. */
const wholeRound = (plan: CellPlan, { number, cold }: NextRound): readonly Visit[] =>
  (number % 2 === 0 ? plan.subjects : plan.subjects.toReversed()).map((subject) =>
    visitOf(plan, { subject, round: number, cold }),
  )

const isCold = ({ trials }: Round): boolean => trials.some(({ visit }) => visit.cold)

/** A cold figure of one member of a pair is none while the other is left out. */
const countsCold = (round: Round): boolean =>
  isCold(round) && !round.trials.some(({ spoiled }) => isLeftOut(spoiled))

/** A resumed job may have left one of its extra rounds half done. */
const unfinishedVisits = (plan: CellPlan, extra: readonly Round[]): readonly Visit[] =>
  extra.flatMap((round) =>
    wholeRound(plan, { number: round.number, cold: isCold(round) }).filter(
      ({ subject }) => !round.trials.some(({ visit }) => visit.subject === subject),
    ),
  )

/** At most as many rounds again as were planned: what is left out that often will not come out clean. */
function repeatsOf(plan: CellPlan, rounds: readonly Round[]): readonly Visit[] {
  const extra = rounds.filter(({ number }) => number >= plan.rounds)
  const missing = rounds.filter(isForRepeat).length - extra.length
  const allowed = plan.rounds - extra.length
  const next = Math.max(plan.rounds, ...rounds.map(({ number }) => number + 1))
  const wantsCold = plan.cold && !rounds.some(countsCold)
  const fresh = Array.from({ length: Math.max(0, Math.min(missing, allowed)) }, (_, index) =>
    wholeRound(plan, { number: next + index, cold: wantsCold && index === 0 }),
  ).flat()
  return [...unfinishedVisits(plan, extra), ...fresh]
}

/**
 * The visits that make up for trials which do not count: whole rounds, so that a pair stays a pair. Empty when nothing
 * is to be made up for, and for what would come out the same (core/validity says what). Asked again after these were
 * measured, it makes up for those of them that do not count either, at most as many rounds again as were planned.
 */
export function repeatVisits(plan: Plan, records: Omit<JobRecords<TrialOutline>, 'cells'>): readonly Visit[] {
  const trials = withJobReasons({ ...records, cells: plan.cells })
  return cellPlans(plan).flatMap((cell) => repeatsOf(cell, roundsOf(trials, cell.cellId)))
}
