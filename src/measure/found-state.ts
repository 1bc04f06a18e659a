/** Servers that were found are left as they were: what this job loaded is unloaded at its end. */
import type { InferenceServer } from '../ports/inference-server.ts'
import type { Rig } from './bench-rig.ts'

/** The models that each server held before the job. */
export type FoundState = ReadonlyMap<InferenceServer, ReadonlySet<string>>

/** How long tidying up may take: undisturbed, and once the job was told to stop (a runner kills it 7.5 s later). */
const calmMs = 60_000
const hurriedMs = 3000

const namesLoaded = async (server: InferenceServer, signal: AbortSignal): Promise<ReadonlySet<string>> =>
  new Set((await server.loaded(signal)).map(({ name }) => name))

const allServers = ({ servers }: Rig): readonly InferenceServer[] => [
  ...new Map([...servers.head, ...servers.base].map((server) => [server.url, server])).values(),
]

/** Reads what every server holds. Throws MachineError when one does not answer, and the signal's reason. */
export const snapshotServers = async (rig: Rig): Promise<FoundState> =>
  new Map(
    await Promise.all(
      allServers(rig).map(async (server) => [server, await namesLoaded(server, rig.signal)] as const),
    ),
  )

/** Aborts when the time for tidying up is over; `done` ends the waiting. */
function patience({ clock, signal }: Rig, done: AbortSignal): AbortSignal {
  const over = new AbortController()
  const wait = async () => {
    await clock.sleep(calmMs, AbortSignal.any([signal, done])).catch(() => undefined)
    await clock.sleep(hurriedMs, done)
    over.abort(new Error('the time for tidying up is over'))
  }
  wait().catch(() => undefined)
  return over.signal
}

/**
 * Unloads what was not there before. A server that is gone by now has nothing to restore, and one that hangs is given
 * up after a while, soon when the job was told to stop.
 */
export async function restoreServers(rig: Rig, before: FoundState): Promise<void> {
  const done = new AbortController()
  const signal = patience(rig, done.signal)
  await Promise.allSettled(
    allServers(rig).map(async (server) => {
      const ours = [...(await namesLoaded(server, signal))].filter((name) => !before.get(server)?.has(name))
      for (const model of ours) await server.unload(model, signal)
    }),
  )
  done.abort()
}
