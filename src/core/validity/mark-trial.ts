/** What was recorded while a trial ran, as reasons against it; and which of them leave it out. */
import type { Protocol } from '../../model/policy.ts'
import type { Spoiled } from '../../model/run.ts'
import type { ValidityRule } from '../../model/validity-rule.ts'
import { gpuReasons } from './gpu-rules.ts'
import { hostReasons } from './host-rules.ts'
import { serverReasons } from './server-rules.ts'
import type { Reason, TrialEvidence } from './trial-evidence.ts'

/** Worth knowing, but the ordinary state of many machines. */
const onlyMarks: readonly ValidityRule[] = ['power-cap']

/** What will be the same at the next attempt: to measure it again would teach nothing. */
const lasting: readonly ValidityRule[] = ['partial-residency', 'changed-context', 'early-stop']

/** A reason as it is recorded: with what follows by the policy. */
export const asSpoiled = (reasons: readonly Reason[], { validity }: Protocol): Spoiled[] =>
  reasons.map((reason) => ({
    ...reason,
    leftOut: !onlyMarks.includes(reason.rule) && !validity['mark-only'].includes(reason.rule),
  }))

/** The reasons against a trial that its own records show; empty when it counts without a mark. */
export const markTrial = (evidence: TrialEvidence): Spoiled[] =>
  asSpoiled(
    [...gpuReasons(evidence), ...serverReasons(evidence), ...hostReasons(evidence)],
    evidence.protocol,
  )

/** Whether any reason leaves the trial out of the statistics. */
export const isLeftOut = (spoiled: readonly Spoiled[]): boolean => spoiled.some(({ leftOut }) => leftOut)

/** Whether a second attempt could come out clean. */
export const isWorthRepeating = (spoiled: readonly Spoiled[]): boolean =>
  isLeftOut(spoiled) && !spoiled.some(({ rule, leftOut }) => leftOut && lasting.includes(rule))
