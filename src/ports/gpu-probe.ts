/** The GPUs of this machine, as the story needs them. */
import type { GpuFacts, GpuProcess, GpuReading, GpuSpan } from '../model/gpu.ts'

/** A running observation. */
export interface GpuWatch {
  /** One span for each device that was read since the last lap (or the start); empty when none was. */
  lap(): readonly GpuSpan[]
  /**
   * Why nothing more is seen, in one sentence: the tool ended, is silent, or lost the device; null while all is well. Only
   * what concerns these devices, where they are named.
   */
  trouble(uuids?: readonly string[]): string | null
  stop(): Promise<void>
}

/** Asks the machine's own tool. Nothing rejects for what a tool or a driver does: that is in what it says. */
export interface GpuProbe {
  facts(signal?: AbortSignal): Promise<GpuFacts>
  /** One reading of each device, now; null when it cannot be had. */
  readings(signal?: AbortSignal): Promise<readonly GpuReading[] | null>
  /** Processes that compute on a device; null when it cannot be had. */
  processes(signal?: AbortSignal): Promise<readonly GpuProcess[] | null>
  /**
   * Reads all devices every `intervalMs` in the background until it is stopped; less often where the tool allows no more
   * (`leastIntervalMs`).
   */
  watch(intervalMs: number): GpuWatch
}
