/**
 * The decision on pairs of one session. This is the one interface behind which the statistics live: judging knows
 * `comparePairs` and nothing of how it decides.
 *
 * Method: Student's t on the pairs' degradations, one-sided. When the 97 % bound excludes the target, not worse, or worse
 * by less than the target. Else worse at 1 % over all regression checks of the matrix (Bonferroni), and only when the
 * estimate is nearer to the target than to no change. Otherwise undecided. Pairs of one session see no later time: a conviction here is not confirmed
 * by fresh data, and reports say so.
 */
import type { MetricDefinition } from '../../model/metric-catalog.ts'
import { type Change, passConfidencePercent } from '../../model/verdict.ts'
import { meanOf, sdOf } from '../statistics/descriptive.ts'
import { lowerShare, signTestP, upperShare } from '../statistics/exact-binomial.ts'
import { studentTQuantile } from '../statistics/student-t.ts'
import { type Scale, scaleOf } from './degradation.ts'

/** A base and a head value of the same round. */
export interface Pair {
  readonly base: number
  readonly head: number
}

/** What to decide: the metric, the change that must be caught, and how many such checks the matrix has. */
export interface PairedQuestion {
  readonly metric: Pick<MetricDefinition, 'better' | 'change' | 'level'>
  readonly target: number
  readonly checks: number
}

export interface PairedAnswer {
  readonly decision: 'worse' | 'less-than-target' | 'not-worse' | 'better' | 'undecided'
  /** Null under two usable pairs. */
  readonly change: Change | null
  /** The smallest degradation, in the target's unit, that these pairs would have shown; null under two, and for events. */
  readonly detectable: number | null
  /** Usable pairs. */
  readonly pairs: number
}

/** Share of clean matrices that may fail, for all checks together. */
const falseAlarms = 0.01
const passConfidence = passConfidencePercent / 100
const power = 0.95
/** Fewer pairs decide nothing: two that happen to agree have no spread to judge by. */
const leastPairs = 4

interface Estimate {
  readonly mean: number
  readonly bound: (confidence: number) => number
}

function estimate(degradations: readonly number[], scale: Scale): Estimate | null {
  const sd = sdOf(degradations)
  if (sd === null) return null
  const standardError = Math.max(sd, scale.spreadFloor) / Math.sqrt(degradations.length)
  const df = degradations.length - 1
  return {
    mean: meanOf(degradations),
    bound: (confidence) => studentTQuantile(confidence, df) * standardError,
  }
}

/** The ends of an interval of degradations as changes, the lower one first: a drop turns them round. */
function changeEnds(ends: readonly [number, number], scale: Scale): Pick<Change, 'low' | 'high'> {
  const [low = Number.NaN, high = Number.NaN] = ends.map(scale.change).sort((a, b) => a - b)
  return { low, high }
}

function changeOf({ mean, bound }: Estimate, scale: Scale, kind: Change['kind'], pairs: number): Change {
  const { low, high } = changeEnds([mean - bound(0.975), mean + bound(0.975)], scale)
  return { kind, estimate: scale.change(mean), low, high, confidencePercent: 95, pairs }
}

interface Bounds {
  /** The evidence is against no change, at the share of false alarms that one check may have. */
  readonly convicts: boolean
  /** A degradation of the target is excluded. */
  readonly acquits: boolean
}

function boundsOfMean({ mean, bound }: Estimate, target: number, alpha: number): Bounds {
  return { convicts: mean - bound(1 - alpha) > 0, acquits: mean + bound(passConfidence) < target }
}

/**
 * Events are zeros and ones, whose mean is not normal: discordant pairs alone convict, by the exact sign test, and the
 * exact bound of their share acquits (STATS section 7).
 */
function boundsOfEvents(degradations: readonly number[], target: number, alpha: number): Bounds {
  const worse = degradations.filter((value) => value > 0).length
  const discordant = degradations.filter((value) => value !== 0).length
  return {
    convicts: signTestP(worse, discordant) < alpha,
    acquits: upperShare(worse, degradations.length, passConfidence) * 100 < target,
  }
}

function decide(
  found: Estimate,
  degradations: readonly number[],
  { metric, target, checks }: PairedQuestion,
): PairedAnswer['decision'] {
  const alpha = falseAlarms / Math.max(1, checks)
  const { convicts, acquits } =
    metric.level === 'event'
      ? boundsOfEvents(degradations, target, alpha)
      : boundsOfMean(found, target, alpha)
  if (degradations.length < leastPairs) return 'undecided'
  const isWorse = convicts && found.mean >= target / 2
  if (!acquits) return isWorse ? 'worse' : 'undecided'
  if (isWorse) return 'less-than-target'
  return found.mean + found.bound(1 - alpha) < 0 && found.mean <= -target ? 'better' : 'not-worse'
}

const changeOfEvents = (degradations: readonly number[], scale: Scale): Change => {
  const runs = degradations.length
  const shareOf = (events: number) => ({
    low: lowerShare(events, runs, 0.975),
    high: upperShare(events, runs, 0.975),
  })
  const worse = shareOf(degradations.filter((value) => value > 0).length)
  const better = shareOf(degradations.filter((value) => value < 0).length)
  const { low, high } = changeEnds([(worse.low - better.high) * 100, (worse.high - better.low) * 100], scale)
  return {
    kind: 'points',
    estimate: scale.change(meanOf(degradations)),
    low,
    high,
    confidencePercent: 95,
    pairs: runs,
  }
}

/**
 * Compares base with head on pairs of one session. A pair whose ratio does not exist (a zero) cannot be used, and then
 * nothing is acquitted: what it would have said is not known.
 */
export function comparePairs(pairs: readonly Pair[], question: PairedQuestion): PairedAnswer {
  const scale = scaleOf(question.metric)
  const degradations = pairs.flatMap(({ base, head }) => scale.degradation(base, head) ?? [])
  const found = estimate(degradations, scale)
  if (!found) return { decision: 'undecided', change: null, detectable: null, pairs: degradations.length }
  const decision = decide(found, degradations, { ...question, target: scale.target(question.target) })
  const isWhole = degradations.length === pairs.length
  const alpha = falseAlarms / Math.max(1, question.checks)
  const isEvent = question.metric.level === 'event'
  return {
    decision: isWhole || decision === 'worse' ? decision : 'undecided',
    change: isEvent
      ? changeOfEvents(degradations, scale)
      : changeOf(found, scale, question.metric.change, degradations.length),
    detectable: isEvent ? null : scale.size(found.bound(1 - alpha) + found.bound(power)),
    pairs: degradations.length,
  }
}
