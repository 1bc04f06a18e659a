/** One visit: prepare, run the legs of the workload, and put what happened on record. */

import { spoiledBy } from '../core/validity.ts'
import { MachineError } from '../errors.ts'
import type { Cell, Visit } from '../model/plan.ts'
import type { Leg, Residency, Trial } from '../model/run.ts'
import type { Rig } from './bench-rig.ts'
import { coldLeg, concurrentLeg, probeLeg, type Stage, soloLeg } from './legs.ts'
import { makeCold, prepare, readResidency, type WarmState } from './preparation.ts'

const warmLegs = {
  'single-agent': [probeLeg, soloLeg],
  'two-agents': [probeLeg, soloLeg, concurrentLeg],
} as const

/** The first failed call, in words; null when all went well. */
function failureOf(legs: readonly Leg[], { variant }: Stage): string | null {
  for (const leg of legs) {
    const broken = leg.calls.find(({ record }) => record.failure)
    if (broken?.record.failure)
      return `${variant.agents[broken.agent]?.name ?? 'agent'}: ${broken.record.failure.message}`
  }
  return null
}

interface Measured {
  readonly legs: Leg[]
  readonly residency: readonly Residency[]
  readonly failure: string | null
}

async function measureLegs(
  rig: Rig,
  stage: Stage,
  visit: Visit & { workload: Cell['workload'] },
  warm: WarmState,
): Promise<Measured> {
  const legs: Leg[] = []
  const failed = () => failureOf(legs, stage)
  if (visit.cold) {
    await makeCold(rig, stage, warm)
    legs.push(await coldLeg(rig, stage))
    if (failed()) return { legs, residency: [], failure: failed() }
  }
  await prepare(rig, stage, warm)
  rig.lag.lap()
  for (const leg of warmLegs[visit.workload]) {
    legs.push(await leg(rig, stage))
    if (failed()) return { legs, residency: [], failure: failed() }
  }
  return { legs, residency: await readResidency(rig, stage), failure: null }
}

/**
 * Runs one visit. What a server does wrong is in the trial, which then counts as failed; only an abort rejects, with
 * the signal's reason.
 */
export async function runVisit(rig: Rig, cell: Cell, visit: Visit, warm: WarmState): Promise<Trial> {
  const variant = visit.subject === 'base' ? cell.base : cell.head
  if (!variant) throw new RangeError(`cell ${cell.id} has no ${visit.subject}`)
  const stage: Stage = { subject: visit.subject, variant }
  const startedAt = rig.clock.wallTime()
  const startedMs = rig.clock.nowMs()
  const measured = await measureLegs(rig, stage, { ...visit, workload: cell.workload }, warm).catch(
    (error: unknown): Measured => {
      rig.signal.throwIfAborted()
      if (!(error instanceof MachineError)) throw error
      return { legs: [], residency: [], failure: error.message }
    },
  )
  rig.signal.throwIfAborted()
  const lag = rig.lag.lap()
  return {
    visit,
    startedMs,
    endedMs: rig.clock.nowMs(),
    startedAt,
    ...measured,
    residency: [...measured.residency],
    lag,
    spoiled: measured.failure === null ? spoiledBy(variant, measured.legs, lag) : [],
  }
}
