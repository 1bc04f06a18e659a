/** Whether published figures were reproduced, where the policy says within what. Knows no other rule. */
import type { Comparison } from '../../model/analysis.ts'
import { type MetricId, metricDefinition } from '../../model/metric-catalog.ts'
import { count, formatPercent, formatValue, unitOf } from '../../model/number-format.ts'
import type { Policy } from '../../model/policy.ts'
import type { Check } from '../../model/verdict.ts'
import { valuesOf } from '../analysis/published-values.ts'
import { meanOf, sdOf } from '../statistics/descriptive.ts'
import { lowerShare, upperShare } from '../statistics/exact-binomial.ts'
import { studentTQuantile } from '../statistics/student-t.ts'
import { type Evidence, emptyCheck, positionOf, wholeRun } from './evidence.ts'
import { silenceOfCells, trialsOfCellsToTell, unlessSilent } from './silence.ts'
import { type Unmeasured, unmeasured } from './unmeasured.ts'

/** Two-sided, of the intervals that are asked whether they reach into the band. */
const confidence = 0.95

const onOtherHardware =
  'Other hardware, drivers and models are expected to differ: record a baseline of this machine and compare with that, or leave `within` out.'

type Range = readonly [low: number, high: number]

/** A row that is required, with its metric. */
type Required = Comparison & { readonly published: Comparison['published'] & { readonly metric: MetricId } }

/**
 * Peaks, minima and scatters depend on how many runs there were, superseded rows were withdrawn, and doubted ones cannot
 * be right: they are shown, and not required.
 */
const isRequired = (row: Comparison): row is Required => {
  const { metric, statistic, supersededBy, doubt } = row.published
  const isMean = statistic === 'mean' || statistic === 'share'
  return metric !== null && isMean && supersededBy === null && doubt === null && row.cellIds.length > 0
}

const isShare = ({ published }: Required): boolean => metricDefinition(published.metric).level === 'event'

/** Exact (Clopper-Pearson) bounds of a share in percent. */
const shareRange = (events: number, runs: number): Range => {
  const oneSided = (1 + confidence) / 2
  return [lowerShare(events, runs, oneSided) * 100, upperShare(events, runs, oneSided) * 100]
}

/** What the trials leave open of their mean; null under three trials of what is no share: the value decides then. */
function rangeOf(row: Required, values: readonly number[]): Range | null {
  if (isShare(row)) return shareRange(values.filter((value) => value > 0).length, values.length)
  const sd = sdOf(values)
  if (values.length < 3 || sd === null) return null
  const margin = (studentTQuantile((1 + confidence) / 2, values.length - 1) * sd) / Math.sqrt(values.length)
  return [meanOf(values) - margin, meanOf(values) + margin]
}

/** The published value with what is allowed on both sides; a share first with what its own number of runs leaves open. */
function bandOf(row: Required, within: number): Range {
  const { value, n } = row.published
  const [low, high] =
    isShare(row) && n !== null ? shareRange(Math.round((value / 100) * n), n) : [value, value]
  return [low - Math.abs(low) * within, high + Math.abs(high) * within]
}

type Rule = NonNullable<Policy['published']>
type Finding = Unmeasured

/** As a limit does it: what is beyond, but not shown to be, is inconclusive where it would fail and a warning else. */
function unsure({ level }: Rule, message: string, trials: number): Finding {
  return {
    status: level === 'fail' ? 'inconclusive' : 'warn',
    message: `${message}, but ${count(trials, 'trial')} scatter too much to say so at 95 %.`,
  }
}

const sourceText = ({ published: { source, n } }: Comparison): string =>
  n === null ? source : `${source}, n ${n}`

function differenceText({ published: { metric, value }, measured, deviationRatio }: Required): string {
  if (deviationRatio === null) return `${formatValue(metric, Math.abs((measured ?? 0) - value))} apart`
  const size = Math.abs(deviationRatio) * 100
  const percent = size >= 10 ? `${Math.round(size)} %` : formatPercent(size)
  return `${percent} ${deviationRatio < 0 ? 'less' : 'more'}`
}

/**
 * Whether a share is no worse than the published one, by as many trials as that rests on. Where it is not told apart
 * either, nobody could ask for more: no number of runs without an event comes to within 10 % of 1 in 135.
 */
const isNoWorseShare = ({ published: { metric, value, n }, ...row }: Required, measured: number): boolean => {
  const { level, better } = metricDefinition(metric)
  const isNoWorse = better === 'lower' ? measured <= value : measured >= value
  return level === 'event' && n !== null && row.trials >= n && isNoWorse
}

function findingOf(row: Required, rule: Rule, evidence: Evidence): Finding {
  const { published, measured } = row
  const { label } = metricDefinition(published.metric)
  const allowed = rule.within?.trim() ?? ''
  const within = Number.parseFloat(allowed) / 100
  if (measured === null) {
    const cells = evidence.run.plan.cells.filter(({ id }) => row.cellIds.includes(id))
    const toTell = trialsOfCellsToTell(evidence, cells, published.metric)
    return unmeasured(
      { metric: published.metric, label: `${label} (${published.label})`, toTell },
      evidence.run.environment,
    )
  }
  const sides = `${label} ${formatValue(published.metric, measured)} here, ${String(published.value)} published (${sourceText(row)}): ${differenceText(row)}`
  if (Math.abs(measured - published.value) <= Math.abs(published.value) * within)
    return { status: 'pass', message: `${sides}, within ${allowed}.` }
  const beyond = `${sides}, beyond ${allowed}`
  const values = valuesOf(
    evidence,
    row.cellIds.map((id) => ({ id })),
    published.metric,
  )
  const [range, band] = [rangeOf(row, values), bandOf(row, within)]
  if (range === null || range[0] > band[1] || range[1] < band[0])
    return { status: rule.level, message: `${beyond}.` }
  return isNoWorseShare(row, measured)
    ? { status: 'pass', message: `${sides}, which ${row.trials} trials do not tell apart at 95 %.` }
    : unsure(rule, beyond, row.trials)
}

const fixFor = ({ status, fix }: Finding): string | null => {
  if (status === 'pass') return null
  if (fix !== undefined) return fix
  return status === 'invalid' ? 'See the failed, spoiled or missing trials of these cells.' : onOtherHardware
}

function checkOf(row: Required, rule: Rule, evidence: Evidence): Check {
  const { published, cellIds, measured, trials } = row
  const cells = evidence.run.plan.cells.filter(({ id }) => cellIds.includes(id))
  const silence = silenceOfCells(evidence, cells, published.metric)
  const finding = unlessSilent(findingOf(row, rule, evidence), silence)
  const [first] = cellIds
  return {
    ...emptyCheck,
    ...finding,
    id: `reproduction/${published.metric}/${published.id}`,
    kind: 'reproduction',
    cellId: cellIds.length === 1 && first !== undefined ? first : wholeRun,
    metric: published.metric,
    fix: fixFor(finding),
    expected: `within ${rule.within?.trim() ?? ''} of ${String(published.value)} ${unitOf(published.metric)}`,
    head: measured,
    trials,
    source: published.source,
    at: positionOf(evidence.run, 'published.within') ?? positionOf(evidence.run, 'published'),
  }
}

/** A promise to reproduce that nothing here can keep must not come out green. */
function nothingToReproduce(rule: Rule, evidence: Evidence): Check {
  const report = evidence.run.published?.report ?? rule.file
  return {
    ...emptyCheck,
    id: 'reproduction',
    kind: 'reproduction',
    cellId: wholeRun,
    status: 'invalid',
    message: `No published figure of ${report} could be required of the cells of this plan.`,
    fix: 'Name models, scenarios and options in the policy as the published file does, or leave `within` out.',
    expected: `within ${rule.within?.trim() ?? ''} of what was published`,
    at: positionOf(evidence.run, 'published.within') ?? positionOf(evidence.run, 'published'),
  }
}

/**
 * One check for each published mean or share that stands undoubted and has cells in the plan; one that is invalid where
 * there is none. No check at all where the policy does not say `within`.
 */
export function judgeReproduction(evidence: Evidence, comparisons: readonly Comparison[]): readonly Check[] {
  const rule = evidence.run.policy.policy.published
  if (rule?.within === undefined) return []
  const checks = comparisons.filter(isRequired).map((row) => checkOf(row, rule, evidence))
  return checks.length > 0 ? checks : [nothingToReproduce(rule, evidence)]
}
