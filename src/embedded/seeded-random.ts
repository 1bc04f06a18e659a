/** Random numbers from a seed, the same on every machine. Knows nothing of what they are for. */

/** A source of numbers: `bits` uniform 32-bit integers, `uniform` in [0, 1), `normal` with mean 0 and deviation 1. */
export interface SeededRandom {
  bits(): number
  uniform(): number
  normal(): number
}

/** Mixes a seed and a salt into another seed, so that parts that share a seed do not share their numbers. */
export const mixSeed = (seed: number, salt: number): number => {
  let mixed = Math.imul((seed ^ 0x9e3779b9) >>> 0, 0x85ebca6b) ^ Math.imul(salt + 1, 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

/** Starts a source (xorshift32 by Marsaglia: one multiplication-free step a number, for hundreds of megabytes). */
export const createRandom = (seed: number): SeededRandom => {
  let state = mixSeed(seed, 0) || 1
  const bits = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
  const uniform = (): number => bits() / 2 ** 32
  // Box and Muller's transform; 1 - u keeps the logarithm finite.
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform())
  return { bits, uniform, normal }
}
