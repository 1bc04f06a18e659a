/** Cross-checks of limits and regressions against the catalog and the matrix. */
import { type MetricId, metricDefinition } from '../model/metric-catalog.ts'
import { formatBound } from '../model/number-format.ts'
import { type Limit, parseCatch, type Regression } from '../model/policy.ts'
import type { Complaint } from './complaint.ts'
import type { PolicyParts } from './policy-parts.ts'

type Section = 'limits' | 'regressions'

function checkBounds({ metric, warn, fail }: Limit, index: number): readonly Complaint[] {
  const path = ['limits', index] as const
  if (warn === undefined && fail === undefined)
    return [
      { path, what: 'has neither warn nor fail, so nothing can break it.', fix: 'Give it one of them.' },
    ]
  if (warn === undefined || fail === undefined) return []
  const definition = metricDefinition(metric)
  const isBeyond = definition.better === 'lower' ? warn > fail : warn < fail
  if (!isBeyond) return []
  return [
    {
      path: [...path, 'warn'],
      what: `${formatBound(metric, warn)} is worse than fail (${formatBound(metric, fail)}), so it could never warn: ${definition.label} is better ${definition.better}.`,
      fix: 'Swap the two, or correct one.',
    },
  ]
}

function checkCatch({ metric, catch: text }: Regression, index: number): readonly Complaint[] {
  const { better, change, label } = metricDefinition(metric)
  const target = parseCatch(text)
  const path = ['regressions', index, 'catch']
  if (target.value === 0)
    return [
      {
        path,
        what: 'a change of zero cannot be told from none.',
        fix: 'Name the change that must be caught.',
      },
    ]
  if (target.kind === 'ratio' && change === 'ratio' && better === 'higher' && target.value >= 1)
    return [
      {
        path,
        what: `${label} cannot drop by ${text.trim()}: nothing would be left.`,
        fix: 'Name a drop of less than 100 %.',
      },
    ]
  if (target.kind === change) return []
  return change === 'ratio'
    ? [
        {
          path,
          what: `${label} changes by a share of its value, not by points.`,
          fix: 'Write for example "5 %".',
        },
      ]
    : [
        {
          path,
          what: `${label} is a percentage and changes by points, not by a share of itself.`,
          fix: 'Write for example "3 points".',
        },
      ]
}

/** Rules on a metric that an earlier rule of the same section has. */
function checkTwice(section: Section, rules: PolicyParts[Section]): readonly Complaint[] {
  return rules.flatMap((rule, index) => {
    const first = rules.findIndex((other) => other?.metric === rule?.metric)
    return rule === null || first === index
      ? []
      : [
          {
            path: [section, index, 'metric'],
            what: `${rule.metric} stands in ${section}[${first}] already.`,
            fix: 'Keep one of them.',
          },
        ]
  })
}

const coldMetrics: readonly MetricId[] = ['coldTtftMs', 'loadTimeMs']

/** Why nothing of the policy can give the metric; null when something can, or a broken part leaves it open. */
function unmeasured(metric: MetricId, { matrix, protocol }: PolicyParts): string | null {
  const { minAgents } = metricDefinition(metric)
  if (matrix.length > 0 && matrix.every((entry) => entry !== null && entry.agents.length < minAgents))
    return `${metric} needs ${minAgents} agents, and no entry of the matrix has as many.`
  if (coldMetrics.includes(metric) && protocol?.cold === false)
    return `${metric} needs a cold start, and protocol.cold is false.`
  return null
}

function checkMeasured(section: Section, parts: PolicyParts): readonly Complaint[] {
  return parts[section].flatMap((rule, index) => {
    const what = rule && unmeasured(rule.metric, parts)
    return what ? [{ path: [section, index, 'metric'], what, fix: 'Measure it, or remove the rule.' }] : []
  })
}

/** Limits and regressions that say too little, contradict themselves or each other, or ask for what is not measured. */
export const checkRules = (parts: PolicyParts): readonly Complaint[] => [
  ...parts.limits.flatMap((limit, index) => (limit ? checkBounds(limit, index) : [])),
  ...parts.regressions.flatMap((rule, index) => (rule ? checkCatch(rule, index) : [])),
  ...(['limits', 'regressions'] as const).flatMap((section) => [
    ...checkTwice(section, parts[section]),
    ...checkMeasured(section, parts),
  ]),
]
