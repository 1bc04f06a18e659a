/** The machine around the GPU, as the story needs it. */
import type { HostFacts } from '../model/environment.ts'
import type { HostSpan } from '../model/run.ts'

/** Asks the operating system. Nothing rejects: what cannot be known is null. */
export interface HostProbe {
  facts(): Promise<HostFacts>
  /** What the host did since the last lap. Cheap: no process is started. */
  lap(): HostSpan
  /** Resident memory of these processes together; null when it cannot be had, or for none. */
  rssBytes(pids: readonly number[]): Promise<number | null>
  /** Free space for this user where `path` is or would be; null when it cannot be had. */
  freeBytes(path: string): Promise<number | null>
  /** Whether this user may write into the folder `path`, or make it; null when it cannot be told. */
  isWritable(path: string): Promise<boolean | null>
}
