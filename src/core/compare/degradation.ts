/** Changes as degradations: positive is worse, on a scale where they add up (log ratio, or points). */
import type { MetricDefinition } from '../../model/metric-catalog.ts'

/** What turns a metric's values into degradations and back. */
export interface Scale {
  /** Degradation from base to head; null where a ratio does not exist (a value of zero or less). */
  degradation(base: number, head: number): number | null
  /** A change that must be caught, as a degradation: a ratio such as 0.05, or points. */
  target(value: number): number
  /** A degradation as the signed change that is shown: a ratio (0.05 is +5 %) or points. */
  change(degradation: number): number
  /** A degradation as its size in the target's unit. */
  size(degradation: number): number
  /** Spread below which values are taken for a cache, a mock or rounding (STATS section 6). */
  readonly spreadFloor: number
}

/** The scale of a metric: logarithms of ratios, or points for percentages (a 3 % of 98 % means little). */
export function scaleOf({ better, change }: Pick<MetricDefinition, 'better' | 'change'>): Scale {
  const sign = better === 'lower' ? 1 : -1
  if (change === 'points')
    return {
      degradation: (base, head) => sign * (head - base),
      target: (value) => value,
      change: (degradation) => sign * degradation,
      size: (degradation) => degradation,
      spreadFloor: 0.1,
    }
  return {
    degradation: (base, head) => (base > 0 && head > 0 ? sign * Math.log(head / base) : null),
    target: (value) => sign * Math.log(1 + sign * value),
    change: (degradation) => Math.expm1(sign * degradation),
    size: (degradation) => sign * Math.expm1(sign * degradation),
    spreadFloor: 0.002,
  }
}
