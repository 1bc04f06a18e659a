/** How long tidying up may take: it must not hold a job that was told to stop. Knows no server. */
import type { Rig } from './bench-rig.ts'

/** Undisturbed, and once the job was told to stop: a runner kills it 7.5 s after that. */
const calmMs = 60_000
const hurriedMs = 3000

/** Aborts when the time for tidying up is over; `done` ends the waiting. */
export function patience({ clock, signal }: Pick<Rig, 'clock' | 'signal'>, done: AbortSignal): AbortSignal {
  const over = new AbortController()
  const wait = async () => {
    await clock.sleep(calmMs, AbortSignal.any([signal, done])).catch(() => undefined)
    await clock.sleep(hurriedMs, done)
    over.abort(new Error('the time for tidying up is over'))
  }
  // Rejects when all was tidied up in time.
  wait().catch(() => undefined)
  return over.signal
}
