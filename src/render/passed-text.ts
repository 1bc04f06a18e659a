/** What passed and what would have been seen, in sentences: a green without its sensitivity says nothing. */
import { type MetricId, metricDefinition } from '../model/metric-catalog.ts'
import { count, formatTarget } from '../model/number-format.ts'
import { type Check, passConfidencePercent, type Verdict } from '../model/verdict.ts'
import { cellsOf, passingCells } from './verdict-facts.ts'

const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`

const degradationText = (metric: MetricId, target: number): string => {
  const { better, label } = metricDefinition(metric)
  return `${better === 'lower' ? 'rises' : 'drops'} ≥ ${formatTarget(metric, target)} of ${label}`
}

/** Each target once, in the order of the checks: "drops ≥ 5 % of decode". */
const targetsOf = (checks: readonly Check[]): string =>
  listed(
    Array.from(
      new Set(
        checks.flatMap(({ metric, target }) =>
          metric && target !== null ? [degradationText(metric, target)] : [],
        ),
      ),
    ),
  )

/** Only pairs of one session carry the stated confidence; a stored baseline excludes down to its floor. */
const exclusions = (checks: readonly Check[]): readonly string[] => {
  const regressions = checks.filter(({ kind }) => kind === 'regression')
  const paired = targetsOf(regressions.filter(({ change }) => change !== null))
  const stored = targetsOf(regressions.filter(({ change }) => change === null))
  return [
    ...(paired ? [`${paired} are excluded at ${passConfidencePercent} %`] : []),
    ...(stored ? [`${stored} are excluded against the stored baseline`] : []),
  ]
}

const countOf = (checks: readonly Check[], kind: Check['kind'], word: string): readonly string[] => {
  const number = checks.filter((check) => check.kind === kind).length
  return number > 0 ? [count(number, word)] : []
}

const kindsOf = (checks: readonly Check[]): readonly string[] => [
  ...countOf(checks, 'regression', 'regression rule'),
  ...countOf(checks, 'limit', 'limit'),
  ...countOf(checks, 'reproduction', 'published figure'),
  ...countOf(checks, 'assertion', 'assertion'),
]

const otherRules = (checks: readonly Check[]): readonly string[] => [
  ...countOf(checks, 'limit', 'limit').map((limits) => `${limits} kept`),
  ...countOf(checks, 'reproduction', 'published figure').map((figures) => `${figures} reproduced`),
  ...countOf(checks, 'assertion', 'assertion').map((assertions) => `${assertions} held`),
]

const nonePasses = (checks: readonly Check[]): string => {
  const passed = checks.filter(({ status }) => status === 'pass')
  const which = passed.length > 0 ? ` (${listed(kindsOf(passed))})` : ''
  return `No cell passes all of its checks; ${passed.length} of ${count(checks.length, 'check')} ${passed.length === 1 ? 'passes' : 'pass'}${which}.`
}

/** "28 of 30 cells pass: drops ≥ 5 % of decode are excluded at 97 %; 84 limits kept." Null when no cell has checks. */
export const passedText = (verdict: Pick<Verdict, 'checks' | 'figures'>): string | null => {
  const cells = cellsOf(verdict).filter(({ cellId, worst }) => cellId !== '' && worst !== null)
  if (cells.length === 0) return null
  const passing = passingCells(cells)
  if (passing.length === 0) return nonePasses(verdict.checks)
  const checks = passing.flatMap((cell) => cell.checks)
  const share =
    passing.length === cells.length
      ? count(cells.length, 'cell')
      : `${passing.length} of ${count(cells.length, 'cell')}`
  const others = listed(otherRules(checks))
  const parts = [...exclusions(checks), ...(others ? [others] : [])]
  return `${share} ${passing.length === 1 ? 'passes' : 'pass'}: ${parts.join('; ')}.`
}
