/** Regression rules: head against base, cell by cell and agent by agent; the agent who suffers most decides. */
import { metricDefinition } from '../../model/metric-catalog.ts'
import { formatTarget } from '../../model/number-format.ts'
import type { Cell } from '../../model/plan.ts'
import { parseCatch } from '../../model/policy.ts'
import type { Check } from '../../model/verdict.ts'
import { severity } from '../outcome.ts'
import { agentLabel, agentsWith, applies, type Evidence, emptyCheck, positionOf } from './evidence.ts'
import { judgePaired } from './regression-pairs.ts'
import type { Question, RegressionFinding, Rule } from './regression-rule.ts'
import { judgeStored } from './regression-stored.ts'

const rulesOf = ({ run }: Evidence): readonly Rule[] =>
  run.policy.policy.regressions.map((regression, index) => ({
    regression,
    index,
    definition: metricDefinition(regression.metric),
    target: parseCatch(regression.catch).value,
  }))

/** The questions that one rule asks of one cell: one for each agent, or one for the trial as a whole. */
const questionsOf = (evidence: Evidence, rule: Rule, cell: Cell): readonly Question[] =>
  agentsWith(cell, rule.regression.metric).map((agent) => ({
    evidence,
    rule,
    cell,
    agent,
    label: agentLabel(cell, rule.regression.metric, agent),
  }))

/** The largest change first among findings of one status, so that the check shows the agent who suffers most. */
const weight = ({ change }: RegressionFinding): number => Math.abs(change?.estimate ?? 0)

const worstOf = (findings: readonly RegressionFinding[]): RegressionFinding | undefined =>
  findings.toSorted(
    (a, b) => severity.indexOf(a.status) - severity.indexOf(b.status) || weight(b) - weight(a),
  )[0]

function checkOf({ evidence, rule, cell }: Question, finding: RegressionFinding): Check {
  const { regression, index, definition, target } = rule
  return {
    ...emptyCheck,
    id: `regression/${regression.metric}/${cell.id}`,
    kind: 'regression',
    cellId: cell.id,
    metric: regression.metric,
    expected: `${definition.better === 'lower' ? 'rises' : 'drops'} by less than ${formatTarget(regression.metric, target)}`,
    target,
    source: regression.source ?? null,
    at: positionOf(evidence.run, `regressions[${index}]`),
    ...finding,
  }
}

/** What head is compared with stands as its base: a figure that only the stored session could give is asked for too. */
const asCompared = ({ baseline }: Evidence, cell: Cell): Cell => {
  const stored = baseline?.sessions.flatMap(({ cells }) => cells).findLast(({ id }) => id === cell.id)
  return { ...cell, base: cell.base ?? stored?.variant ?? null }
}

/** One check for each regression rule and cell that can have its metric; none when the job compares with nothing. */
export function judgeRegressions(evidence: Evidence): readonly Check[] {
  const { against, plan } = evidence.run
  if (against === 'none') return []
  const cells = against === 'baseline' ? plan.cells.map((cell) => asCompared(evidence, cell)) : plan.cells
  const asked = rulesOf(evidence).flatMap((rule) =>
    cells
      .filter((cell) => applies(evidence, cell, rule.regression.metric))
      .map((cell) => questionsOf(evidence, rule, cell)),
  )
  const checks = asked.flat().length
  const judge = (question: Question): RegressionFinding =>
    against === 'pair' ? judgePaired(question, checks) : judgeStored(question)
  return asked.flatMap((questions) => {
    const worst = worstOf(questions.map(judge))
    const [first] = questions
    return worst && first ? [checkOf(first, worst)] : []
  })
}
