import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Pace, PacedLines } from '../../src/proxy/paced-lines.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

interface Arrival {
  readonly atMs: number
  readonly bytes: string
}

/** When which bytes leave, in ms from the first arrival; ends with the last arrival. */
async function departures(pace: Pace, arrivals: readonly Arrival[]): Promise<Arrival[]> {
  const lines = new PacedLines(pace)
  const startMs = performance.now()
  const left: Arrival[] = []
  lines.on('data', (bytes: Buffer) => left.push({ atMs: performance.now() - startMs, bytes: String(bytes) }))
  for (const { atMs, bytes } of arrivals) {
    await vi.advanceTimersByTimeAsync(atMs - (performance.now() - startMs))
    lines.write(bytes)
  }
  lines.end()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(lines.readableEnded).toBe(true)
  return left
}

const everyTenMs = (count: number): Arrival[] =>
  Array.from({ length: count }, (_, i) => ({ atMs: i * 10, bytes: `${i}\n` }))

describe('PacedLines', () => {
  it.each<[string, Pace, readonly Arrival[], readonly Arrival[]]>([
    [
      'a fifth less rate is a quarter more time, and the delay shifts all of it',
      { firstTokenDelayMs: 100, chunkSlowdownRatio: 0.2 },
      [
        { atMs: 0, bytes: 'a\n' },
        { atMs: 40, bytes: 'b\n' },
        { atMs: 400, bytes: 'c\n' },
      ],
      [
        { atMs: 100, bytes: 'a\n' },
        { atMs: 150, bytes: 'b\n' },
        { atMs: 600, bytes: 'c\n' },
      ],
    ],
    [
      'with nothing to slow, lines leave as they come',
      { firstTokenDelayMs: 0, chunkSlowdownRatio: 0 },
      everyTenMs(5),
      everyTenMs(5),
    ],
    [
      'lines in one packet came at the same time and leave at the same time',
      { firstTokenDelayMs: 10, chunkSlowdownRatio: 0.5 },
      [
        { atMs: 0, bytes: 'a\nb\n' },
        { atMs: 20, bytes: 'c\nd\n' },
      ],
      [
        { atMs: 10, bytes: 'a\n' },
        { atMs: 10, bytes: 'b\n' },
        { atMs: 50, bytes: 'c\n' },
        { atMs: 50, bytes: 'd\n' },
      ],
    ],
    [
      'a line has come when its last byte has',
      { firstTokenDelayMs: 10, chunkSlowdownRatio: 0 },
      [
        { atMs: 0, bytes: 'be' },
        { atMs: 30, bytes: 'gun\nne' },
        { atMs: 50, bytes: 'xt\n' },
      ],
      [
        { atMs: 40, bytes: 'begun\n' },
        { atMs: 60, bytes: 'next\n' },
      ],
    ],
    [
      'what follows the last newline is not lost',
      { firstTokenDelayMs: 5, chunkSlowdownRatio: 0 },
      [{ atMs: 0, bytes: 'a\nrest' }],
      [
        { atMs: 5, bytes: 'a\n' },
        { atMs: 5, bytes: 'rest' },
      ],
    ],
  ])('%s', async (_, pace, arrivals, expected) => {
    expect(await departures(pace, arrivals)).toEqual(expected)
  })

  it('lets the rate fall by exactly the ratio', async () => {
    const left = await departures({ firstTokenDelayMs: 0, chunkSlowdownRatio: 0.2 }, everyTenMs(101))
    expect(100 / (left.at(-1)?.atMs ?? 0)).toBeCloseTo(0.8 * (100 / 1000), 10)
  })

  it('ends an empty stream', async () => {
    expect(await departures({ firstTokenDelayMs: 100, chunkSlowdownRatio: 0.2 }, [])).toEqual([])
  })

  it('leaves no timer when it is destroyed', () => {
    const lines = new PacedLines({ firstTokenDelayMs: 1000, chunkSlowdownRatio: 0 })
    lines.write('a\n')
    expect(vi.getTimerCount()).toBe(1)
    lines.destroy()
    expect(vi.getTimerCount()).toBe(0)
  })
})
