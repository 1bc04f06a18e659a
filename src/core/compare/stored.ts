/**
 * Comparison with a stored baseline. It never convicts: what differs between two days is the day as much as the
 * change (STATS section 3A). It may acquit what lies clear of its floor, and warn beyond it.
 */
import type { MetricDefinition } from '../../model/metric-catalog.ts'
import { medianOf } from '../statistics/descriptive.ts'
import { scaleOf } from './degradation.ts'

/** Day-to-day standard deviation assumed until a machine's own history says better: 2 % (STATS section 2), or points. */
const assumedDaySd = { ratio: 0.02, points: 2 } as const

export interface StoredQuestion {
  readonly metric: Pick<MetricDefinition, 'better' | 'change'>
  readonly target: number
  /** One typical value for each stored session. */
  readonly base: readonly number[]
  readonly head: number
}

export interface StoredAnswer {
  readonly decision: 'warn' | 'not-worse' | 'undecided'
  /** Signed change: a ratio or points; null where it does not exist. */
  readonly change: number | null
  /** The smallest degradation that a stored baseline of this size can tell, in the target's unit. */
  readonly floor: number
}

/** Smallest degradation with 95 % power at 1 % false alarms from S sessions: 3.97 × sd_day × √(1 + 1/S). */
const floorOf = (daySd: number, sessions: number): number => 3.97 * daySd * Math.sqrt(1 + 1 / sessions)

/** Compares one session's value with stored ones. `base` must not be empty. */
export function compareStored({ metric, target, base, head }: StoredQuestion): StoredAnswer {
  const scale = scaleOf(metric)
  const floor = floorOf(assumedDaySd[metric.change], base.length)
  const degradation = scale.degradation(medianOf(base), head)
  if (degradation === null) return { decision: 'undecided', change: null, floor: scale.size(floor) }
  // Half the floor is about the 97 % quantile of the day's shift; below its floor the mode refuses to gate at all.
  const notWorse = scale.target(target) >= floor && degradation + floor / 2 < scale.target(target)
  return {
    decision: degradation > floor ? 'warn' : notWorse ? 'not-worse' : 'undecided',
    change: scale.change(degradation),
    floor: scale.size(floor),
  }
}
