/** Which of a machine's GPUs the servers can use. */
import type { ServerFacts } from '../model/environment.ts'
import type { GpuDevice } from '../model/gpu.ts'

/** The devices that a server's CUDA_VISIBLE_DEVICES names, by index or UUID (OLLAMA section 2); null where it names none. */
function namedBy({ settings }: ServerFacts, devices: readonly GpuDevice[]): readonly GpuDevice[] | null {
  const ids = (settings?.CUDA_VISIBLE_DEVICES ?? '').split(',').map((id) => id.trim())
  const named = devices.filter(({ uuid, index }) =>
    ids.some((id) => id !== '' && (id === String(index) || uuid.startsWith(id))),
  )
  return named.length > 0 ? named : null
}

/**
 * The devices that at least one server can use: what happens on the others does not concern it. All of them where a
 * server's settings are unknown or name none that is there (a MIG instance, say).
 */
export function gpusInUse(
  devices: readonly GpuDevice[],
  servers: readonly ServerFacts[],
): readonly GpuDevice[] {
  const named = servers.map((server) => namedBy(server, devices))
  if (named.length === 0 || named.some((list) => list === null)) return devices
  return devices.filter((device) => named.some((list) => list?.includes(device)))
}
