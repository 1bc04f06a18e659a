/** What measuring works with: the servers of both subjects and the session's instruments. */
import type { SubjectName } from '../model/plan.ts'
import type { Protocol } from '../model/policy.ts'
import type { Clock } from '../ports/clock.ts'
import type { InferenceServer } from '../ports/inference-server.ts'
import type { LagMeter } from '../ports/lag-meter.ts'

/** Passed whole to every step of a session; `nonce` gives a new one at each call. */
export interface Rig {
  readonly servers: Readonly<Record<SubjectName, readonly InferenceServer[]>>
  readonly clock: Clock
  readonly lag: LagMeter
  readonly protocol: Protocol
  readonly nonce: () => string
  readonly signal: AbortSignal
}
