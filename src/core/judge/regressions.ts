/** Regression rules: head against base, cell by cell, paired where both were measured in this session. */
import { type MetricDefinition, metricDefinition } from '../../model/metric-catalog.ts'
import {
  count,
  formatChange,
  formatDetectable,
  formatSignedChange,
  formatTarget,
} from '../../model/number-format.ts'
import type { Cell } from '../../model/plan.ts'
import { parseCatch, type Regression } from '../../model/policy.ts'
import type { Check } from '../../model/verdict.ts'
import { comparePairs, type Pair, type PairedAnswer } from '../compare/paired.ts'
import { compareStored } from '../compare/stored.ts'
import { trialValue } from '../derive/summaries.ts'
import { medianOf } from '../statistics/descriptive.ts'
import { adviceFor } from './advice.ts'
import { applies, type Evidence, emptyCheck, positionOf, trialValues } from './evidence.ts'

interface Rule {
  readonly regression: Regression
  readonly index: number
  readonly definition: MetricDefinition
  readonly target: number
}

type Finding = Pick<Check, 'status' | 'message' | 'fix'> & Partial<Check>

const recordHint =
  'Compare with a second server in the same job (--base-servers), or write a baseline with `record` and give it with --baseline.'

/** Values of rounds in which both subjects have a valid trial. */
function pairsOf(evidence: Evidence, cell: Cell, { regression }: Rule): readonly Pair[] {
  const heads = new Map(
    evidence
      .samplesOf(cell.id, 'head', regression.metric)
      .map((sample) => [sample.round, trialValue(sample)]),
  )
  return evidence.samplesOf(cell.id, 'base', regression.metric).flatMap((sample) => {
    const head = heads.get(sample.round)
    return head === undefined ? [] : [{ base: trialValue(sample), head }]
  })
}

/** What pairs say, in words: the change with its interval, and what it means against the target. */
function wordPairs(answer: PairedAnswer, rule: Rule): Finding {
  const { definition, target, regression } = rule
  const must = formatTarget(rule.regression.metric, target)
  if (!answer.change) {
    const message = `${definition.label} has ${count(answer.pairs, 'pair')} of base and head: too few to compare.`
    return { status: 'inconclusive', message, fix: 'Give the policy more runs or minutes.' }
  }
  const seen = `${definition.label} ${formatChange(answer.change)} over ${answer.pairs} pairs`
  const least =
    answer.detectable === null ? 'none' : formatDetectable(rule.regression.metric, answer.detectable)
  switch (answer.decision) {
    case 'worse':
      return { status: 'fail', message: `${seen}; must catch ${must}.`, fix: adviceFor(regression.metric) }
    case 'less-than-target':
      return {
        status: 'warn',
        message: `${seen}: worse, by less than the ${must} that must be caught.`,
        fix: adviceFor(regression.metric),
      }
    case 'not-worse':
      return { status: 'pass', message: `${seen}: worse by ${must} is excluded at 97 %.`, fix: null }
    case 'better':
      return {
        status: 'warn',
        message: `${seen}: better by more than ${must}.`,
        fix: 'A large unexpected gain: check that head still does the same work before you celebrate.',
      }
    case 'undecided':
      return {
        status: 'inconclusive',
        message: `${seen}: cannot tell. These pairs could only have shown a change of ${least} or more; must catch ${must}.`,
        fix: 'Give the policy more runs or minutes, or quieten the machine.',
      }
    default:
      return answer.decision satisfies never
  }
}

function judgePaired(evidence: Evidence, cell: Cell, rule: Rule, checks: number): Finding {
  if (!cell.base)
    return {
      status: 'not-comparable',
      message: `base has no such cell, so ${rule.definition.label} cannot be compared.`,
      fix: 'The limits are judged all the same; the comparison begins once this cell is on base.',
    }
  const pairs = pairsOf(evidence, cell, rule)
  if (pairs.length === 0)
    return {
      status: 'invalid',
      message: `${rule.definition.label}: no round has a valid trial of both base and head.`,
      fix: 'See the failed and spoiled trials of this cell.',
    }
  const answer = comparePairs(pairs, { metric: rule.definition, target: rule.target, checks })
  return {
    ...wordPairs(answer, rule),
    base: medianOf(pairs.map((pair) => pair.base)),
    head: medianOf(pairs.map((pair) => pair.head)),
    trials: answer.pairs,
    change: answer.change,
    detectable: answer.detectable,
  }
}

/** The baseline's typical value in each of its sessions; empty when it does not know the cell or metric. */
function storedValues(evidence: Evidence, cell: Cell, { regression }: Rule): readonly number[] {
  return (evidence.baseline?.sessions ?? []).flatMap((session) => {
    const series = session.cells
      .find(({ id }) => id === cell.id)
      ?.series.find(({ metric }) => metric === regression.metric)
    return series ? [medianOf(series.values)] : []
  })
}

function judgeStored(evidence: Evidence, cell: Cell, rule: Rule): Finding {
  const { definition } = rule
  const values = trialValues(evidence.samplesOf(cell.id, 'head', rule.regression.metric))
  if (!evidence.baseline)
    return {
      status: 'not-comparable',
      message: `${definition.label}: no baseline yet, nothing to compare with.`,
      fix: recordHint,
      trials: values.length,
    }
  const base = storedValues(evidence, cell, rule)
  if (base.length === 0)
    return {
      status: 'not-comparable',
      message: `${definition.label}: the baseline has no figure for this cell.`,
      fix: recordHint,
      trials: values.length,
    }
  if (values.length === 0)
    return {
      status: 'invalid',
      message: `${definition.label} was not measured in any valid trial.`,
      fix: 'See the failed and spoiled trials of this cell.',
    }
  return wordStored(base, medianOf(values), values.length, rule)
}

function wordStored(base: readonly number[], head: number, trials: number, rule: Rule): Finding {
  const { definition, target } = rule
  const answer = compareStored({ metric: definition, target, base, head })
  const moved = answer.change === null ? 'unknown' : formatSignedChange(definition.change, answer.change)
  const floor = formatDetectable(rule.regression.metric, answer.floor)
  const seen = `${definition.label} ${moved} against the stored baseline, which can tell ${floor} at best`
  const figures = { base: medianOf(base), head, trials, detectable: answer.floor }
  switch (answer.decision) {
    case 'warn':
      return {
        ...figures,
        status: 'warn',
        message: `${seen}: more than one day differs from another. A stored baseline cannot convict.`,
        fix: `Measure base and head in one job to be sure. ${adviceFor(rule.regression.metric)}`,
      }
    case 'not-worse':
      return {
        ...figures,
        status: 'pass',
        message: `${seen}: worse by ${formatTarget(rule.regression.metric, target)} is excluded.`,
        fix: null,
      }
    case 'undecided':
      return {
        ...figures,
        status: 'inconclusive',
        message: `${seen}: cannot tell a change of ${formatTarget(rule.regression.metric, target)}.`,
        fix: 'Measure base and head in one job (--base-servers), or catch larger changes.',
      }
    default:
      return answer.decision satisfies never
  }
}

function judgeCell(evidence: Evidence, cell: Cell, rule: Rule, checks: number): Check {
  const finding =
    evidence.run.against === 'pair'
      ? judgePaired(evidence, cell, rule, checks)
      : judgeStored(evidence, cell, rule)
  return {
    ...emptyCheck,
    id: `regression/${rule.regression.metric}/${cell.id}`,
    kind: 'regression',
    cellId: cell.id,
    metric: rule.regression.metric,
    expected: `${rule.definition.better === 'lower' ? 'rises' : 'drops'} by less than ${formatTarget(rule.regression.metric, rule.target)}`,
    target: rule.target,
    source: rule.regression.source ?? null,
    at: positionOf(evidence.run, `regressions[${rule.index}]`),
    ...finding,
  }
}

/** One check for each regression rule and cell that can have its metric; none when the job compares with nothing. */
export function judgeRegressions(evidence: Evidence): readonly Check[] {
  if (evidence.run.against === 'none') return []
  const wanted = evidence.run.policy.policy.regressions.flatMap((regression, index) => {
    const rule: Rule = {
      regression,
      index,
      definition: metricDefinition(regression.metric),
      target: parseCatch(regression.catch).value,
    }
    return evidence.run.plan.cells
      .filter((cell) => applies(cell, regression.metric))
      .map((cell) => ({ cell, rule }))
  })
  return wanted.map(({ cell, rule }) => judgeCell(evidence, cell, rule, wanted.length))
}
