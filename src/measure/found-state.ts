/** Servers that were found are left as they were: what this job loaded goes, and what it displaced comes back. */
import { MachineError } from '../errors.ts'
import type { InferenceServer, LoadedModel } from '../ports/inference-server.ts'
import { allServers, type Rig } from './bench-rig.ts'
import { patience } from './patience.ts'

/** The models that each server held before the job. */
export type FoundState = ReadonlyMap<InferenceServer, readonly LoadedModel[]>

/** Reads what every server holds. Throws MachineError when one does not answer, and the signal's reason. */
export const snapshotServers = async (rig: Rig): Promise<FoundState> =>
  new Map(
    await Promise.all(
      allServers(rig).map(async (server) => [server, await server.loaded(rig.signal)] as const),
    ),
  )

/**
 * Unloads what this job has loaded and what is none of `models`; what was there before stays. A server that does not
 * answer is left alone: the next trial tells of it. Rejects with the signal's reason only.
 */
export async function unloadOthers(rig: Rig, before: FoundState, models: readonly string[]): Promise<void> {
  for (const server of allServers(rig)) {
    const stays = [...models, ...(before.get(server) ?? []).map(({ name }) => name)]
    try {
      const loaded = await server.loaded(rig.signal)
      for (const { name } of loaded) if (!stays.includes(name)) await server.unload(name, rig.signal)
    } catch (error) {
      rig.signal.throwIfAborted()
      if (!(error instanceof MachineError)) throw error
    }
  }
}

const isSame = (a: LoadedModel, b: LoadedModel): boolean =>
  a.name === b.name && a.contextLength === b.contextLength

async function restore(
  server: InferenceServer,
  before: readonly LoadedModel[],
  signal: AbortSignal,
): Promise<void> {
  const now = await server.loaded(signal)
  for (const { name } of now.filter((model) => !before.some((other) => other.name === model.name)))
    await server.unload(name, signal)
  // Context is all that /api/ps tells of how a model was loaded; its keep-alive becomes the server's own.
  for (const { name, contextLength } of before.filter((model) => !now.some((other) => isSame(other, model))))
    await server.load(name, contextLength === null ? {} : { num_ctx: contextLength }, signal)
}

/**
 * A server that is gone by now has nothing to restore, and no result depends on it. One that hangs is given up after a
 * while, soon when the job was told to stop.
 */
export async function restoreServers(rig: Rig, before: FoundState): Promise<void> {
  const done = new AbortController()
  const signal = patience(rig, done.signal)
  await Promise.allSettled(allServers(rig).map((server) => restore(server, before.get(server) ?? [], signal)))
  done.abort()
}
