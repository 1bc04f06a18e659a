import { describe, expect, test } from 'vitest'
import { glanceOf } from '../../src/core/gpu-glance.ts'

const reading = {
  uuid: 'GPU-1',
  temperatureCelsius: 84,
  utilizationPercent: 97,
  memoryUsedBytes: 2 ** 33,
  smClockMegahertz: 1200,
  memoryClockMegahertz: 9000,
  powerWatts: 300,
  slowdowns: ['sw-thermal' as const, 'sw-power-cap' as const],
}

describe('one reading as a span', () => {
  test('holds what was read, once', () => {
    expect(glanceOf(reading)).toEqual({
      ...reading,
      readings: 1,
      slowdowns: { 'sw-thermal': 1, 'sw-power-cap': 1 },
    })
  })

  test.each([
    ['an idle device has no clocks to speak of', 3, null],
    ['a device that tells no utilization has', null, 1200],
  ])('%s', (_what, utilizationPercent, smClockMegahertz) => {
    expect(glanceOf({ ...reading, utilizationPercent }).smClockMegahertz).toBe(smClockMegahertz)
  })

  test('reasons that are not told stay unknown', () => {
    expect(glanceOf({ ...reading, slowdowns: null }).slowdowns).toBeNull()
  })
})
