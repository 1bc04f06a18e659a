/** Cells that are several times as fast as each other: what scatters in proportion must not hide what the eye sees. */
import { describe, expect, test } from 'vitest'
import { designOf } from '../../../src/core/analysis/axes.ts'
import type { CellFigure } from '../../../src/core/analysis/cell-figures.ts'
import { rankingsOf } from '../../../src/core/analysis/ranking.ts'
import { effectsOn } from '../../../src/core/analysis/sensitivity.ts'
import { maxOf, sdOf } from '../../../src/core/statistics/descriptive.ts'
import type { MetricId } from '../../../src/model/metric-catalog.ts'
import { sweptCell } from './a-sweep.ts'

/** Five trials with exactly this mean, median and standard deviation. */
const figureOf = (num_ctx: number, mean: number, sd: number): CellFigure => {
  const values = [-2, -1, 0, 1, 2].map((step) => mean + (step * sd) / Math.sqrt(2.5))
  return { cell: sweptCell({ num_ctx }), values, typical: mean, worst: maxOf(values), sd: sdOf(values) }
}

type MeanAndSd = readonly [mean: number, sd: number]

const figuresOf = (cells: readonly MeanAndSd[]): readonly CellFigure[] =>
  cells.map(([mean, sd], i) => figureOf(512 * (i + 1), mean, sd))

const turns: readonly MeanAndSd[] = [
  [1821, 85],
  [5989, 2800],
  [6925, 3300],
  [9233, 4800],
  [1850, 90],
]
const startUps: readonly MeanAndSd[] = [
  [9.5, 0.6],
  [146, 12],
  [193, 148],
]

describe('a turn of 1821 ± 85 ms', () => {
  const [ranking] = rankingsOf('turnTimeMs', figuresOf(turns))

  test('is told from 5989, 6925 and 9233 ms, which scatter by half, and not from 1850 ms', () => {
    expect(ranking?.cells.map(({ value, tiedWithBest }) => [value, tiedWithBest])).toEqual([
      [1821, true],
      [1850, true],
      [5989, false],
      [6925, false],
      [9233, false],
    ])
  })
})

/** Whether the axis moves the metric beyond its noise. */
function isMoved(metric: MetricId, cells: readonly MeanAndSd[]): boolean {
  const figures = figuresOf(cells)
  const [effect] = effectsOn(metric, designOf(figures.map(({ cell }) => cell)), figures).effects
  if (effect?.spreadPercent == null || effect.noisePercent === null) throw new Error('an effect with noise')
  return effect.spreadPercent > effect.noisePercent
}

describe('a program’s start-up of 9.5, 146 and 193 ms', () => {
  test('is an effect, though one of them scatters by 148 ms', () => {
    expect(isMoved('agentStartupMs', startUps)).toBe(true)
  })

  test('of 140, 146 and 193 ms with that scatter is none', () => {
    expect(isMoved('agentStartupMs', [[140, 12], ...startUps.slice(1)])).toBe(false)
  })

  test('is stated in the unit and in percent of the mean, as it was measured', () => {
    const figures = figuresOf(startUps)
    const [effect] = effectsOn('agentStartupMs', designOf(figures.map(({ cell }) => cell)), figures).effects
    expect(effect?.levels.map(({ mean }) => mean)).toEqual([9.5, 146, 193])
    expect(effect?.spread).toBeCloseTo(183.5, 9)
    expect(effect?.spreadPercent).toBeCloseTo((183.5 / ((9.5 + 146 + 193) / 3)) * 100, 9)
  })
})

test('points scatter as points: the same figures as an efficiency are none', () => {
  expect(isMoved('parallelEfficiencyPercent', startUps)).toBe(false)
})

test('values of zero have no logarithm, and are compared as they are', () => {
  expect(
    isMoved('costPerMillionTokens', [
      [0, 0],
      [5, 0.1],
    ]),
  ).toBe(true)
})
