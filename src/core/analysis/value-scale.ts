/** On which scale the trials of a metric scatter: as ratios where its changes are ratios, else in its unit. Knows no cell. */
import { type MetricId, metricDefinition } from '../../model/metric-catalog.ts'
import { scaleOf } from '../compare/degradation.ts'
import { meanOf } from '../statistics/descriptive.ts'

/**
 * What turns values into those that are compared: logarithms where `isRatio`, so that a slow cell with a scatter of 10 %
 * does not hide a fast one with as much. `floor` is the spread, on this scale, below which values are taken for a cache, a
 * mock or rounding (STATS section 6).
 */
export interface ValueScale {
  readonly isRatio: boolean
  readonly of: (value: number) => number
  readonly floor: number
}

const asItIs = (value: number): number => value

/** The scale of a metric for these values, never empty; a ratio with a value of zero or less has no logarithm. */
export function valueScale(metric: MetricId, values: readonly number[]): ValueScale {
  const definition = metricDefinition(metric)
  const { spreadFloor } = scaleOf(definition)
  if (definition.change === 'points') return { isRatio: false, of: asItIs, floor: spreadFloor }
  if (values.every((value) => value > 0)) return { isRatio: true, of: Math.log, floor: spreadFloor }
  return { isRatio: false, of: asItIs, floor: spreadFloor * Math.abs(meanOf(values)) }
}
