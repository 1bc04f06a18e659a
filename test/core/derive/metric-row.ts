/** A row of the table that every metric of the catalog must have: a trial, and the values that are read from it. */
import type { MetricId } from '../../../src/model/metric-catalog.ts'
import type { Policy } from '../../../src/model/policy.ts'
import type { Leg, Trial } from '../../../src/model/run.ts'
import { aTrial } from '../../model/a-run.ts'

/** The policy is the usual one where the row names none. */
export type MetricRow = readonly [
  why: string,
  metric: MetricId,
  trial: Trial,
  values: readonly number[],
  policy?: Policy,
]

export const withLegs = (...legs: Leg[]): Trial => aTrial({ legs })
