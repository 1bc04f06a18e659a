/** A regression rule against a stored baseline: it may acquit and warn, and never convicts. */
import type { BaselineCell, BaselineSession } from '../../model/baseline.ts'
import { formatDetectable, formatSignedChange, formatTarget } from '../../model/number-format.ts'
import { measuredAlike } from '../baseline-fit.ts'
import { compareStored } from '../compare/stored.ts'
import { medianOf } from '../statistics/descriptive.ts'
import { adviceFor } from './advice.ts'
import { trialValues } from './evidence.ts'
import { lookAtTrials, type Question, type RegressionFinding } from './regression-rule.ts'

const recordHint =
  'Compare with a second server in the same job (--base-servers), or write a baseline with `record` and give it with --baseline.'

/** The stored cell with the session that it is from. */
interface StoredCell {
  readonly session: BaselineSession
  readonly cell: BaselineCell
}

const storedCells = ({ evidence, cell }: Question): readonly StoredCell[] =>
  (evidence.baseline?.sessions ?? []).flatMap((session) =>
    session.cells.filter(({ id }) => id === cell.id).map((found) => ({ session, cell: found })),
  )

/** One typical value for each session that has any. */
const typicalValues = (stored: readonly StoredCell[], { rule, agent }: Question): readonly number[] =>
  stored.flatMap(({ cell }) => {
    const series = cell.series.find((one) => one.metric === rule.regression.metric && one.agent === agent)
    return series ? [medianOf(series.values)] : []
  })

const notComparable = (message: string, trials: number): RegressionFinding => ({
  status: 'not-comparable',
  message,
  fix: recordHint,
  trials,
})

/** Judges one question against the sessions that were measured as this run is. */
export function judgeStored(question: Question): RegressionFinding {
  const { evidence, rule, cell, agent, label } = question
  const own = evidence
    .samplesOf(cell.id, 'head', rule.regression.metric)
    .filter((sample) => sample.agent === agent)
  const values = trialValues(own)
  if (!evidence.baseline)
    return notComparable(`${label}: no baseline yet, nothing to compare with.`, values.length)
  const stored = storedCells(question)
  const alike = stored.filter((one) => measuredAlike(one.session, one.cell, evidence.run))
  if (stored.length > 0 && alike.length === 0)
    return notComparable(
      `${label}: the baseline of this cell is from another machine, model or configuration.`,
      values.length,
    )
  const base = typicalValues(alike, question)
  if (base.length === 0)
    return notComparable(`${label}: the baseline has no figure for this cell.`, values.length)
  if (values.length === 0)
    return { status: 'invalid', message: `${label} was not measured in any valid trial.`, fix: lookAtTrials }
  return wordStored(base, values, question)
}

function wordStored(
  base: readonly number[],
  values: readonly number[],
  { rule, label }: Question,
): RegressionFinding {
  const { definition, target, regression } = rule
  const head = medianOf(values)
  const answer = compareStored({ metric: definition, target, base, head })
  const moved = answer.change === null ? 'unknown' : formatSignedChange(definition.change, answer.change)
  const floor = formatDetectable(regression.metric, answer.floor)
  const must = formatTarget(regression.metric, target)
  const seen = `${label} ${moved} against the stored baseline, which can tell ${floor} at best`
  const figures = { base: medianOf(base), head, trials: values.length, detectable: answer.floor }
  switch (answer.decision) {
    case 'warn':
      return {
        ...figures,
        status: 'warn',
        message: `${seen}: more than one day differs from another. A stored baseline cannot convict.`,
        fix: `Measure base and head in one job to be sure. ${adviceFor(regression.metric)}`,
      }
    case 'not-worse':
      return { ...figures, status: 'pass', message: `${seen}: worse by ${must} is excluded.`, fix: null }
    case 'undecided':
      return {
        ...figures,
        status: 'inconclusive',
        message: `${seen}: cannot tell a change of ${must}.`,
        fix: 'Measure base and head in one job (--base-servers), or catch larger changes.',
      }
    default:
      return answer.decision satisfies never
  }
}
