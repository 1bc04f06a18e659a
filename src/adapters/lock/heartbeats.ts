/** Who of those that claim a lock is still there. Knows nothing of files. */
import { type Claimant, lifeOf } from './claimant.ts'
import type { Claim } from './claims.ts'

/** How often the owner of a claim shows that it lives. */
export const beatEveryMs = 5000

/** Older than this, a heartbeat tells that its owner is dead, or that the wall clock was set. */
export const staleMs = 15_000

/** Two heartbeats: whoever lives shows it in this time, whatever the wall clock says. */
const watchMs = 2 * beatEveryMs

/** `silent` may be dead: it is to be watched a little longer. */
export type Presence = 'present' | 'silent' | 'dead'

/**
 * Judges claims, over and over. A process in sight is asked for; it may sleep or be stopped and still has its claim. Of
 * others only heartbeats tell, and wall clocks can be set: so who looks dead is watched for two beats before it is.
 */
export function watchHeartbeats(here: Claimant): (claim: Claim, nowMs?: number) => Promise<Presence> {
  const seen = new Map<string, { readonly beatMs: number; readonly atMs: number }>()
  return async ({ file, owner, beatMs }, nowMs = performance.now()) => {
    const life = owner === null ? 'unknown' : await lifeOf(owner, here)
    if (life !== 'unknown') return life === 'alive' ? 'present' : 'dead'
    const before = seen.get(file)
    const last = before?.beatMs === beatMs ? before : { beatMs, atMs: nowMs }
    seen.set(file, last)
    if (Math.abs(Date.now() - beatMs) <= staleMs) return 'present'
    return nowMs - last.atMs < watchMs ? 'silent' : 'dead'
  }
}
