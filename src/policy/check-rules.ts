/** Cross-checks of limits and regressions against the catalog and the matrix. */
import { metricDefinition } from '../model/metric-catalog.ts'
import { parseCatch, type Regression } from '../model/policy.ts'
import { checkLimits } from './check-limits.ts'
import type { Complaint } from './complaint.ts'
import { whyNone } from './entry-shape.ts'
import type { PolicyParts } from './policy-parts.ts'

type Section = 'limits' | 'regressions'

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

/** What a rule is about; a metric may be limited in several ways. */
const subjectOf = (rule: PolicyParts[Section][number]): string | null =>
  rule && ('of' in rule && rule.of !== 'typical' ? `${rule.metric} (${rule.of})` : rule.metric)

/** Rules on what an earlier rule of the same section is about. */
function checkTwice(section: Section, rules: PolicyParts[Section]): readonly Complaint[] {
  return rules.flatMap((rule, index) => {
    const first = rules.findIndex((other) => subjectOf(other) === subjectOf(rule))
    return rule === null || first === index
      ? []
      : [
          {
            path: [section, index, 'metric'],
            what: `${subjectOf(rule)} stands in ${section}[${first}] already.`,
            fix: 'Keep one of them.',
          },
        ]
  })
}

function checkMeasured(section: Section, parts: PolicyParts): readonly Complaint[] {
  return parts[section].flatMap((rule, index) => {
    const why = rule && whyNone(rule.metric, parts.matrix, parts)
    if (!why) return []
    const what = `${rule.metric} ${why}.`
    return [{ path: [section, index, 'metric'], what, fix: 'Measure it, or remove the rule.' }]
  })
}

/** A class of latency that no figure of its entry could keep or break; the class batch asks for none. */
const checkLatency = (parts: PolicyParts): readonly Complaint[] =>
  parts.matrix.flatMap((entry, index) => {
    const { latency } = entry ?? {}
    if (!latency || latency === 'batch') return []
    const why = whyNone('warmTtftMs', [entry], parts)
    return why
      ? [
          {
            path: ['matrix', index, 'latency'],
            what: `${latency} is a class of warm TTFT, which ${why}.`,
            fix: 'Remove it: nothing would keep or break it.',
          },
        ]
      : []
  })

/** Limits and regressions that say too little, contradict themselves or each other, or ask for what is not measured. */
export const checkRules = (parts: PolicyParts): readonly Complaint[] => [
  ...checkLimits(parts),
  ...parts.regressions.flatMap((rule, index) => (rule ? checkCatch(rule, index) : [])),
  ...(['limits', 'regressions'] as const).flatMap((section) => [
    ...checkTwice(section, parts[section]),
    ...checkMeasured(section, parts),
  ]),
  ...checkLatency(parts),
]
