/** The instruments around one trial: laps begin with it, and what they saw comes with its end. */
import { glanceOf } from '../core/gpu-glance.ts'
import { foreignProcesses } from '../core/validity/foreign-processes.ts'
import { MachineError } from '../errors.ts'
import type { GpuFacts, GpuProcess, GpuSpan } from '../model/gpu.ts'
import type { Watched } from '../model/run.ts'
import { allServers, type Rig } from './bench-rig.ts'
import type { Stage } from './turns/turn.ts'

/** Forgets what was seen before. */
export function beginWatching({ instruments, started }: Rig): void {
  instruments.watch?.lap()
  instruments.host.lap()
  started.head?.newFallbacks()
  started.base?.newFallbacks()
}

/** All processes of the servers that this job started. */
export async function startedPids({ started }: Pick<Rig, 'started'>): Promise<readonly number[]> {
  const lists = await Promise.all([started.head, started.base].map(async (own) => (await own?.pids()) ?? []))
  return lists.flat()
}

/** Null when a server does not answer: then its runners cannot be told from strangers. */
async function loadedModels(rig: Pick<Rig, 'servers' | 'signal'>): Promise<number | null> {
  try {
    const lists = await Promise.all(allServers(rig).map((server) => server.loaded(rig.signal)))
    return lists.flat().length
  } catch (error) {
    rig.signal.throwIfAborted()
    if (error instanceof MachineError) return null
    throw error
  }
}

/** Of what was seen, that on the GPUs which take part: all where those are not known; what tells no GPU may be on any. */
export const onGpus = <T extends { readonly uuid: string | null }>(
  seen: readonly T[],
  { devices }: GpuFacts,
): T[] =>
  seen.filter(
    ({ uuid }) => uuid === null || devices.length === 0 || devices.some((device) => device.uuid === uuid),
  )

/** What is needed to tell strangers on the GPU. */
export type StrangerQuestion = Pick<Rig, 'servers' | 'started' | 'signal' | 'environment'> & {
  readonly gpu: Rig['instruments']['gpu']
}

/** Processes on the GPU that are not ours; null where that cannot be told. */
export async function readStrangers(question: StrangerQuestion): Promise<GpuProcess[] | null> {
  const processes = await question.gpu.processes(question.signal)
  if (processes === null || processes.length === 0) return processes === null ? null : []
  const [pids, models] = await Promise.all([startedPids(question), loadedModels(question)])
  if (models === null) return null
  const { host, gpu } = question.environment
  return foreignProcesses(onGpus(processes, gpu), { pids, loadedModels: models, os: host.os })
}

/** A trial that is shorter than the interval would go unseen, and the slow ones alone would be left out. */
async function glance({ instruments, environment, signal }: Rig): Promise<GpuSpan[]> {
  const readings = (await instruments.gpu.readings(signal)) ?? []
  return onGpus(readings, environment.gpu).map(glanceOf)
}

/** What was seen since `beginWatching`. The laps end at once; what asks other programs comes after them. */
export async function endWatching(
  rig: Rig,
  { subject }: Pick<Stage, 'subject'>,
): Promise<Omit<Watched, 'lostModel'>> {
  const { watch, host, gpu } = rig.instruments
  const span = host.lap()
  const lap = watch ? onGpus(watch.lap(), rig.environment.gpu) : null
  const gpuTrouble = watch?.trouble(rig.environment.gpu.devices.map(({ uuid }) => uuid)) ?? null
  const pids = await startedPids(rig)
  const gpus = lap?.length === 0 && gpuTrouble === null ? await glance(rig) : lap
  // A base without servers of its own runs on head's.
  const own = rig.started[subject] ?? rig.started.head
  return {
    gpus,
    gpuTrouble,
    fallbacks: [...(own?.newFallbacks() ?? [])],
    // A tool that hangs would be waited for at every trial; what nobody watched is left out whoever was there.
    foreign: watch && gpuTrouble === null ? await readStrangers({ ...rig, gpu }) : null,
    host: span,
    serverRssBytes: pids.length > 0 ? await host.rssBytes(pids) : null,
  }
}
