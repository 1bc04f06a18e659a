/** Reasons that this machine gives: a late client, another governor, a clock that jumped. */
import { formatPlain } from '../../model/number-format.ts'
import { ttftMs } from '../derive/request-metrics.ts'
import { medianOf } from '../statistics/descriptive.ts'
import { callsOf, type Reason, type TrialEvidence } from './trial-evidence.ts'

/** The client may not be late by more than this share of what it measures, once it is late at all. */
const lagShare = 0.5
const lagFloorMs = 20
/** Wall and monotonic time drift apart by far less than this unless the machine slept or its clock was set. */
const jumpMs = 1000
/** What time synchronisation may add over a long trial, where the monotonic clock does not follow it: adjtime's 500 ppm. */
const slewRatio = 0.0005

/** A trial of nothing but calls at once is late for those, if for any. */
function lateClient({ trial: { legs, lag } }: TrialEvidence): readonly string[] {
  const alone = callsOf(legs, 'probe', 'solo')
  const calls = alone.length > 0 ? alone : callsOf(legs, 'batch', 'sustained')
  const ttfts = calls.flatMap(({ record }) => ttftMs(record) ?? [])
  if (ttfts.length === 0) return []
  const allowed = Math.max(lagFloorMs, lagShare * medianOf(ttfts))
  return lag.p99Ms > allowed
    ? [`the client was late by ${formatPlain(lag.p99Ms)} ms (allowed ${formatPlain(allowed)} ms)`]
    : []
}

function otherGovernor({ trial, environment }: TrialEvidence): readonly string[] {
  const { governor } = trial.watched.host
  const before = environment.host.governor
  return governor !== null && before !== null && governor !== before
    ? [`the CPU governor went from ${before} to ${governor}`]
    : []
}

/** Figures come from the monotonic clock, which stands still while the machine sleeps; the GPU's state does not. */
function jumpedClock({ trial }: TrialEvidence): readonly string[] {
  const wallMs = Date.parse(trial.endedAt) - Date.parse(trial.startedAt)
  const ownMs = trial.endedMs - trial.startedMs
  const offMs = wallMs - ownMs
  return Math.abs(offMs) > jumpMs + slewRatio * ownMs
    ? [`the wall clock jumped by ${formatPlain(offMs / 1000)} s: the machine slept, or its clock was set`]
    : []
}

/** All reasons of this machine. */
export function hostReasons(evidence: TrialEvidence): readonly Reason[] {
  const found = [
    ['client-lag', lateClient(evidence)],
    ['governor', otherGovernor(evidence)],
    ['clock-jump', jumpedClock(evidence)],
  ] as const
  return found.flatMap(([rule, details]) => details.map((detail) => ({ rule, detail })))
}
