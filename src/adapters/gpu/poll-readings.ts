/** Follows a tool that has no stream of its own: asks again and again, never twice at once. Knows no tool. */
import { setTimeout as wait } from 'node:timers/promises'
import type { GpuReading } from '../../model/gpu.ts'
import type { Answer, Following } from './device-tool.ts'

/** What is asked. */
export type AskReadings = (signal: AbortSignal) => Promise<Answer<readonly GpuReading[]>>

/** A device that was there and is missing from an answer. */
function tellLost(seen: Set<string>, now: readonly GpuReading[], { sink }: Following): void {
  for (const { uuid } of now) seen.add(uuid)
  for (const uuid of seen) {
    if (!now.some((reading) => reading.uuid === uuid)) sink.lost(uuid, `${uuid} is listed no longer.`)
  }
}

/** Goes on until the signal aborts, and rejects with its reason. An answer that takes longer than the interval is waited for. */
export async function pollReadings(ask: AskReadings, following: Following): Promise<never> {
  const { intervalMs, sink, signal } = following
  const seen = new Set<string>()
  while (true) {
    const startedMs = performance.now()
    const answer = await ask(signal)
    if ('problem' in answer) sink.failed(answer.problem)
    else {
      for (const reading of answer.value) sink.reading(reading, startedMs)
      tellLost(seen, answer.value, following)
    }
    await wait(Math.max(0, intervalMs - (performance.now() - startedMs)), null, { signal, ref: false })
  }
}
