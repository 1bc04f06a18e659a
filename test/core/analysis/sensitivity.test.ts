import { describe, expect, test } from 'vitest'
import { analyzeRun } from '../../../src/core/analysis/analyze-run.ts'
import type { AxisEffect } from '../../../src/model/analysis.ts'
import { anAgent } from '../../model/a-run.ts'
import { defaultsCell, type SweepRow, sweepEvidence, sweptCell } from './a-sweep.ts'

const analysisOf = (rows: readonly SweepRow[]) => analyzeRun(sweepEvidence(rows))

const effectOf = (rows: readonly SweepRow[], axis: string): AxisEffect | undefined =>
  analysisOf(rows).axes.find((effect) => effect.metric === 'decodeTokensPerSecond' && effect.axis === axis)

const meansOf = (effect: AxisEffect | undefined) =>
  effect?.levels.map(({ value, mean }) => [value, Number(mean.toFixed(6))])

/** A 2 × 3 design: 60 layers give 100, 80 give 110; a context of 1024 takes 3 and one of 2048 takes 9 of that. */
const rateOf = (gpu: number, ctx: number): number =>
  (gpu === 60 ? 100 : 110) - ({ 1024: 3, 2048: 9 }[ctx] ?? 0)

const twoByThree = (...values: readonly number[]): readonly SweepRow[] =>
  [60, 80].flatMap((num_gpu) =>
    [512, 1024, 2048].map(
      (num_ctx): SweepRow => [
        sweptCell({ num_gpu, num_ctx }),
        values.map((value) => rateOf(num_gpu, num_ctx) + value),
      ],
    ),
  )

/** The same with trials whose logarithms are 0.01 apart. */
const scattered = (): readonly SweepRow[] =>
  twoByThree(0).map(
    ([cell, [rate]]): SweepRow => [cell, [-0.01, 0, 0.01].map((offset) => Number(rate) * Math.exp(offset))],
  )

describe('the effect of an axis', () => {
  test('is the distance of its levels’ means over all values of the other one', () => {
    const rows = twoByThree(-1, 0, 1)
    const gpu = effectOf(rows, 'num_gpu')
    expect(meansOf(gpu)).toEqual([
      ['60', 96],
      ['80', 106],
    ])
    expect(gpu).toMatchObject({ spread: expect.closeTo(10, 9), spreadPercent: expect.closeTo(1000 / 101, 9) })
    expect(gpu?.levels.map(({ cells }) => cells)).toEqual([3, 3])
    const ctx = effectOf(rows, 'num_ctx')
    expect(meansOf(ctx)).toEqual([
      ['512', 105],
      ['1024', 102],
      ['2048', 96],
    ])
    expect(ctx).toMatchObject({ spread: expect.closeTo(9, 9), leftOut: [] })
  })

  test('has the noise of its trials: t at 5 % times the standard error of a difference of two levels', () => {
    const effect = effectOf(scattered(), 'num_gpu')
    // s = 1 % with 12 degrees of freedom; a level is the mean of three medians of three, each with its share of the mean.
    const variance = (...rates: readonly number[]) =>
      rates.reduce((sum, rate) => sum + (rate / rates.reduce((all, one) => all + one, 0)) ** 2, 0) *
      (Math.PI / 2 / 3)
    const noise = 2.178813 * 0.01 * Math.sqrt(variance(100, 97, 91) + variance(110, 107, 101))
    expect(effect?.noisePercent).toBeCloseTo((noise * (10 / Math.log(106 / 96)) * 100) / 101, 4)
  })

  test('of three levels has the noise of the greatest of three differences', () => {
    const effect = effectOf(scattered(), 'num_ctx')
    // t(1 − 0.025/3, 12) = 2.7794; a level is the mean of two cells of nearly the same rate.
    const noise = 2.7794 * 0.01 * Math.sqrt((2 * Math.PI) / 2 / 3 / 2)
    expect(effect?.noisePercent).toBeCloseTo(noise * 100, 1)
  })

  test('has no noise to tell where each cell has one trial', () => {
    expect(effectOf(twoByThree(0), 'num_gpu')?.noisePercent).toBeNull()
  })

  test('is none beyond the noise where scatter is all there is', () => {
    const rows = twoByThree(-1, 0, 1).map(
      ([cell], i): SweepRow => [cell, [98, 100, 103].map((value) => value + 0.1 * (i % 3))],
    )
    const effect = effectOf(rows, 'num_gpu')
    expect(effect?.spreadPercent).toBeLessThan(effect?.noisePercent ?? 0)
  })

  test('is not told by trials that agree to the last digit: below 0.2 % they are rounding', () => {
    expect(effectOf(twoByThree(0, 0, 0), 'num_gpu')?.noisePercent).toBeGreaterThan(0.1)
  })
})

describe('what was not measured in every combination', () => {
  test('does not let another axis’ effect show', () => {
    // The cells of 80 layers lack the slow context: a plain mean would give them its 6 for nothing.
    const rows = twoByThree(0).filter(([{ id }]) => id !== 'num_gpu80-num_ctx2048')
    const gpu = effectOf(rows, 'num_gpu')
    expect(gpu).toMatchObject({ spread: expect.closeTo(10, 9) })
    expect(gpu?.levels.map(({ cells }) => cells)).toEqual([2, 2])
    expect(meansOf(effectOf(rows, 'num_ctx'))).toEqual([
      ['512', 100],
      ['1024', 97],
      ['2048', 91],
    ])
  })

  test('leaves out a level that shares no combination with the others', () => {
    const rows: readonly SweepRow[] = [...twoByThree(0), [sweptCell({ num_gpu: 120, num_ctx: 8192 }), [50]]]
    const gpu = effectOf(rows, 'num_gpu')
    expect(gpu).toMatchObject({ leftOut: ['120'], spread: expect.closeTo(10, 9) })
    expect(effectOf(rows, 'num_ctx')).toMatchObject({ leftOut: ['8192'] })
  })

  test('has no effect where two axes always move together, and says so', () => {
    const rows: readonly SweepRow[] = [
      [sweptCell({ num_gpu: 60, num_ctx: 512 }), [100, 101]],
      [sweptCell({ num_gpu: 80, num_ctx: 1024 }), [90, 91]],
    ]
    const { axes, notes } = analysisOf(rows)
    expect(axes).toEqual([])
    expect(notes).toEqual([
      expect.stringMatching(/^No effect can be told of num_ctx, num_gpu: no two values/),
    ])
  })

  test('is no sweep where each scenario has its own values: nothing is said', () => {
    const rows = ['short', 'long'].map(
      (scenario, i): SweepRow => [
        sweptCell({ num_ctx: 512 * (i + 1) }, { id: scenario, scenario }),
        [100, 101],
      ],
    )
    expect(analysisOf(rows)).toMatchObject({ axes: [], notes: [] })
  })

  test('leaves out a level rather than most of the others’ combinations', () => {
    const rows: readonly SweepRow[] = [...twoByThree(0), [sweptCell({ num_gpu: 999, num_ctx: 512 }), [50]]]
    // With 999 layers only the context of 512 could be compared, 3 cells instead of 6: that is half, and all are told.
    expect(effectOf(rows, 'num_gpu')?.levels.map(({ value, cells }) => [value, cells])).toEqual([
      ['60', 1],
      ['80', 1],
      ['999', 1],
    ])
    const more = [60, 80].map((num_gpu): SweepRow => [sweptCell({ num_gpu, num_ctx: 4096 }), [80]])
    expect(effectOf([...rows, ...more], 'num_gpu')).toMatchObject({
      levels: [
        { value: '60', cells: 4 },
        { value: '80', cells: 4 },
      ],
      leftOut: ['999'],
    })
  })

  test('the cell of the server’s defaults has no place on the axis of an option', () => {
    const effect = effectOf([[defaultsCell(), [200]], ...twoByThree(0)], 'num_gpu')
    expect(effect).toMatchObject({ leftOut: [], spread: expect.closeTo(10, 9) })
  })
})

describe('axes', () => {
  const model = (name: string, rate: number): SweepRow => [
    sweptCell({ num_ctx: 512 }, { id: name, head: { model: name, agents: [anAgent()] } }),
    [rate, rate + 1],
  ]

  test.each([
    ['the model', 'model', [model('small', 100), model('large', 50)]],
    [
      'the scenario, though its name says the agents too',
      'scenario',
      ['one', 'other'].map(
        (scenario, i): SweepRow => [
          sweptCell(
            { num_ctx: 512 },
            { id: scenario, scenario, head: { model: 'm', agents: [anAgent({ name: scenario })] } },
          ),
          [100 + i, 101 + i],
        ],
      ),
    ],
    [
      'an option of the second agent, where it differs from the first one’s',
      'num_ctx of agent 2',
      [1024, 2048].map((num_ctx): SweepRow => {
        const agents = [anAgent({ options: { num_ctx: 512 } }), anAgent({ options: { num_ctx } })]
        return [sweptCell({}, { id: `hetero-${num_ctx}`, head: { model: 'm', agents } }), [100, 101]]
      }),
    ],
  ] as const)('%s is one', (_what, axis, rows) => {
    expect([...new Set(analysisOf(rows).axes.map((effect) => effect.axis))]).toEqual([axis])
  })

  test('workloads are never compared: a decode alone and one of a batch are two things', () => {
    const rows = (['single-agent', 'two-agents'] as const).map(
      (workload): SweepRow => [sweptCell({ num_ctx: 512 }, { id: workload, workload }), [100, 101]],
    )
    expect(analysisOf(rows).axes).toEqual([])
  })

  test('nor are scenarios of different workloads', () => {
    const rows = (
      [
        ['solo', 'single-agent', 100],
        ['quick', 'single-agent', 110],
        ['queue', 'batch', 20],
      ] as const
    ).map(
      ([scenario, workload, rate]): SweepRow => [
        sweptCell({ num_ctx: 512 }, { id: scenario, scenario, workload }),
        [rate, rate + 1],
      ],
    )
    expect(meansOf(effectOf(rows, 'scenario'))).toEqual([
      ['solo', 100.5],
      ['quick', 110.5],
    ])
  })
})
