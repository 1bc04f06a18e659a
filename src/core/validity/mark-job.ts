/** Reasons that only the job as a whole can show: clocks below its own median, pairs torn apart by a pause. */
import type { GpuSpan } from '../../model/gpu.ts'
import { formatMinutes, formatPlain } from '../../model/number-format.ts'
import type { Cell } from '../../model/plan.ts'
import type { Protocol } from '../../model/policy.ts'
import type { Resumed, Spoiled, Trial } from '../../model/run.ts'
import { medianOf } from '../statistics/descriptive.ts'
import { asSpoiled } from './mark-trial.ts'
import type { Reason } from './trial-evidence.ts'

/** Boost clocks wander by some percent; a tenth below what this very job ran at is another machine state. */
const depressedShare = 0.9
/** Fewer trials have no median to fall below. */
const leastTrials = 5
/** A pair shares its drift only when it is measured together; a confirmation waits as long (STATS section 4). */
const tornMs = 10 * 60_000

/** The parts of a trial that these rules look at: a whole trial is one. */
export type JobTrial = Pick<Trial, 'visit' | 'startedMs' | 'endedMs' | 'failure' | 'watched'>

/** A job's trials in the order of measuring, and the pauses between its processes. */
export interface JobRecords<T extends JobTrial = JobTrial> {
  readonly trials: readonly T[]
  readonly resumed: readonly Resumed[]
  readonly protocol: Protocol
  /** What the trials' cells are: a sustained load is there for what leaves others out. */
  readonly cells: readonly Pick<Cell, 'id' | 'workload'>[]
}

const clockOf = ({ watched }: JobTrial, uuid: string): number | null =>
  watched.gpus?.find((span: GpuSpan) => span.uuid === uuid)?.smClockMegahertz ?? null

const devicesOf = (trials: readonly JobTrial[]): readonly string[] => [
  ...new Set(trials.flatMap(({ watched }) => watched.gpus?.map(({ uuid }) => uuid) ?? [])),
]

/**
 * Base and head apart: a head that makes the GPU clock lower is slow, which is not for this rule to hide. Cells apart: a
 * large model or two agents draw more power, and a card at its limit clocks lower for them.
 */
function depressedClocks(trials: readonly JobTrial[]): ReadonlyMap<string, Reason> {
  const reasons = new Map<string, Reason>()
  for (const own of Map.groupBy(trials, ({ visit }) => `${visit.subject}\n${visit.cellId}`).values())
    for (const uuid of devicesOf(own)) {
      const clocks = own.flatMap((trial) => clockOf(trial, uuid) ?? [])
      if (clocks.length < leastTrials) continue
      const usual = medianOf(clocks)
      for (const trial of own) {
        const clock = clockOf(trial, uuid)
        if (clock === null || clock >= depressedShare * usual) continue
        const detail = `the GPU ran at ${formatPlain(clock)} MHz, the median of its cell is ${formatPlain(usual)} MHz`
        reasons.set(trial.visit.id, { rule: 'depressed-clocks', detail })
      }
    }
  return reasons
}

/** Both members of a pair that lies on either side of a long pause. */
function tornPairs(trials: readonly JobTrial[], resumed: readonly Resumed[]): ReadonlyMap<string, Reason> {
  const reasons = new Map<string, Reason>()
  const pauses = resumed.filter(({ pausedMs }) => pausedMs > tornMs)
  for (const pair of Map.groupBy(trials, ({ visit }) => `${visit.cellId}\n${visit.round}`).values())
    for (const { atMs, pausedMs } of pauses) {
      const apart =
        pair.some(({ endedMs }) => endedMs <= atMs) && pair.some(({ startedMs }) => startedMs >= atMs)
      const detail = `base and head of this pair lie ${formatMinutes(pausedMs / 60_000)} apart: the job was resumed between them`
      if (apart) for (const { visit } of pair) reasons.set(visit.id, { rule: 'torn-pair', detail })
    }
  return reasons
}

/** The job's reasons against its trials, by the id of the visit; a visit without one is not in it. */
export function jobReasons({ trials, resumed, protocol, cells }: JobRecords): ReadonlyMap<string, Spoiled[]> {
  const finished = trials.filter(({ failure }) => failure === null)
  const all = [depressedClocks(finished), tornPairs(finished, resumed)]
  const sustained = cells.flatMap(({ id, workload }) => (workload === 'sustained' ? [id] : []))
  return new Map(
    finished.flatMap(({ visit: { id, cellId } }) => {
      const reasons = all.flatMap((found) => found.get(id) ?? [])
      const isSustained = sustained.includes(cellId)
      return reasons.length > 0 ? [[id, asSpoiled(reasons, protocol, { isSustained })]] : []
    }),
  )
}

/** The trials with the job's reasons beside their own. */
export function markJob(records: JobRecords<Trial>): Trial[] {
  const reasons = jobReasons(records)
  return records.trials.map((trial) => {
    const own = reasons.get(trial.visit.id)
    return own ? { ...trial, spoiled: [...trial.spoiled, ...own] } : trial
  })
}
