/** What was recorded while a trial ran, as reasons against it; and which of them leave it out. */
import type { Protocol } from '../../model/policy.ts'
import type { Spoiled } from '../../model/run.ts'
import type { ValidityRule } from '../../model/validity-rule.ts'
import { gpuReasons } from './gpu-rules.ts'
import { hostReasons } from './host-rules.ts'
import { serverReasons } from './server-rules.ts'
import type { Reason, TrialEvidence } from './trial-evidence.ts'

/** Worth knowing: the ordinary state of many machines, or what was put right before the first measured call. */
const onlyMarks: readonly ValidityRule[] = ['power-cap', 'lost-model']

/** What will be the same at the next attempt: to measure it again would teach nothing. */
const lasting: readonly ValidityRule[] = ['partial-residency', 'changed-context', 'early-stop']

/** What the subject itself can cause: a head that heats up or reloads is slow, and may not be excused for it. */
const ownDoing: readonly ValidityRule[] = [
  'thermal-slowdown',
  'power-slowdown',
  'depressed-clocks',
  'unexpected-load',
  'server-busy',
  'early-stop',
]

/** What a sustained load is there to bring about, and to measure (risk R11): leaving it out would leave only the cool trials. */
const sought: readonly ValidityRule[] = ['thermal-slowdown', 'power-slowdown', 'depressed-clocks']

/** A reason as it is recorded: with what follows by the policy, and by what the trial was there for. */
export const asSpoiled = (
  reasons: readonly Reason[],
  { validity }: Protocol,
  trial: { readonly isSustained: boolean },
): Spoiled[] =>
  reasons.map((reason) => ({
    ...reason,
    leftOut:
      !onlyMarks.includes(reason.rule) &&
      !validity['mark-only'].includes(reason.rule) &&
      !(trial.isSustained && sought.includes(reason.rule)),
  }))

/** The reasons against a trial that its own records show; empty when it counts without a mark. */
export function markTrial(evidence: TrialEvidence): Spoiled[] {
  const reasons = [...gpuReasons(evidence), ...serverReasons(evidence), ...hostReasons(evidence)]
  const isSustained = evidence.trial.legs.some(({ kind }) => kind === 'sustained')
  return asSpoiled(reasons, evidence.protocol, { isSustained })
}

/** Whether any reason leaves the trial out of the statistics. */
export const isLeftOut = (spoiled: readonly Spoiled[]): boolean => spoiled.some(({ leftOut }) => leftOut)

/** Whether only what will be the same again speaks against the trial. */
export const isLasting = (spoiled: readonly Spoiled[]): boolean =>
  isLeftOut(spoiled) && spoiled.every(({ rule, leftOut }) => !leftOut || lasting.includes(rule))

/** Whether a second attempt could come out clean: something else speaks against the trial than what lasts. */
export const isWorthRepeating = (spoiled: readonly Spoiled[]): boolean =>
  isLeftOut(spoiled) && !isLasting(spoiled)

/** Whether it is left out for what the subject itself can cause. */
export const isOwnDoing = (spoiled: readonly Spoiled[]): boolean =>
  spoiled.some(({ rule, leftOut }) => leftOut && ownDoing.includes(rule))
