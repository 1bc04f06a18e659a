/** Servers that were found are left as they were: what this job loaded is unloaded at its end. */
import type { InferenceServer } from '../ports/inference-server.ts'
import type { Rig } from './bench-rig.ts'

/** The models that each server held before the job. */
export type FoundState = ReadonlyMap<InferenceServer, ReadonlySet<string>>

const namesLoaded = async (server: InferenceServer): Promise<ReadonlySet<string>> =>
  new Set((await server.loaded()).map(({ name }) => name))

const allServers = ({ servers }: Rig): readonly InferenceServer[] => [
  ...new Map([...servers.head, ...servers.base].map((server) => [server.url, server])).values(),
]

/** Reads what every server holds. Throws MachineError when one does not answer. */
export const snapshotServers = async (rig: Rig): Promise<FoundState> =>
  new Map(
    await Promise.all(allServers(rig).map(async (server) => [server, await namesLoaded(server)] as const)),
  )

/** Unloads what was not there before. A server that is gone by now has nothing to restore. */
export async function restoreServers(rig: Rig, before: FoundState): Promise<void> {
  await Promise.allSettled(
    allServers(rig).map(async (server) => {
      const ours = [...(await namesLoaded(server))].filter((name) => !before.get(server)?.has(name))
      for (const model of ours) await server.unload(model)
    }),
  )
}
