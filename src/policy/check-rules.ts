/** Cross-checks of limits and regressions against the catalog and the matrix. */
import { type CellShape, unmetNeed } from '../model/measurable.ts'
import { type MetricId, type MetricNeed, metricDefinition } from '../model/metric-catalog.ts'
import { formatBound } from '../model/number-format.ts'
import {
  type AgentPolicy,
  type Limit,
  type MatrixEntry,
  parseCatch,
  type Regression,
} from '../model/policy.ts'
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

/** What would have to be there for a metric, by the need that nothing of the policy meets. */
const missing: Record<MetricNeed, string> = {
  solo: 'turns of single agents, which a batch and a sustained trial have none of',
  together: 'two agents at once, and no entry of the matrix has as many',
  'own-calls': 'an agent whose calls are our own, and there are only programs',
  turns: 'an agent with a workflow or a program',
  steps: 'an agent with a workflow, or a program with `metrics: true`',
  program: 'an agent with a program',
  headings: 'an agent with headings or a workflow',
  cold: 'a cold start, and protocol.cold is false',
  batch: 'an entry with the workload batch',
  sustained: 'an entry with the workload sustained',
  repeats: 'repeated requests: set protocol.exact-repeats',
  price: 'a price: set cost',
}

/** Null where a part that decides it is broken, or the agents stand in another file. */
function shapesOf({ matrix, agents, protocol, hasPrice }: PolicyParts): readonly CellShape[] | null {
  if (agents === null || protocol === null) return null
  const shapes = matrix.map((entry) => entry && shapeOfEntry(entry, agents))
  return shapes.every((shape) => shape !== null)
    ? shapes.map((shape) => ({
        ...shape,
        cold: protocol.cold,
        exactRepeats: protocol['exact-repeats'],
        hasPrice,
      }))
    : null
}

function shapeOfEntry(
  { workload, agents: uses }: MatrixEntry,
  agents: ReadonlyMap<string, AgentPolicy | null>,
): Pick<CellShape, 'workload' | 'agents'> | null {
  const used = uses.map((use) => agents.get(typeof use === 'string' ? use : use.use) ?? null)
  if (!used.every((agent) => agent !== null)) return null
  return {
    workload,
    agents: used.map(({ workflow, program, headings }) => ({
      kind: workflow ? 'workflow' : program ? 'program' : 'chat',
      hasHeadings: headings !== undefined,
      hasMetrics: program?.metrics ?? false,
    })),
  }
}

/** Why nothing of the policy can give the metric; null when something can, or a broken part leaves it open. */
function unmeasured(metric: MetricId, parts: PolicyParts): string | null {
  const shapes = shapesOf(parts)
  if (shapes === null || shapes.length === 0) return null
  const unmet = shapes.map((shape) => unmetNeed(shape, metricDefinition(metric).needs))
  const [first] = unmet
  return first && unmet.every((need) => need !== null) ? `${metric} needs ${missing[first]}.` : null
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
