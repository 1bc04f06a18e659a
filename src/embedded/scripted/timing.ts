/** How long each step of a request takes, by script and seed. Waits for nothing. */
import { createRandom, mixSeed, type SeededRandom } from '../seeded-random.ts'
import type { Script, Slowdown } from './script.ts'

/** What a step's time depends on besides the script. `second` counts since the engine's start. */
export interface Circumstances {
  readonly running: number
  readonly second: number
}

/** Times of one request, in ms. */
export interface Timing {
  /** Until the first token, with so many uncached prompt tokens. */
  prefillMs(uncachedTokens: number, at: Circumstances): number
  /** From one token to the next. */
  intervalMs(at: Circumstances): number
}

const applies = (slowdown: Slowdown, of: Slowdown['of'], at: { number: number; second: number }): boolean =>
  (slowdown.of === 'all' || slowdown.of === of) &&
  at.number >= (slowdown.fromRequest ?? 0) &&
  at.number <= (slowdown.toRequest ?? Number.POSITIVE_INFINITY) &&
  at.second >= (slowdown.fromSecond ?? 0) &&
  at.second <= (slowdown.toSecond ?? Number.POSITIVE_INFINITY)

/** The product of the factors of all slowdowns that hold for a step; 1 when there are none. */
export const slowdownFactor = (
  slowdowns: readonly Slowdown[],
  of: Slowdown['of'],
  at: { readonly number: number; readonly second: number },
): number =>
  slowdowns.reduce((product, slowdown) => product * (applies(slowdown, of, at) ? slowdown.factor : 1), 1)

/** A factor around 1; never so small that time would stand still. */
const jitter = (random: SeededRandom, ratio: number): number => Math.max(0.1, 1 + ratio * random.normal())

/** The times of the request of this number. Its random numbers are its own, whatever runs beside it. */
export const createTiming = (script: Script, number: number, seed: number): Timing => {
  const random = createRandom(mixSeed(seed, number))
  const request = jitter(random, script.requestJitterRatio)
  const stretch = (of: Slowdown['of'], { running, second }: Circumstances): number =>
    (1 + script.contention.shared * (running - 1)) *
    slowdownFactor(script.slowdowns, of, { number, second }) *
    request *
    jitter(random, script.jitterRatio)
  const perTokenMs = script.prefillTokensPerSecond === undefined ? 0 : 1000 / script.prefillTokensPerSecond
  return {
    prefillMs: (uncachedTokens, at) => (script.ttftMs + uncachedTokens * perTokenMs) * stretch('prefill', at),
    intervalMs: (at) => (1000 / script.tokensPerSecond) * stretch('decode', at),
  }
}
