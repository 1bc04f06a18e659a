/** Cross-checks of limits: their bounds, and what of the trials they look at. */
import { aggregateLabel, betterOf, formatAggregateBound } from '../model/aggregate.ts'
import { metricDefinition } from '../model/metric-catalog.ts'
import type { Limit, Protocol } from '../model/policy.ts'
import type { Complaint } from './complaint.ts'
import type { PolicyParts } from './policy-parts.ts'

const isScatter = ({ of }: Limit): boolean => of === 'sd' || of === 'cv'

function checkBounds(limit: Limit, index: number): readonly Complaint[] {
  const { warn, fail } = limit
  const path = ['limits', index] as const
  if (warn === undefined && fail === undefined)
    return [
      { path, what: 'has neither warn nor fail, so nothing can break it.', fix: 'Give it one of them.' },
    ]
  if (warn === undefined || fail === undefined) return []
  const better = betterOf(limit)
  if (better === 'lower' ? warn <= fail : warn >= fail) return []
  return [
    {
      path: [...path, 'warn'],
      what: `${formatAggregateBound(limit, warn)} is worse than fail (${formatAggregateBound(limit, fail)}), so it could never warn: ${aggregateLabel(limit)} is better ${better}.`,
      fix: 'Swap the two, or correct one.',
    },
  ]
}

function checkAggregate(limit: Limit, index: number, protocol: Protocol | null): readonly Complaint[] {
  const path = ['limits', index, 'of']
  const { label, level } = metricDefinition(limit.metric)
  if (limit.of !== 'typical' && level === 'event')
    return [
      {
        path,
        what: `${label} is a share of all runs, which has no ${limit.of} of its own.`,
        fix: 'Remove it: the share itself is limited.',
      },
    ]
  if (isScatter(limit) && protocol?.runs === 1)
    return [
      {
        path,
        what: `${aggregateLabel(limit)} needs at least two runs, and protocol.runs is 1.`,
        fix: 'Raise runs, or remove the rule.',
      },
    ]
  if (limit.metric === 'exactMatchPercent' && protocol && protocol['exact-repeats'] * protocol.runs === 1)
    return [
      {
        path: ['limits', index, 'metric'],
        what: 'exactMatchPercent compares answers with the first one, and there is only one.',
        fix: 'Raise protocol.exact-repeats.',
      },
    ]
  return []
}

/** Limits that say too little, contradict themselves, or look at what there will never be. */
export const checkLimits = ({ limits, protocol }: PolicyParts): readonly Complaint[] =>
  limits.flatMap((limit, index) =>
    limit ? [...checkBounds(limit, index), ...checkAggregate(limit, index, protocol)] : [],
  )
