/** Whether a journal that ended early can be gone on with, and what of it there is. */
import { planSchema } from '../model/plan.ts'
import { policySchema } from '../model/policy.ts'
import type { JournalLine, Resumed, RunHeader, Trial } from '../model/run.ts'
import { compareFingerprints } from './fingerprint/compare-fingerprints.ts'
import { changesText, pathsText } from './fingerprint/difference-text.ts'
import { fingerprintOf } from './fingerprint/fingerprint-of.ts'

/** A journal that was not brought to its end. `repaired` says that its last line was torn, and cut off. */
export interface Unfinished {
  readonly header: RunHeader
  readonly trials: readonly Trial[]
  readonly resumed: readonly Resumed[]
  readonly repaired: boolean
}

/** After a longer pause a machine is another one, and a job would mix two days. */
const mostPauseMs = 24 * 60 * 60_000

/** The unfinished run of a journal; null when it is finished, or holds no trial that would be lost. */
export function unfinishedRun(lines: readonly JournalLine[], repaired: boolean): Unfinished | null {
  const [first] = lines
  const last = lines.at(-1)
  if (first?.kind !== 'header') return null
  if (last?.kind === 'ended' && last.ended.how !== 'interrupted' && last.ended.how !== 'killed') return null
  const trials = lines.flatMap((line) => (line.kind === 'trial' ? [line.trial] : []))
  const resumed = lines.flatMap((line) => (line.kind === 'resumed' ? [line.resumed] : []))
  return trials.length === 0 ? null : { header: first.header, trials, resumed, repaired }
}

/** Why a job need not look at this journal at all: another job's, or too old. Null when it is this job's to go on with. */
export function notOurs({ header, trials }: Unfinished, job: string | null, wallTime: string): string | null {
  if (header.job !== job) return header.job === null ? 'it is of no CI job' : `it is of the job ${header.job}`
  const last = trials.at(-1)?.endedAt ?? header.startedAt
  return Date.parse(wallTime) - Date.parse(last) > mostPauseMs ? `it ended on ${last}` : null
}

/** Where the journal's own clock stood when its last process wrote its last trial, in ms. */
export const lastMomentMs = ({ trials, header }: Unfinished): number =>
  trials.at(-1)?.endedMs ?? header.startedMs

/** Time that was spent on measuring, pauses left out. Unit: ms. */
export function spentMs({
  startedMs,
  trials,
  resumed,
}: Pick<RunHeader, 'startedMs'> & Pick<Unfinished, 'trials' | 'resumed'>): number {
  const starts = [startedMs, ...resumed.map(({ atMs }) => atMs)]
  return starts.reduce((total, startMs, index) => {
    const untilMs = starts[index + 1] ?? Number.POSITIVE_INFINITY
    const lastMs = Math.max(startMs, ...trials.map(({ endedMs }) => (endedMs < untilMs ? endedMs : startMs)))
    return total + lastMs - startMs
  }, 0)
}

/** The policy without its budget: to give a job more time is no other measurement. */
function measuredPolicy({ policy: loaded }: RunHeader): Readonly<Record<string, unknown>> {
  const { protocol, ...policy } = policySchema.parse(loaded.policy)
  const { 'budget-minutes': _, ...rest } = protocol
  return {
    ...policy,
    ...Object.fromEntries(Object.entries(rest).map(([key, value]) => [`protocol.${key}`, value])),
  }
}

/** The parts of the policy that differ, by their keys; empty for none. */
function changedKeys(then: RunHeader, now: RunHeader): readonly string[] {
  const [before, after] = [measuredPolicy(then), measuredPolicy(now)]
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
}

/** By the schema, which puts keys in one order: what was read from a journal has another one than what was planned. */
const planText = ({ plan }: RunHeader): string => JSON.stringify(planSchema.parse(plan))

/**
 * What differs between the job that began and the one that would go on, in words; empty when nothing does. What is
 * unknown on both sides is no difference here: the report says that it is unknown.
 */
export function resumeDifferences(then: RunHeader, now: RunHeader): readonly string[] {
  const [before, after] = [fingerprintOf(then.environment), fingerprintOf(now.environment)]
  const { changed, unknown } = compareFingerprints(before, after)
  const known = new Set([...before, ...after].flatMap(({ path, value }) => (value === null ? [] : [path])))
  const lost = unknown.filter((path) => known.has(path))
  const keys = changedKeys(then, now)
  return [
    ...(keys.length > 0 ? [`the policy ${now.policy.file} has other ${keys.join(', ')}`] : []),
    ...(then.against === now.against ? [] : [`it compared with ${then.against}, now with ${now.against}`]),
    ...(planText(then) === planText(now) ? [] : ['the plan of cells and visits is another one']),
    ...(changed.length === 0 ? [] : [changesText(changed)]),
    ...(lost.length === 0 ? [] : [`known on one side only: ${pathsText(lost)}`]),
  ]
}
