/** A regression rule on pairs: base and head of the same rounds of this session. */
import { count, formatChange, formatTarget, leastInWords } from '../../model/number-format.ts'
import { comparePairs, type Pair, type PairedAnswer } from '../compare/paired.ts'
import { trialValue } from '../derive/summaries.ts'
import { medianOf } from '../statistics/descriptive.ts'
import { adviceFor } from './advice.ts'
import { lookAtTrials, type Question, type RegressionFinding } from './regression-rule.ts'

/** Values of rounds in which both subjects have a valid trial. */
function pairsOf({ evidence, cell, rule, agent }: Question): readonly Pair[] {
  const samplesOf = (subject: 'base' | 'head') =>
    evidence.samplesOf(cell.id, subject, rule.regression.metric).filter((sample) => sample.agent === agent)
  const heads = new Map(samplesOf('head').map((sample) => [sample.round, trialValue(sample)]))
  return samplesOf('base').flatMap((sample) => {
    const head = heads.get(sample.round)
    return head === undefined ? [] : [{ base: trialValue(sample), head }]
  })
}

/** What pairs say, in words: the change with its interval, and what it means against the target. */
function wordPairs(answer: PairedAnswer, { rule, label }: Question): RegressionFinding {
  const { regression, target } = rule
  const must = formatTarget(regression.metric, target)
  if (!answer.change) {
    const message = `${label} has ${count(answer.pairs, 'pair')} of base and head: too few to compare.`
    return { status: 'inconclusive', message, fix: 'Give the policy more runs or minutes.' }
  }
  const seen = `${label} ${formatChange(answer.change)} over ${answer.pairs} pairs`
  const least = answer.detectable === null ? null : leastInWords(regression.metric, answer.detectable)
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
        message: `${seen}: cannot tell${least === null ? '' : `. These pairs could only have shown a change of ${least}`}; must catch ${must}.`,
        fix: 'Give the policy more runs or minutes, or quieten the machine.',
      }
    default:
      return answer.decision satisfies never
  }
}

/** `checks` is how many such questions the whole matrix asks: they share the false alarms. */
export function judgePaired(question: Question, checks: number): RegressionFinding {
  const { cell, rule, label } = question
  if (!cell.base)
    return {
      status: 'not-comparable',
      message: `base has no such cell, so ${label} cannot be compared.`,
      fix: 'The limits are judged all the same; the comparison begins once this cell is on base.',
    }
  const pairs = pairsOf(question)
  if (pairs.length === 0)
    return {
      status: 'invalid',
      message: `${label}: no round has a valid trial of both base and head.`,
      fix: lookAtTrials,
    }
  const answer = comparePairs(pairs, { metric: rule.definition, target: rule.target, checks })
  return {
    ...wordPairs(answer, question),
    base: medianOf(pairs.map((pair) => pair.base)),
    head: medianOf(pairs.map((pair) => pair.head)),
    trials: answer.pairs,
    change: answer.change,
    detectable: answer.detectable,
  }
}
