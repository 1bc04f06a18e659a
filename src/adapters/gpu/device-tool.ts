/** What this room asks of each maker's tool, so that one probe and one watch serve all. Knows no maker. */
import type { GpuFacts, GpuProcess, GpuReading, GpuTool } from '../../model/gpu.ts'

/** A value, or in one sentence why there is none. */
export type Answer<T> = { readonly value: T } | { readonly problem: string }

/** Hears what a tool says in the background. */
export interface ReadingSink {
  /** `askedMs` is when it was asked for, on the monotonic clock. */
  reading(reading: GpuReading, askedMs: number): void
  /** A device is there no longer; null when the tool does not say which. */
  lost(uuid: string | null, problem: string): void
  /** A line that is no reading. */
  unreadable(line: string): void
  /** No reading could be had this time; there may be one the next. */
  failed(problem: string): void
}

/** How a tool is followed: to which sink, how often, until when. */
export interface Following {
  readonly intervalMs: number
  readonly sink: ReadingSink
  readonly signal: AbortSignal
}

/** One maker's tool on this machine. Its promises reject only with the signal's reason, when that aborts. */
export interface DeviceTool {
  readonly name: Exclude<GpuTool, 'none'>
  facts(signal?: AbortSignal): Promise<GpuFacts>
  readings(signal?: AbortSignal): Promise<Answer<readonly GpuReading[]>>
  processes(signal?: AbortSignal): Promise<Answer<readonly GpuProcess[]>>
  /** Resolves when the tool ends by itself, with the reason in one sentence. */
  follow(following: Following): Promise<string>
}

/** Where a tool lies and how it is run. */
export interface ToolPlace {
  readonly file: string
  readonly env: NodeJS.ProcessEnv
  readonly limitMs: number
}

/** Facts of a tool that gave none: the state and why. */
export const noFacts = (tool: GpuTool, state: 'absent' | 'broken', detail: string): GpuFacts => ({
  tool,
  state,
  detail,
  driver: null,
  devices: [],
})
