/** Ollama servers that this job started itself, as the story needs them. */
import type { ServerSettings } from '../model/environment.ts'

/** What is known of a server because we started it. */
export interface StartedFacts {
  readonly url: string
  /** What its binary says of itself; null when it says nothing that can be read. */
  readonly clientVersion: string | null
  /** The settings that it runs with: what it reports in its log, and what we gave it. */
  readonly settings: ServerSettings
  /** The compute library of its log ("CUDA", "ROCm", "Metal", "cpu"); null when the log does not tell. */
  readonly library: string | null
  /** Lines of its log that tell of a fallback to the CPU; empty for none. */
  readonly fallbacks: readonly string[]
}

/** Servers of one subject. Their addresses stay, also through a restart. */
export interface StartedServers {
  readonly urls: readonly string[]
  facts(): readonly StartedFacts[]
  /**
   * Lines of the logs that have told of a fallback to the CPU since the last call (since the start at the first), each
   * after its server's address: at a start that no GPU was found, at a load that not all layers are on the GPU. A line
   * that came several times comes once; empty for none, and for servers whose log does not tell.
   */
  newFallbacks(): readonly string[]
  /** All processes of all servers, children included; empty when none is left. */
  pids(): Promise<readonly number[]>
  /** Ends and starts every server, one after the other. Throws MachineError when one does not come back. */
  restart(signal?: AbortSignal): Promise<void>
  /** In one sentence: the first server that ended by itself, with its last words; null while all run. */
  trouble(): string | null
  /** Ends all, children included. Never rejects; can be called twice. */
  stop(): Promise<void>
}
