/** Which processes on the GPU are not ours. */
import type { GpuProcess } from '../../model/gpu.ts'

/** How Ollama's runners are called, with and without their path: `ollama runner` up to 0.24, `llama-server` from 0.30. */
const runnerName = /(^|[\\/])(ollama|llama-server|ollama_llama_server)(\.exe)?( |$)/i

/**
 * What tools say where they do not know a name: `[Not Found]` for the processes of another PID namespace, so that their
 * PIDs are not ours to compare either (NVIDIA/nvidia-docker#1483), `[Insufficient Permissions]`, `UNKNOWN`, `N/A`.
 */
const placeholder = /^(\[.*\]|unknown|n\/a|-)?$/i

/** What we know to be ours: processes that we started, and how many models our servers hold, found ones among them. */
export interface OwnLoad {
  readonly pids: readonly number[]
  readonly loadedModels: number
  /** The host's, as HostFacts has it. On Windows every process with a window is on the list, which then tells nothing. */
  readonly os: string
}

/**
 * The processes that are neither ours nor a runner of the servers that we found: such runners are known by their name
 * alone, so there may be as many as those servers hold models, and no more. Null where the list is null or tells nothing,
 * as in a container that sees the host's processes without their names: our own runner would be the stranger there.
 */
export function foreignProcesses(
  processes: readonly GpuProcess[] | null,
  { pids, loadedModels, os }: OwnLoad,
): GpuProcess[] | null {
  if (processes === null || os === 'Windows_NT') return null
  if (processes.some(({ name }) => placeholder.test(name.trim()))) return null
  const each = [...new Map(processes.map((one) => [one.pid, one])).values()]
  const others = each.filter(({ pid }) => !pids.includes(pid))
  const known = each.length - others.length
  const runners = others.filter(({ name }) => runnerName.test(name))
  const surplus = runners.slice(Math.max(0, loadedModels - known))
  return others.filter((one) => !runnerName.test(one.name) || surplus.includes(one))
}
