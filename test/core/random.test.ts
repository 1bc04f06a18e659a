/** Seeded orders: the same for the same seed, fair over many seeds. */
import { describe, expect, it } from 'vitest'
import { seededRandom, shuffled } from '../../src/core/random.ts'

const draw = (seed: number, count: number): readonly number[] => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, random)
}

describe('seededRandom', () => {
  it('gives the same numbers for the same seed, on every machine', () => {
    expect(draw(42, 3)).toEqual(draw(42, 3))
    // What mulberry32's usual JavaScript form gives for seed 0.
    expect(draw(0, 3).map((value) => Math.round(value * 2 ** 32))).toEqual([
      1_144_304_738, 1_416_247, 958_946_056,
    ])
  })

  it.each([
    [1, 2],
    [1, 1 + 2 ** 32],
    [-1, 1],
  ])('gives others for %d than for %d', (a, b) => {
    expect(draw(a, 3)).not.toEqual(draw(b, 3))
  })

  it('stays from 0 to below 1, half of it below the middle', () => {
    const values = draw(7, 10_000)
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true)
    const low = values.filter((value) => value < 0.5).length
    expect(low).toBeGreaterThan(4800)
    expect(low).toBeLessThan(5200)
  })
})

describe('shuffled', () => {
  it('keeps all items and leaves the original alone', () => {
    const items = [1, 2, 3, 4, 5]
    expect([...shuffled(items, seededRandom(3))].toSorted()).toEqual(items)
    expect(items).toEqual([1, 2, 3, 4, 5])
  })

  it('gives each of the six orders of three about as often', () => {
    const random = seededRandom(11)
    const counts = new Map<string, number>()
    for (let i = 0; i < 6000; i++) {
      const order = shuffled(['a', 'b', 'c'], random).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    expect(counts.size).toBe(6)
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})
