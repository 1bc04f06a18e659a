/** Exact (Clopper-Pearson) bounds of a share, and the exact sign test. */
import { bisect, incompleteBeta } from './incomplete-beta.ts'

/** One-sided upper bound of the true share after `events` of `runs` (1 for no runs: nothing is known). */
export function upperShare(events: number, runs: number, confidence: number): number {
  if (runs === 0 || events >= runs) return 1
  return bisect((share) => incompleteBeta(share, events + 1, runs - events), confidence, [0, 1])
}

/** One-sided lower bound of the true share after `events` of `runs` (0 for no runs or no events). */
export function lowerShare(events: number, runs: number, confidence: number): number {
  if (runs === 0 || events === 0) return 0
  return bisect((share) => incompleteBeta(share, events, runs - events + 1), 1 - confidence, [0, 1])
}

/** P(at least `worse` of `discordant` by a fair coin): the one-sided exact McNemar p-value; 1 for none. */
export const signTestP = (worse: number, discordant: number): number =>
  worse === 0 ? 1 : incompleteBeta(0.5, worse, discordant - worse + 1)
