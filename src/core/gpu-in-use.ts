/** Which of a machine's GPUs the servers can use. */
import type { ServerFacts } from '../model/environment.ts'
import type { GpuDevice } from '../model/gpu.ts'

/** The variables that say which devices a server sees, each narrowing those before it (OLLAMA section 2; ROCm, "GPU isolation"). */
const variablesOf = ({ library }: ServerFacts): readonly string[] =>
  library === 'ROCm' ? ['ROCR_VISIBLE_DEVICES', 'HIP_VISIBLE_DEVICES'] : ['CUDA_VISIBLE_DEVICES']

/** A device with the index by which the next variable calls it. */
interface Seat {
  readonly device: GpuDevice
  readonly index: number | null
}

/** The seats that a list of indexes and UUIDs names, counted anew in its order. */
function named(list: string, seats: readonly Seat[]): readonly Seat[] {
  const ids = list.split(',').map((id) => id.trim())
  const found = ids.flatMap(
    (id) =>
      seats.find(({ device, index }) => id !== '' && (id === String(index) || device.uuid.startsWith(id))) ??
      [],
  )
  return found.map(({ device }, index) => ({ device, index }))
}

/** The devices that a server's settings name; null where they name none that is there. */
function namedBy(server: ServerFacts, devices: readonly GpuDevice[]): readonly GpuDevice[] | null {
  const lists = variablesOf(server).flatMap((name) => server.settings?.[name] ?? [])
  if (lists.length === 0) return null
  const all = devices.map((device): Seat => ({ device, index: device.index }))
  const seats = lists.reduce<readonly Seat[]>((left, list) => named(list, left), all)
  return seats.length > 0 ? seats.map(({ device }) => device) : null
}

/**
 * The devices that at least one server can use: what happens on the others does not concern it. All of them where a
 * server's settings are unknown or name none that is there (a MIG instance, say).
 */
export function gpusInUse(
  devices: readonly GpuDevice[],
  servers: readonly ServerFacts[],
): readonly GpuDevice[] {
  const lists = servers.map((server) => namedBy(server, devices))
  if (lists.length === 0 || lists.some((list) => list === null)) return devices
  return devices.filter((device) => lists.some((list) => list?.includes(device)))
}
