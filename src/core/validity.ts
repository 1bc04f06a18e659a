/** Which finished trials do not count, by what was recorded while they ran. */

import { formatPlain } from '../model/number-format.ts'
import type { Cell, SubjectName } from '../model/plan.ts'
import type { ClientLag, Leg, Spoiled } from '../model/run.ts'
import { ttftMs } from './derive/request-metrics.ts'
import { medianOf } from './statistics/descriptive.ts'

/** A warm load_duration is up to 300 ms of handler overhead before 0.32.15 (OLLAMA section 1); a reload is longer. */
const warmLoadCeilingMs = 1000
/** The client may not be late by more than this share of what it measures, once it is late at all. */
const lagShare = 0.5
const lagFloorMs = 20
/** Fewer tokens than this give no decode rate. */
const leastTokens = 8

const callsOf = (legs: readonly Leg[], ...kinds: Leg['kind'][]) =>
  legs.filter(({ kind }) => kinds.includes(kind)).flatMap(({ calls }) => calls)

/** Agents with different options on one server make it reload at every turn: there a load is the workload. */
function reloadsByDesign(cell: Cell, subject: SubjectName): boolean {
  const agents = (subject === 'base' ? cell.base : cell.head)?.agents ?? []
  return agents.some((a) =>
    agents.some((b) => a.server === b.server && JSON.stringify(a.options) !== JSON.stringify(b.options)),
  )
}

function unexpectedLoad(legs: readonly Leg[]): Spoiled[] {
  const longest = Math.max(
    0,
    ...callsOf(legs, 'probe', 'solo', 'concurrent').map(({ record }) => record.server?.loadMs ?? 0),
  )
  return longest > warmLoadCeilingMs
    ? [{ rule: 'unexpected-load', detail: `the model was loaded again (${formatPlain(longest)} ms)` }]
    : []
}

function lateClient(legs: readonly Leg[], lag: ClientLag): Spoiled[] {
  const ttfts = callsOf(legs, 'probe', 'solo').flatMap(({ record }) => ttftMs(record) ?? [])
  if (ttfts.length === 0) return []
  const allowed = Math.max(lagFloorMs, lagShare * medianOf(ttfts))
  return lag.p99Ms > allowed
    ? [
        {
          rule: 'client-lag',
          detail: `the client was late by ${formatPlain(lag.p99Ms)} ms (allowed ${formatPlain(allowed)} ms)`,
        },
      ]
    : []
}

function earlyStop(legs: readonly Leg[]): Spoiled[] {
  const short = callsOf(legs, 'solo', 'concurrent').filter(
    ({ record }) => record.doneReason === 'stop' && (record.server?.outputTokens ?? 0) < leastTokens,
  )
  return short.length > 0
    ? [{ rule: 'early-stop', detail: `the model stopped before ${leastTokens} tokens` }]
    : []
}

/** The reasons against a trial; empty when it counts. */
export const spoiledBy = (
  { cell, subject }: { readonly cell: Cell; readonly subject: SubjectName },
  legs: readonly Leg[],
  lag: ClientLag,
): Spoiled[] => [
  ...(reloadsByDesign(cell, subject) ? [] : unexpectedLoad(legs)),
  ...lateClient(legs, lag),
  ...earlyStop(legs),
]
