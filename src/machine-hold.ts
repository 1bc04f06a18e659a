/** A machine of one's own: nobody else measures on it meanwhile, and nothing that a crashed job left runs on it. */
import { stateFolder as folderOf, takeMachineLock } from './adapters/lock/machine-lock.ts'
import { endLostPrograms } from './adapters/process/agent-orphans.ts'
import { endOrphan, findOrphans, type Orphan } from './adapters/process/started-registry.ts'
import type { OrphanFact } from './core/preflight/preflight-facts.ts'
import { MachineError } from './errors.ts'

/** Who asks, and how long it waits. */
export interface HoldRequest {
  readonly holder: string
  readonly waitMinutes: number
  readonly onNote: (text: string) => void
  readonly signal: AbortSignal
}

/** `lost` aborts with a MachineError when it can no longer be told that nobody else measures. */
export interface MachineHold {
  readonly stateFolder: string
  readonly lost: AbortSignal
  release(): Promise<void>
}

const lostError = (reason: string): MachineError =>
  new MachineError([
    {
      what: 'The job lost its hold on this machine while it measured.',
      why: `${reason} Another job may have measured at the same time.`,
      fix: 'Measure again; keep the machine from sleeping meanwhile.',
    },
  ])

/** Waits for the machine. Throws MachineError when others hold it for too long, and the signal's reason. */
export async function holdMachine({
  holder,
  waitMinutes,
  onNote,
  signal,
}: HoldRequest): Promise<MachineHold> {
  const stateFolder = folderOf(process.env)
  const lost = new AbortController()
  const lock = await takeMachineLock({
    folder: stateFolder,
    holder: { what: holder, pid: process.pid, since: new Date().toISOString() },
    waitMs: waitMinutes * 60_000,
    onWait: onNote,
    onLost: (reason) => lost.abort(lostError(reason)),
    signal,
  })
  return { stateFolder, lost: lost.signal, release: () => lock.release() }
}

const factOf = ({ pid, port, binary, canEnd }: Orphan): OrphanFact => ({ pid, port, binary, canEnd })

/** The servers that crashed jobs left behind; null where the system does not tell. */
export const findOrphanFacts = async (stateFolder: string): Promise<readonly OrphanFact[] | null> =>
  (await findOrphans(stateFolder))?.map(factOf) ?? null

/**
 * Ends the servers and programs that crashed jobs left behind, and says so; servers that could not be ended come back, or null where
 * the system does not tell which there are.
 */
export async function endOrphans(
  stateFolder: string,
  onNote: (text: string) => void,
): Promise<readonly OrphanFact[] | null> {
  for (const { pid, name } of endLostPrograms())
    onNote(`Ended ${name} (pid ${pid}), a program that an earlier job left when it was killed.`)
  const orphans = await findOrphans(stateFolder)
  if (orphans === null) return null
  const left: OrphanFact[] = []
  for (const orphan of orphans) {
    const ended = orphan.canEnd && (await endOrphan(orphan))
    if (ended)
      onNote(
        `Ended the server on port ${orphan.port} (pid ${orphan.pid}) that an earlier job left when it crashed.`,
      )
    else left.push(factOf(orphan))
  }
  return left
}
