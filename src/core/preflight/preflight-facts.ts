/** Everything that the look at a machine before measuring judges. Gathered elsewhere; null is unknown. */
import type { Environment } from '../../model/environment.ts'
import type { GpuProcess, GpuReading } from '../../model/gpu.ts'
import type { Plan } from '../../model/plan.ts'
import type { LoadedPolicy } from '../../model/policy.ts'
import type { PreflightLine } from '../../model/preflight.ts'

/** A model in a server's memory, as /api/ps lists it. */
export interface LoadedFact {
  readonly name: string
  readonly sizeBytes: number
  readonly sizeVramBytes: number
  readonly contextLength: number | null
}

/** What one server holds in memory. */
export interface LoadedModelsFact {
  readonly url: string
  readonly models: readonly LoadedFact[]
}

/** Lines of the log of a server that we started, which tell of a fallback to the CPU; empty for none. */
export interface FallbackFact {
  readonly url: string
  readonly lines: readonly string[]
}

/** A server that an earlier job left behind. `canEnd` says whether this user may end it. */
export interface OrphanFact {
  readonly pid: number
  readonly port: number | null
  readonly binary: string
  readonly canEnd: boolean
}

/** A folder that a job writes to; `purpose` is what goes there, e.g. "results". */
export interface WritableFact {
  readonly purpose: string
  readonly path: string
  readonly isWritable: boolean | null
}

/** Time to the first token of one agent on one server, after the warm-up. */
export interface WarmTtftFact {
  readonly url: string
  readonly agent: string
  readonly ttftMs: number
}

/** What is known before the first trial. The policy has been read and the servers surveyed: what they lack is told. */
export interface PreflightFacts {
  readonly policy: LoadedPolicy
  readonly plan: Plan
  readonly environment: Environment
  /** One of each device, while nothing of ours runs. */
  readonly gpuReadings: readonly GpuReading[] | null
  /** Only those that are not ours. */
  readonly gpuProcesses: readonly GpuProcess[] | null
  /** A server that is missing was not asked. */
  readonly loadedModels: readonly LoadedModelsFact[]
  readonly freeBytes: number | null
  readonly resultFolder: string
  readonly writable: readonly WritableFact[]
  /** ISO 8601. */
  readonly wallTime: string
  readonly orphans: readonly OrphanFact[] | null
  readonly fallbacks: readonly FallbackFact[]
  /** Empty while nothing has been warmed up. */
  readonly warmTtftMs: readonly WarmTtftFact[]
}

/** One concern: none, one or several lines. */
export type PreflightJudge = (facts: PreflightFacts) => readonly PreflightLine[]
