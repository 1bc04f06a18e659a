import { describe, expect, it } from 'vitest'
import { systemClock } from '../../../src/adapters/clock/system-clock.ts'

describe('systemClock', () => {
  const clock = systemClock()

  it('goes on in fractions of a millisecond', async () => {
    const before = clock.nowMs()
    await clock.sleep(5)
    expect(clock.nowMs() - before).toBeGreaterThan(3)
    expect(before).not.toBe(Math.floor(before))
  })

  it('labels in UTC', () => {
    expect(clock.wallTime()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  it('is woken by an abort, with the reason of whoever aborted', async () => {
    const stop = new AbortController()
    const sleeping = clock.sleep(60_000, stop.signal)
    stop.abort(new Error('cancelled by the owner'))
    await expect(sleeping).rejects.toThrow('cancelled by the owner')
  })

  it('does not fall asleep when the signal has aborted already', async () => {
    const gone = AbortSignal.abort(new Error('too late'))
    await expect(clock.sleep(60_000, gone)).rejects.toThrow('too late')
  })
})
