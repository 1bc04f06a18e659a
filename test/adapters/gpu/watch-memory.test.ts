/** What a watch remembers and forgets, with a tool that says what the test says. */
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import type { ReadingSink } from '../../../src/adapters/gpu/device-tool.ts'
import { type Patience, RunningGpuWatch, type Watched } from '../../../src/adapters/gpu/gpu-watch.ts'
import { aReading } from '../../core/preflight/some-facts.ts'

let watch: RunningGpuWatch | null = null
afterEach(() => watch?.stop())

const patient: Patience = { silenceMs: 60_000, restartDelaysMs: [], healthyMs: 60_000 }

/** Follows until the watch is stopped. */
const untilStopped = (signal: AbortSignal) =>
  new Promise<string>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))

interface Hearing {
  readonly follow?: Watched['follow']
  readonly patience?: Partial<Patience>
}

function hearing({ follow, patience }: Hearing = {}) {
  let heard: ReadingSink | null = null
  watch = new RunningGpuWatch({
    tool: () => 'a-tool',
    intervalMs: () => 200,
    patience: { ...patient, ...patience },
    follow:
      follow ??
      (({ sink, signal }) => {
        heard = sink
        return untilStopped(signal)
      }),
  })
  return {
    running: watch,
    read: (uuid: string, askedMs = performance.now()) => heard?.reading(aReading({ uuid }), askedMs),
    lose: (uuid: string | null) => heard?.lost(uuid, `lost ${uuid}`),
  }
}

async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(10)
}

describe('a loss', () => {
  it('that names no device is over after a whole tick without one', () => {
    const { running, read, lose } = hearing()
    lose(null)
    read('A')
    read('B')
    expect(running.trouble()).toBe('lost null')
    read('A')
    expect(running.trouble()).toBeNull()
  })

  it('that is told at every tick is never over', () => {
    const { running, read, lose } = hearing()
    for (const _tick of [1, 2, 3]) {
      read('A')
      lose(null)
    }
    read('A')
    expect(running.trouble()).toBe('lost null')
  })

  it('that names no device concerns those that are read no longer', async () => {
    const { running, read, lose } = hearing()
    read('A')
    read('B')
    await eventually(() => {
      read('A')
      lose(null)
      return running.trouble(['A', 'B']) !== null
    })
    expect(running.trouble(['A', 'B'])).toBe('lost null')
    expect(running.trouble(['A'])).toBeNull()
  })

  it('that names a device concerns that one, until it is read again', () => {
    const { running, read, lose } = hearing()
    read('A')
    lose('B')
    expect([running.trouble(), running.trouble(['A']), running.trouble(['B'])]).toEqual([
      'lost B',
      null,
      'lost B',
    ])
    read('B')
    expect(running.trouble()).toBeNull()
  })
})

describe('silence', () => {
  it('concerns the devices that are silent', async () => {
    const { running, read } = hearing({ patience: { silenceMs: 1 } })
    read('A')
    // Five intervals.
    await wait(1100)
    read('B')
    expect(running.trouble(['A'])).toBe('a-tool has told no reading of A for 1 s.')
    expect(running.trouble(['B'])).toBeNull()
    expect(running.trouble(['A', 'B'])).toBe(running.trouble())
  })
})

describe('a reading', () => {
  it('that was asked for before the lap belongs to what was before it', () => {
    const { running, read } = hearing()
    const beforeMs = performance.now()
    running.lap()
    read('A', beforeMs - 1)
    expect(running.lap()).toEqual([])
    read('A')
    expect(running.lap()).toMatchObject([{ uuid: 'A', readings: 1 }])
    expect(running.trouble()).toBeNull()
  })
})

describe('starting again', () => {
  const ends = (starts: number[], lastsMs: number): Watched['follow'] => {
    return async ({ sink, signal }) => {
      starts.push(performance.now())
      sink.reading(aReading({ uuid: 'A' }), performance.now())
      await wait(lastsMs, null, { signal })
      sink.reading(aReading({ uuid: 'A' }), performance.now())
      return 'it ended'
    }
  }

  it('is to be had anew after good readings', async () => {
    const starts: number[] = []
    hearing({ follow: ends(starts, 60), patience: { restartDelaysMs: [1], healthyMs: 50 } })
    await eventually(() => starts.length >= 5)
    expect(watch?.trouble() ?? null).toSatisfy((words) => words === null || words === 'it ended')
  })

  it('is not to be had anew by a tool that ends at once', async () => {
    const starts: number[] = []
    const { running } = hearing({
      follow: ends(starts, 1),
      patience: { restartDelaysMs: [1, 1], healthyMs: 60_000 },
    })
    await eventually(() => starts.length === 3)
    await wait(300)
    expect(starts).toHaveLength(3)
    expect(running.trouble()).toBe('it ended')
  })

  it('is also for a tool that cannot be followed at all', async () => {
    const starts: number[] = []
    const { running } = hearing({
      follow: async () => {
        starts.push(performance.now())
        throw new Error('no such thing')
      },
      patience: { restartDelaysMs: [1] },
    })
    await eventually(() => starts.length === 2)
    await wait(50)
    expect(running.trouble()).toBe('a-tool cannot be followed: no such thing.')
  })
})
