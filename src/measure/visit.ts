/** One visit: prepare, run the legs of the workload, and put what happened on record. */

import { markTrial } from '../core/validity/mark-trial.ts'
import { MachineError } from '../errors.ts'
import type { Cell, Visit } from '../model/plan.ts'
import type { Workload } from '../model/policy.ts'
import type { Leg, Residency, Trial } from '../model/run.ts'
import type { Rig } from './bench-rig.ts'
import { batchLeg, coldLeg, concurrentLeg, probeLeg, repeatLeg, soloLeg, sustainedLeg } from './legs.ts'
import { checkVersions, makeCold, prepare, readResidency, type WarmState } from './preparation.ts'
import type { Stage } from './turns/turn.ts'
import { beginWatching, endWatching } from './watching.ts'

const several = [probeLeg, soloLeg, concurrentLeg, repeatLeg] as const

const warmLegs = {
  'single-agent': [probeLeg, soloLeg, repeatLeg],
  'two-agents': several,
  'many-agents': several,
  batch: [batchLeg],
  sustained: [sustainedLeg],
} as const satisfies Record<Workload, readonly ((rig: Rig, stage: Stage) => Promise<Leg>)[]>

/** The first broken turn or failed call, in words; null when all went well. A turn knows better than its calls. */
function failureOf(legs: readonly Leg[], { variant }: Stage): string | null {
  const named = (agent: number, words: string) => `${variant.agents[agent]?.name ?? 'agent'}: ${words}`
  for (const { calls, turns } of legs) {
    const turn = turns.find(({ failure }) => failure !== null)
    if (turn?.failure) return named(turn.agent, turn.failure)
    const call = calls.find(({ record }) => record.failure !== null)
    if (call?.record.failure) return named(call.agent, call.record.failure.message)
  }
  return null
}

interface Measured {
  readonly legs: Leg[]
  readonly residency: readonly Residency[]
  readonly lostModel: readonly string[]
  readonly failure: string | null
}

const nothing: Measured = { legs: [], residency: [], lostModel: [], failure: null }

async function measureLegs(
  rig: Rig,
  stage: Stage,
  visit: Visit & { workload: Cell['workload'] },
  warm: WarmState,
): Promise<Measured> {
  const legs: Leg[] = []
  const failed = () => failureOf(legs, stage)
  await checkVersions(rig, stage)
  if (visit.cold) {
    await makeCold(rig, stage, warm)
    legs.push(await coldLeg(rig, stage))
    if (failed()) return { ...nothing, legs, failure: failed() }
  }
  const lostModel = await prepare(rig, stage, warm)
  rig.instruments.lag.lap()
  for (const leg of warmLegs[visit.workload]) {
    const measured = await leg(rig, stage)
    if (measured.calls.length + measured.turns.length > 0) legs.push(measured)
    if (failed()) return { ...nothing, legs, lostModel, failure: failed() }
  }
  return { legs, residency: await readResidency(rig, stage), lostModel, failure: null }
}

/** What the client saw, and what is known of the server's or the GPU's own end. */
const explained = ({ started, instruments }: Rig, { subject }: Stage, failure: string): string =>
  [failure, started[subject]?.trouble(), instruments.watch?.trouble()].filter(Boolean).join(' ')

async function measureOrFail(
  rig: Rig,
  stage: Stage,
  visit: Visit & { workload: Cell['workload'] },
  warm: WarmState,
): Promise<Measured> {
  const measured = await measureLegs(rig, stage, visit, warm).catch((error: unknown): Measured => {
    rig.signal.throwIfAborted()
    if (!(error instanceof MachineError)) throw error
    return { ...nothing, failure: error.message }
  })
  rig.signal.throwIfAborted()
  const { failure } = measured
  return { ...measured, failure: failure === null ? null : explained(rig, stage, failure) }
}

/**
 * Runs one visit. What a server does wrong is in the trial, which then counts as failed; only an abort rejects, with
 * the signal's reason.
 */
export async function runVisit(rig: Rig, cell: Cell, visit: Visit, warm: WarmState): Promise<Trial> {
  const variant = visit.subject === 'base' ? cell.base : cell.head
  if (!variant) throw new RangeError(`cell ${cell.id} has no ${visit.subject}`)
  const stage: Stage = { subject: visit.subject, variant }
  const { clock, instruments, protocol, environment } = rig
  const [startedAt, startedMs] = [clock.wallTime(), clock.nowMs()]
  beginWatching(rig)
  const { lostModel, ...measured } = await measureOrFail(
    rig,
    stage,
    { ...visit, workload: cell.workload },
    warm,
  )
  const lag = instruments.lag.lap()
  const [endedAt, endedMs] = [clock.wallTime(), clock.nowMs()]
  const watched = await endWatching(rig, stage)
  const trial = {
    visit,
    startedMs,
    endedMs,
    startedAt,
    endedAt,
    ...measured,
    residency: [...measured.residency],
    lag,
    watched: { ...watched, lostModel: [...lostModel] },
  }
  return {
    ...trial,
    spoiled: trial.failure === null ? markTrial({ trial, variant, protocol, environment }) : [],
  }
}
