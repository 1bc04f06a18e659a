/** Whether enough of a cell's planned trials count, and what the others were. */
import { count } from '../../model/number-format.ts'
import type { Ended, Trial } from '../../model/run.ts'
import type { Check } from '../../model/verdict.ts'
import { countingTrials } from '../derive/samples.ts'
import { signTestP } from '../statistics/exact-binomial.ts'
import { isLeftOut, isOwnDoing } from '../validity/mark-trial.ts'

const removeCause =
  'Remove the cause and measure again; a reason that is ordinary on this machine goes into validity.mark-only of the protocol.'

/** What to do about trials that are missing, by how the job ended. */
const adviceOnEnd: Record<Ended['how'], string> = {
  completed: removeCause,
  deadline: 'Raise budget-minutes, lower runs, or measure fewer cells.',
  interrupted: 'Run the same command again: it goes on where it stopped.',
  killed: 'Run the same command again: it goes on where it stopped.',
  failed: 'Remove the cause, and run it again.',
}

/** What a check of this kind found. */
export type Finding = Pick<Check, 'status' | 'message' | 'fix'>

/** Below this chance of its being chance, what was left out tells base from head (STATS section 6). */
const imbalanceP = 0.01

/**
 * One cell and subject: its trials (those measured again among them), the other subject's, how many were planned, and how
 * the job ended.
 */
export interface MeasuredQuestion {
  readonly trials: readonly Trial[]
  readonly partners: readonly Trial[]
  readonly planned: number
  readonly ended: Pick<Ended, 'how' | 'message'>
  readonly mostSpoiledPercent: number
}

/** Reasons in the order of how often they occur, with their number. */
function tally(reasons: readonly string[]): string {
  const counts = [...Map.groupBy(reasons, (reason) => reason)].map(
    ([reason, all]) => [reason, all.length] as const,
  )
  return counts
    .sort((a, b) => b[1] - a[1])
    .slice(0, 3)
    .map(([reason, number]) => (number > 1 ? `${reason} (${number} times)` : reason))
    .join('; ')
}

const leftOutOf = (trials: readonly Trial[]): readonly Trial[] =>
  trials.filter(({ failure, spoiled }) => failure === null && isLeftOut(spoiled))

const reasonsOf = (trials: readonly Trial[]): string =>
  tally(trials.flatMap(({ spoiled }) => spoiled.flatMap(({ detail, leftOut }) => (leftOut ? [detail] : []))))

function failedFinding(trials: readonly Trial[], planned: number): Finding | null {
  const failed = trials.filter((trial) => trial.failure !== null)
  if (failed.length === 0) return null
  return {
    status: 'invalid',
    message: `${failed.length} of ${Math.max(planned, trials.length)} trials failed: ${tally(failed.flatMap((trial) => trial.failure ?? []))}`,
    fix: 'This is broken, not slow: see the server’s log and the records of these trials.',
  }
}

/** Why trials do not count, in words: for themselves or with their pair, and the reasons. */
function leftOutText({ trials, partners }: MeasuredQuestion, idle: number): string {
  const inPairs = idle - leftOutOf(trials).length
  const which = inPairs === idle ? '' : `, ${inPairs} of them`
  const pairs = inPairs > 0 ? `${which} with the other one of ${inPairs === 1 ? 'its' : 'their'} pair` : ''
  return `${pairs}: ${reasonsOf([...trials, ...partners])}`
}

/**
 * Left out for what the subject itself can cause, more than once and more often than is tolerated: measuring again until
 * enough are clean would excuse a head that heats up, reloads or refuses.
 */
function ownDoingFinding({ trials, mostSpoiledPercent }: MeasuredQuestion): Finding | null {
  const own = leftOutOf(trials).filter(({ spoiled }) => isOwnDoing(spoiled))
  if (own.length <= Math.max(1, (mostSpoiledPercent / 100) * trials.length)) return null
  return {
    status: 'invalid',
    message: `${own.length} of ${count(trials.length, 'trial')} were left out for what the servers themselves may cause: ${reasonsOf(own)}`,
    fix: removeCause,
  }
}

/** Every planned trial was measured and counts; what was left out was measured again, or is too little to matter. */
export function judgeMeasured(question: MeasuredQuestion): Finding {
  const { trials, partners, planned, ended, mostSpoiledPercent } = question
  const failed = failedFinding(trials, planned)
  if (failed) return failed
  const counting = new Set(countingTrials([...trials, ...partners]))
  const valid = trials.filter((trial) => counting.has(trial)).length
  if (trials.length < planned)
    return {
      status: valid === 0 ? 'invalid' : 'inconclusive',
      message: `${trials.length} of ${planned} trials were measured: ${ended.message}${leftOutOf(trials).length > 0 ? ` Left out: ${reasonsOf(trials)}.` : ''}`,
      fix: adviceOnEnd[ended.how],
    }
  const idle = trials.length - valid
  const own = ownDoingFinding(question)
  if (own) return own
  const missing = planned - valid
  // More left out than counting: what is left was chosen by chance, however often it was measured again.
  if (missing > (mostSpoiledPercent / 100) * planned || idle > valid)
    return {
      status: 'invalid',
      message: `${idle} of ${count(trials.length, 'trial')} do not count${leftOutText(question, idle)}`,
      fix: removeCause,
    }
  const left =
    idle > 0
      ? `, ${idle} left out${missing <= 0 ? ' and measured again' : ''}${leftOutText(question, idle)}`
      : ''
  return {
    status: 'pass',
    message: `${Math.min(valid, planned)} of ${planned} trials count${left}.`,
    fix: null,
  }
}

/**
 * Whether what was left out is spread over base and head as chance would: else the reason for leaving it out may be the
 * change itself. Null when it is.
 */
export function judgeBalance(head: readonly Trial[], base: readonly Trial[]): Finding | null {
  const [heads, bases] = [leftOutOf(head).length, leftOutOf(base).length]
  if (heads + bases === 0 || 2 * signTestP(Math.max(heads, bases), heads + bases) >= imbalanceP) return null
  return {
    status: 'inconclusive',
    message: `${heads} trials of head but ${bases} of base were left out: ${reasonsOf([...head, ...base])}`,
    fix: 'The reason may be the change itself: look at these trials before you trust the rest.',
  }
}
