/** Seeded randomness for orders: the same seed gives the same order on every machine. Not for secrets. */

/** Yields numbers from 0 (included) to 1 (excluded). */
export type Random = () => number

/**
 * Mulberry32 (Tommy Ettinger, 2017, public domain): 32 bits of state, period 2^32, far more than a plan draws. The high
 * bits of a larger seed are folded in, so that neighbouring seeds of any size differ.
 */
export function seededRandom(seed: number): Random {
  let state = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A copy in random order (Fisher-Yates), every order as likely. */
export function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const left = [...items]
  const order: T[] = []
  while (left.length > 0) order.push(...left.splice(Math.floor(random() * left.length), 1))
  return order
}
