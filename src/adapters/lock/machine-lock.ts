/** One job at a time on the GPUs of a machine, of whatever repository or user. Knows nothing of what a job does. */
import { randomUUID } from 'node:crypto'
import { chmod, rm, writeFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { MachineError, messageOf } from '../../errors.ts'
import { type Claimant, claimantOf } from './claimant.ts'
import { type Claim, newClaimFile, readClaims, removeClaim, sweepLeftovers } from './claims.ts'
import { beatEveryMs, type Presence, staleMs, watchHeartbeats } from './heartbeats.ts'
import { describeOwner, inWords, onceAMinute } from './holder-text.ts'
import { makeStateFolder } from './state-folder.ts'

export { stateFolder } from './state-folder.ts'

/** Who asks: `what` is for people, `pid` is this process, `since` is when the job began, in ISO 8601. */
export interface LockHolder {
  readonly what: string
  readonly pid: number
  readonly since: string
}

/**
 * `waitMs` 0 gives up at once. `onWait` is told who has the lock, first and about once a minute. `onLost` is told, in one
 * sentence, that somebody else may have the lock by now; it comes once at most, and never after the release.
 */
export interface LockRequest {
  readonly folder: string
  readonly holder: LockHolder
  readonly waitMs: number
  readonly onWait: (sentence: string) => void
  readonly onLost: (reason: string) => void
  readonly signal: AbortSignal
}

/** The lock, held. */
export interface MachineLock {
  /** Lets the next one in. Never rejects; can be called twice. */
  release(): Promise<void>
}

const pollMs = 1000

/** Two that come at the same moment both step back; they must not come back at the same moment. */
const stepBackMs = 200

/** What one attempt needs to know. */
interface Attempt extends LockRequest {
  readonly here: Claimant
  readonly presenceOf: (claim: Claim) => Promise<Presence>
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal })
  } catch (error) {
    throw signal.aborted ? signal.reason : error
  }
}

/** Evenly between half and one and a half of it. */
const about = (ms: number): number => ms * (0.5 + Math.random())

type Contender = { readonly claim: Claim; readonly presence: 'present' | 'silent' }

/** All claims but those of the dead, which are cleared away. */
async function contendersIn({ folder, presenceOf }: Attempt): Promise<readonly Contender[]> {
  const claims = await readClaims(folder)
  const judged = await Promise.all(
    claims.map(async (claim) => {
      const presence = await presenceOf(claim)
      if (presence !== 'dead') return { claim, presence }
      await removeClaim(claim)
      return null
    }),
  )
  return judged.filter((one) => one !== null)
}

/** A claim of our own with a heartbeat, under a name of its own. */
async function makeClaim({ folder, holder, here, onLost }: Attempt) {
  const { default: lockfile } = await import('proper-lockfile')
  const file = newClaimFile(folder, randomUUID())
  let over = false
  let unlock = async (): Promise<void> => undefined
  const release = async () => {
    over = true
    // Whoever took it from us has removed it.
    await unlock().catch(() => undefined)
    await rm(file, { force: true }).catch(() => undefined)
  }
  const onCompromised = (error: Error) => {
    if (!over) onLost(`This job lost the lock of the machine's GPU: ${messageOf(error)}.`)
    over = true
  }
  try {
    // Before the lock, so that nobody sees a lock without an owner; for all users, whatever the umask says.
    await writeFile(file, JSON.stringify({ ...here, what: holder.what, since: holder.since }), { flag: 'wx' })
    await chmod(file, 0o644)
    const timing = { stale: staleMs, update: beatEveryMs }
    unlock = await lockfile.lock(file, { realpath: false, ...timing, onCompromised })
    return { file, release }
  } catch (error) {
    await release()
    const what = `Cannot take the lock of this machine's GPU in ${folder}: ${messageOf(error)}.`
    throw new MachineError([{ what, fix: 'Look at that folder, and at its disk.' }], { cause: error })
  }
}

/**
 * Shows a claim first and looks for others' then: of two that do so at once, each sees the other or one comes later, so
 * never do both go on. Null when there was another.
 */
async function tryClaim(attempt: Attempt): Promise<MachineLock | null> {
  const { file, release } = await makeClaim(attempt)
  try {
    const contenders = await contendersIn(attempt)
    attempt.signal.throwIfAborted()
    // Without our own among them, we slept so long that others took us for dead.
    const isOurs = contenders.length === 1 && contenders[0]?.claim.file === file
    if (isOurs) return { release }
    await release()
    return null
  } catch (error) {
    await release()
    throw error
  }
}

function tooLong({ waitMs, here }: Attempt, { owner, file }: Claim): MachineError {
  const who = describeOwner(owner, here, Date.now())
  return new MachineError([
    {
      what:
        waitMs > 0
          ? `The GPU of this machine was in use for ${inWords(waitMs)} by ${who}.`
          : `The GPU of this machine is in use by ${who}.`,
      why: `Its lock is ${file}.lock.`,
      fix: 'Let that job end, or end it, or wait longer, and run this one again.',
    },
  ])
}

/**
 * Takes the lock of this machine's GPUs, and waits for it while somebody else has it. A dead holder does not block: one
 * on this machine is found out at once, one in another container after about 25 seconds without a sign of life. Rejects
 * with MachineError after `waitMs`, or when the folder cannot be used, and with the signal's reason when it aborts.
 *
 * What it cannot do: see jobs that do not share the folder (other containers without the mount, services with a private
 * /tmp), see other machines, keep a job out that does not ask, or keep an order among those that wait. A holder in
 * another container that was frozen for longer than that finds its lock gone when it wakes: `onLost`, within 5 seconds.
 *
 * Each job claims under a name of its own, and proper-lockfile keeps that claim alive. All claiming one name would not do:
 * who clears away a dead job's lock could hit the one that another has taken in its place a moment ago, since looking at
 * a lock and removing it are two steps.
 */
export async function takeMachineLock(request: LockRequest): Promise<MachineLock> {
  const { folder, holder, waitMs, signal } = request
  const here = await claimantOf(holder.pid)
  const attempt: Attempt = { ...request, here, presenceOf: watchHeartbeats(here) }
  const tell = onceAMinute(request.onWait)
  const startMs = performance.now()
  for (;;) {
    signal.throwIfAborted()
    // Each time: somebody may clean up while we wait.
    await makeStateFolder(folder)
    const contenders = await contendersIn(attempt)
    const blocking = contenders.find(({ presence }) => presence === 'present') ?? contenders[0]
    if (blocking) {
      const isOver = performance.now() - startMs >= waitMs
      // Who may be dead is waited for even so: it is a matter of seconds.
      if (isOver && blocking.presence === 'present') throw tooLong(attempt, blocking.claim)
      const who = describeOwner(blocking.claim.owner, here, Date.now())
      tell(`Waiting for the GPU of this machine, which is in use by ${who}.`)
      await pause(about(pollMs), signal)
      continue
    }
    const lock = await tryClaim(attempt)
    if (lock) {
      await sweepLeftovers(folder)
      return lock
    }
    await pause(about(stepBackMs), signal)
  }
}
