import { describe, expect, it } from 'vitest'
import { summarizeReadings } from '../../../src/adapters/gpu/summarize-readings.ts'
import { type GpuReading, gpuSpanSchema } from '../../../src/model/gpu.ts'

const aReading = (overrides: Partial<GpuReading> = {}): GpuReading => ({
  uuid: 'GPU-1',
  temperatureCelsius: 60,
  utilizationPercent: 90,
  memoryUsedBytes: 1000,
  smClockMegahertz: 1500,
  memoryClockMegahertz: 9000,
  powerWatts: 200,
  slowdowns: [],
  ...overrides,
})

const span = (...readings: Partial<GpuReading>[]) => {
  const summary = summarizeReadings('GPU-1', readings.map(aReading))
  return gpuSpanSchema.parse(summary)
}

describe('summarizeReadings', () => {
  it('gives the greatest temperature and memory, and the mean of utilization and power', () => {
    const result = span(
      { temperatureCelsius: 60, memoryUsedBytes: 3000, utilizationPercent: 80, powerWatts: 100 },
      { temperatureCelsius: 85, memoryUsedBytes: 1000, utilizationPercent: 100, powerWatts: 200 },
      { temperatureCelsius: 70, memoryUsedBytes: 2000, utilizationPercent: 60, powerWatts: 300 },
    )
    expect(result).toMatchObject({
      readings: 3,
      temperatureCelsius: 85,
      memoryUsedBytes: 3000,
      utilizationPercent: 80,
      powerWatts: 200,
    })
  })

  it.each([
    [
      'leaves readings below half of the load out',
      [
        [90, 1500],
        [49, 210],
        [3, 210],
        [95, 1600],
      ],
      1550,
    ],
    [
      'counts half of the load as load',
      [
        [50, 1500],
        [10, 210],
      ],
      1500,
    ],
    [
      'counts a load that is not told as load',
      [
        [null, 1400],
        [10, 210],
      ],
      1400,
    ],
    [
      'is null where there is no load: an idle device says nothing',
      [
        [0, 210],
        [3, 300],
        [1, 240],
      ],
      null,
    ],
    ['is null where the clock is not told', [[90, null]], null],
  ] as const)('takes the median of the clocks: it %s', (_what, readings, expected) => {
    const result = span(
      ...readings.map(([utilizationPercent, smClockMegahertz]) => ({ utilizationPercent, smClockMegahertz })),
    )
    expect(result.smClockMegahertz).toBe(expected)
  })

  it('counts how many readings had each reason, and names no reason that none had', () => {
    const result = span(
      { slowdowns: ['sw-thermal', 'sw-power-cap'] },
      { slowdowns: ['sw-power-cap'] },
      { slowdowns: [] },
      { slowdowns: null },
    )
    expect(result.slowdowns).toEqual({ 'sw-thermal': 1, 'sw-power-cap': 2 })
  })

  it('leaves out what one reading does not tell, and is null where none does', () => {
    const blank = {
      temperatureCelsius: null,
      utilizationPercent: null,
      memoryUsedBytes: null,
      smClockMegahertz: null,
      memoryClockMegahertz: null,
      powerWatts: null,
      slowdowns: null,
    }
    expect(span(blank, { temperatureCelsius: 71, powerWatts: 80 })).toMatchObject({
      readings: 2,
      temperatureCelsius: 71,
      powerWatts: 80,
    })
    expect(span(blank, blank)).toEqual({ uuid: 'GPU-1', readings: 2, ...blank })
  })
})
