import { spawnSync } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventLoopLag, type RunningLagMeter } from '../../../src/adapters/clock/event-loop-lag.ts'

const block = (ms: number) => {
  const until = performance.now() + ms
  while (performance.now() < until);
}

describe('eventLoopLag', () => {
  let meter: RunningLagMeter
  beforeEach(() => {
    meter = eventLoopLag()
  })
  afterEach(() => meter.stop())

  it('leaves its own interval out: timers that fire on time are no lag', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'performance'] })
    const onTime = eventLoopLag()
    vi.advanceTimersByTime(1000)
    const lag = onTime.lap()
    onTime.stop()
    vi.useRealTimers()
    for (const ms of [lag.meanMs, lag.p99Ms, lag.maxMs]) expect(ms).toBeLessThan(0.01)
  })

  it('reports a block that the loop has come back from', async () => {
    block(120)
    await wait(30)
    expect(meter.lap().maxMs).toBeGreaterThan(100)
  })

  it('reports a block that lasts right up to the lap', () => {
    meter.lap()
    block(120)
    expect(meter.lap().maxMs).toBeGreaterThan(100)
  })

  it('reports a block that starts right after a lap', async () => {
    meter.lap()
    block(120)
    await wait(30)
    const lag = meter.lap()
    expect(lag.maxMs).toBeGreaterThan(100)
    expect(lag.meanMs).toBeLessThan(lag.maxMs)
    expect(lag.p99Ms).toBeLessThanOrEqual(lag.maxMs)
  })

  it('forgets a block with the lap that reported it', () => {
    block(120)
    meter.lap()
    expect(meter.lap().maxMs).toBeLessThan(100)
  })

  it('does not keep the process alive', () => {
    const file = new URL('../../../src/adapters/clock/event-loop-lag.ts', import.meta.url).href
    const script = `import { eventLoopLag } from '${file}'; eventLoopLag()`
    const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 20_000 })
    expect(status).toBe(0)
  })
})
