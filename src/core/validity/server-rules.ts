/** Reasons that the server gives: another load, another placement, another context, a refusal, a short answer. */
import { count, formatPercent, formatPlain } from '../../model/number-format.ts'
import type { CellAgent, Variant } from '../../model/plan.ts'
import type { Call, Leg } from '../../model/run.ts'
import { expectedContexts, fitsContext } from '../expected-context.ts'
import { maxOf, medianOf } from '../statistics/descriptive.ts'
import { callsOf, type Reason, type TrialEvidence } from './trial-evidence.ts'

/**
 * A warm load_duration is handler overhead, of up to 300 ms before 0.32.15 (OLLAMA section 1), but the same for every
 * call: what is far above the trial's own median was a load.
 */
const loadFloorMs = 200
const loadFactor = 5
/** Among the hundreds of calls of a long leg one is late by chance; a load takes longer still. */
const longLegLoadFloorMs = 1000
/** Fewer tokens than this give no decode rate. */
const leastTokens = 8
/** Of the hundreds of answers of a long leg some may be short; more of them, and its rates are of something else. */
const mostShortShare = 0.1

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

function longestLoad(calls: readonly Call[], floorMs: number): readonly string[] {
  const loads = calls.flatMap(({ record }) => record.server?.loadMs ?? [])
  if (loads.length === 0) return []
  const longest = maxOf(loads)
  return longest > Math.max(floorMs, loadFactor * medianOf(loads))
    ? [`the model was loaded again (${formatPlain(longest)} ms)`]
    : []
}

function unexpectedLoad({ trial: { legs }, variant }: TrialEvidence): readonly string[] {
  if (reloadsByDesign(variant)) return []
  return [
    ...longestLoad(callsOf(legs, 'probe', 'solo', 'concurrent'), loadFloorMs),
    ...longestLoad(callsOf(legs, 'batch', 'sustained'), longLegLoadFloorMs),
  ]
}

/** A call that was refused first has waited where no figure sees it. */
function refusedCalls(legs: readonly Leg[]): readonly string[] {
  const refusals = legs.flatMap(({ calls }) => calls).reduce((sum, { record }) => sum + record.busyRetries, 0)
  return refusals > 0 ? [`the server was busy and refused ${count(refusals, 'call')} at first (503)`] : []
}

/** Of our own calls only: what a program asks may have a short answer. */
function shortAnswers(legs: readonly Leg[]): readonly string[] {
  const isOwn = ({ fresh }: Call): boolean => fresh
  const isShort = ({ record }: Call): boolean =>
    record.doneReason === 'stop' && (record.server?.outputTokens ?? 0) < leastTokens
  const long = callsOf(legs, 'batch', 'sustained').filter(isOwn)
  const short = long.filter(isShort)
  if (short.length > mostShortShare * long.length)
    return [
      `the model stopped before ${leastTokens} tokens in ${short.length} of ${count(long.length, 'call')}`,
    ]
  const turns = callsOf(legs, 'solo', 'concurrent').filter(isOwn)
  return turns.some(isShort) ? [`the model stopped before ${leastTokens} tokens`] : []
}

/**
 * What is partly on the CPU is not slow, it is another thing. A log may tell of it where /api/ps does not: when Ollama
 * cannot read its runner's sizes it claims all of the model for the GPU (OLLAMA section 2).
 */
function partlyOnCpu({ trial: { residency, watched }, protocol }: TrialEvidence): readonly string[] {
  if (protocol.placement !== 'full-gpu') return []
  const told = watched.fallbacks.map((line) => `the server's log says: ${line}`)
  const shares = residency
    .filter(({ sizeBytes, sizeVramBytes }) => sizeVramBytes < sizeBytes)
    .map(({ sizeBytes, sizeVramBytes }) => sizeVramBytes / sizeBytes)
  return shares.length > 0
    ? [`only ${formatPercent(Math.min(...shares) * 100)} of the model was on the GPU`, ...told]
    : told
}

function otherContext({ trial, variant, environment }: TrialEvidence): readonly string[] {
  const servers = environment.servers[trial.visit.subject]
  const models = servers.flatMap((server) => server.models)
  return trial.residency
    .flatMap((row) => {
      const expected = expectedContexts(variant, row.server, models)
      return expected.length > 0 && row.contextLength !== null && !fitsContext(row, expected, servers)
        ? [`the server ran with a context of ${row.contextLength}, not ${expected.join(' or ')}`]
        : []
    })
    .slice(0, 1)
}

const lostModels = ({ trial }: TrialEvidence): readonly string[] =>
  trial.watched.lostModel.map((url) => `${url} had lost the model before the trial, and loaded it again`)

/** All reasons of the servers. */
export function serverReasons(evidence: TrialEvidence): readonly Reason[] {
  const { legs } = evidence.trial
  const found = [
    ['lost-model', lostModels(evidence)],
    ['unexpected-load', unexpectedLoad(evidence)],
    ['partial-residency', partlyOnCpu(evidence)],
    ['changed-context', otherContext(evidence)],
    ['server-busy', refusedCalls(legs)],
    ['early-stop', shortAnswers(legs)],
  ] as const
  return found.flatMap(([rule, details]) => details.map((detail) => ({ rule, detail })))
}
