/** Which finished trials do not count, by what was recorded while they ran. */

import { count, formatPlain } from '../model/number-format.ts'
import type { CellAgent, Variant } from '../model/plan.ts'
import type { ClientLag, Leg, Spoiled } from '../model/run.ts'
import { ttftMs } from './derive/request-metrics.ts'
import { maxOf, medianOf } from './statistics/descriptive.ts'

/**
 * A warm load_duration is handler overhead, of up to 300 ms before 0.32.15 (OLLAMA section 1), but the same for every
 * call: what is far above the trial's own median was a load.
 */
const loadFloorMs = 200
const loadFactor = 5
/** The client may not be late by more than this share of what it measures, once it is late at all. */
const lagShare = 0.5
const lagFloorMs = 20
/** Fewer tokens than this give no decode rate. */
const leastTokens = 8

const callsOf = (legs: readonly Leg[], ...kinds: Leg['kind'][]) =>
  legs.filter(({ kind }) => kinds.includes(kind)).flatMap(({ calls }) => calls)

/** Options whose change makes a server load the model again (OLLAMA section 1). */
const runnerOptions = [
  'num_ctx',
  'num_batch',
  'num_gpu',
  'main_gpu',
  'use_mmap',
  'num_thread',
  'draft_num_predict',
] as const

const runnerSetup = ({ options }: CellAgent): string =>
  JSON.stringify(runnerOptions.map((name) => options[name] ?? null))

/** Agents with different runner options on one server make it load at every turn: there a load is the workload. */
export const reloadsByDesign = ({ agents }: Variant): boolean =>
  agents.some((a) => agents.some((b) => a.server === b.server && runnerSetup(a) !== runnerSetup(b)))

function unexpectedLoad(legs: readonly Leg[]): Spoiled[] {
  const loads = callsOf(legs, 'probe', 'solo', 'concurrent').flatMap(
    ({ record }) => record.server?.loadMs ?? [],
  )
  if (loads.length === 0) return []
  const longest = maxOf(loads)
  return longest > Math.max(loadFloorMs, loadFactor * medianOf(loads))
    ? [{ rule: 'unexpected-load', detail: `the model was loaded again (${formatPlain(longest)} ms)` }]
    : []
}

/** A call that was refused first has waited where no figure sees it. */
function refusedCalls(legs: readonly Leg[]): Spoiled[] {
  const refusals = legs.flatMap(({ calls }) => calls).reduce((sum, { record }) => sum + record.busyRetries, 0)
  return refusals > 0
    ? [
        {
          rule: 'server-busy',
          detail: `the server was busy and refused ${count(refusals, 'call')} at first (503)`,
        },
      ]
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
export const spoiledBy = (variant: Variant, legs: readonly Leg[], lag: ClientLag): Spoiled[] => [
  ...(reloadsByDesign(variant) ? [] : unexpectedLoad(legs)),
  ...refusedCalls(legs),
  ...lateClient(legs, lag),
  ...earlyStop(legs),
]
