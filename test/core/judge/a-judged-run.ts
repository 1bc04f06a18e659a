/** Short ways from parts of a run to its verdict, and to one of its checks. */
import { judgeRun } from '../../../src/core/judge/judge-run.ts'
import type { Baseline } from '../../../src/model/baseline.ts'
import type { Policy } from '../../../src/model/policy.ts'
import type { Trial } from '../../../src/model/run.ts'
import type { Check, Verdict } from '../../../src/model/verdict.ts'
import { aCall, aLeg, aPolicy, aRun, aTrial, aVisit, type RunParts } from '../../model/a-run.ts'

/** A policy with one limit, on warm TTFT unless it says otherwise. */
export const limited = (limit: Record<string, unknown>): Policy =>
  aPolicy({ limits: [{ metric: 'warmTtftMs', ...limit }] })

/** A round of two agents alone for each TTFT in ms. */
export const trialsOf = (ttfts: readonly number[]): Trial[] =>
  ttfts.map((ttftMs, round) =>
    aTrial({
      visit: aVisit({ round }),
      legs: [aLeg('solo', ...[0, 1].map((agent) => aCall({ agent, ttftMs, durationMs: ttftMs + 900 })))],
    }),
  )

export const verdictOf = (parts: RunParts, baseline: Baseline | null = null): Verdict =>
  judgeRun(aRun(parts), baseline)

/** The first check, worst first, whose id begins so. */
export const checkOf = (parts: RunParts, id: string, baseline: Baseline | null = null): Check | undefined =>
  verdictOf(parts, baseline).checks.find((check) => check.id.startsWith(id))
