/** What the rules look at: one finished trial with what was recorded beside it, and what it was meant to be. */
import type { Environment } from '../../model/environment.ts'
import type { Variant } from '../../model/plan.ts'
import type { Protocol } from '../../model/policy.ts'
import type { Leg, Trial } from '../../model/run.ts'
import type { ValidityRule } from '../../model/validity-rule.ts'

/** A trial before it is marked. `variant` is what its subject runs in its cell. */
export interface TrialEvidence {
  readonly trial: Omit<Trial, 'spoiled'>
  readonly variant: Variant
  readonly protocol: Protocol
  readonly environment: Environment
}

/** A reason against a trial: the rule, and what was seen. */
export interface Reason {
  readonly rule: ValidityRule
  readonly detail: string
}

/** The calls of the legs of these kinds. */
export const callsOf = (legs: readonly Leg[], ...kinds: Leg['kind'][]): Leg['calls'] =>
  legs.filter(({ kind }) => kinds.includes(kind)).flatMap(({ calls }) => calls)
