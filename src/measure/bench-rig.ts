/** What measuring works with: the servers of both subjects and the session's instruments. */
import type { Environment } from '../model/environment.ts'
import type { SubjectName } from '../model/plan.ts'
import type { Protocol } from '../model/policy.ts'
import type { ServersPolicy } from '../model/servers-policy.ts'
import type { AgentPrograms } from '../ports/agent-programs.ts'
import type { Clock } from '../ports/clock.ts'
import type { DocumentFolder } from '../ports/document-folder.ts'
import type { GpuProbe, GpuWatch } from '../ports/gpu-probe.ts'
import type { HostProbe } from '../ports/host-probe.ts'
import type { InferenceServer } from '../ports/inference-server.ts'
import type { LagMeter } from '../ports/lag-meter.ts'
import type { StartedServers } from '../ports/started-servers.ts'

/** What watches the machine; `watch` is null where no GPU of this machine takes part. */
export interface Instruments {
  readonly gpu: GpuProbe
  readonly watch: GpuWatch | null
  readonly host: HostProbe
  readonly lag: LagMeter
}

/** Passed whole to every step of a session; `nonce` gives a new one at each call. */
export interface Rig {
  readonly servers: Readonly<Record<SubjectName, readonly InferenceServer[]>>
  /** Null for servers that were found. */
  readonly started: Readonly<Record<SubjectName, StartedServers | null>>
  readonly environment: Environment
  readonly instruments: Instruments
  readonly clock: Clock
  readonly programs: AgentPrograms
  readonly documents: DocumentFolder
  /** The folders that programs run in and workflows read from. */
  readonly checkouts: Readonly<Record<SubjectName, string>>
  readonly protocol: Protocol
  readonly restart: ServersPolicy['restart']
  readonly nonce: () => string
  readonly signal: AbortSignal
}

/** Every server of both subjects, once. */
export const allServers = ({ servers }: Pick<Rig, 'servers'>): readonly InferenceServer[] => [
  ...new Map([...servers.head, ...servers.base].map((server) => [server.url, server])).values(),
]
