/** The world that a job runs in, by its ports. */
import type { OrphanFact } from '../core/preflight/preflight-facts.ts'
import type { Environment } from '../model/environment.ts'
import type { SubjectName } from '../model/plan.ts'
import type { AgentPrograms } from '../ports/agent-programs.ts'
import type { Clock } from '../ports/clock.ts'
import type { DocumentFolder } from '../ports/document-folder.ts'
import type { GpuProbe } from '../ports/gpu-probe.ts'
import type { HostProbe } from '../ports/host-probe.ts'
import type { InferenceServer } from '../ports/inference-server.ts'
import type { LagMeter } from '../ports/lag-meter.ts'
import type { Progress } from '../ports/progress.ts'
import type { StartedServers } from '../ports/started-servers.ts'

export interface World {
  readonly servers: Readonly<Record<SubjectName, readonly InferenceServer[]>>
  /** Those of them that this job started; null for servers that were found. */
  readonly started: Readonly<Record<SubjectName, StartedServers | null>>
  readonly isThisHost: (url: string) => boolean
  /** The version of the Ollama that is installed on this machine; null where none tells. */
  readonly installedVersion: (signal: AbortSignal) => Promise<string | null>
  readonly clock: Clock
  readonly lag: LagMeter
  readonly gpu: GpuProbe
  readonly host: HostProbe
  readonly programs: AgentPrograms
  readonly documents: DocumentFolder
  /** The user's own files, of both subjects: where programs run and workflows read. */
  readonly checkouts: Readonly<Record<SubjectName, string>>
  readonly progress: Progress
  readonly machine: string
  /** The CI job that this is; null outside of CI. */
  readonly job: string | null
  readonly tool: Environment['tool']
  /** Servers that an earlier job left behind when it crashed; null where the system does not tell. */
  readonly orphans: readonly OrphanFact[] | null
  /** Where the results go. */
  readonly folder: string
  /** Where jobs of this machine keep what they must know of each other. */
  readonly stateFolder: string
  readonly signal: AbortSignal
}
