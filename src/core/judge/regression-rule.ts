/** One regression rule applied to one agent of one cell: what the paired and the stored comparison both start from. */
import type { MetricDefinition } from '../../model/metric-catalog.ts'
import type { Cell } from '../../model/plan.ts'
import type { Regression } from '../../model/policy.ts'
import type { Check } from '../../model/verdict.ts'
import type { Evidence } from './evidence.ts'

/** A rule of the policy with what it means: `target` is a ratio or points, by the metric. */
export interface Rule {
  readonly regression: Regression
  readonly index: number
  readonly definition: MetricDefinition
  readonly target: number
}

/** `agent` is null for a metric of the whole trial; `label` names metric and agent for people. */
export interface Question {
  readonly evidence: Evidence
  readonly rule: Rule
  readonly cell: Cell
  readonly agent: number | null
  readonly label: string
}

/** What was found: the parts of a check that depend on the figures. */
export type RegressionFinding = Pick<Check, 'status' | 'message' | 'fix'> & Partial<Check>

/** What to do when there are no figures. */
export const lookAtTrials = 'See the failed, spoiled or missing trials of this cell.'
