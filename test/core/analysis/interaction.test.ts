import { describe, expect, test } from 'vitest'
import { analyzeRun } from '../../../src/core/analysis/analyze-run.ts'
import { type SweepRow, sweepEvidence, sweptCell } from './a-sweep.ts'

const interactionsOf = (rows: readonly SweepRow[]) =>
  analyzeRun(sweepEvidence(rows)).interactions.filter(({ metric }) => metric === 'decodeTokensPerSecond')

/** Rates by num_gpu (row) and num_ctx (column); null was not measured. Three trials each, one apart. */
const tableRows = (rates: readonly (readonly (number | null)[])[]): readonly SweepRow[] =>
  rates.flatMap((row, r) =>
    row.flatMap((rate, c): readonly SweepRow[] =>
      rate === null
        ? []
        : [[sweptCell({ num_gpu: 60 + 20 * r, num_ctx: 512 * 2 ** c }), [rate - 1, rate, rate + 1]]],
    ),
  )

describe('two options', () => {
  test('that only add up do nothing together', () => {
    const [found] = interactionsOf(
      tableRows([
        [100, 97, 91],
        [110, 107, 101],
      ]),
    )
    expect(found).toMatchObject({
      rowAxis: 'num_ctx',
      columnAxis: 'num_gpu',
      rows: ['512', '1024', '2048'],
      columns: ['60', '80'],
      greatest: expect.closeTo(0, 9),
    })
  })

  test('have in one place 12 more than their sum: a quarter of it is left in each place of a 2 × 2 table', () => {
    const [found] = interactionsOf(
      tableRows([
        [100, 90],
        [110, 112],
      ]),
    )
    expect(found?.means.flat().map((mean) => Math.round(mean ?? 0))).toEqual([100, 110, 90, 112])
    expect(found?.greatest).toBeCloseTo(3, 9)
    expect(found?.greatestPercent).toBeCloseTo(300 / 103, 9)
    // t(0.975, 8) = 2.306; s of the rates’ logarithms, medians of three, a quarter of the greatest place’s variance.
    const s = Math.sqrt([100, 90, 110, 112].reduce((sum, rate) => sum + 1 / rate ** 2, 0) / 4)
    const noise = 2.306004 * 112 * s * Math.sqrt(Math.PI / 2 / 3 / 4)
    expect(found?.noisePercent).toBeCloseTo((noise * 100) / 103, 3)
  })

  test('one place that was not measured is null, and the rest is still told', () => {
    const [found] = interactionsOf(
      tableRows([
        [100, 97, 91],
        [110, 107, null],
        [120, 117, 111],
      ]),
    )
    expect(found?.means[2]).toEqual([expect.closeTo(91, 6), null, expect.closeTo(111, 6)])
    expect(found?.greatest).toBeCloseTo(0, 6)
  })

  test.each([
    ['a row alone', [[100, 97, 91]]],
    [
      'a diagonal',
      [
        [100, null],
        [null, 110],
      ],
    ],
    [
      'three of four places',
      [
        [100, 97],
        [110, null],
      ],
    ],
  ])('%s tells nothing of it', (_what, rates) => {
    expect(interactionsOf(tableRows(rates))).toEqual([])
  })

  test('six of the pairs are told, the greatest first', () => {
    const names = ['num_ctx', 'num_gpu', 'num_batch', 'top_k', 'seed'] as const
    const rows = Array.from({ length: 2 ** names.length }, (_, number): SweepRow => {
      const bits = names.map((_name, i) => (number >> i) & 1)
      const options = Object.fromEntries(names.map((name, i) => [name, 100 + (bits[i] ?? 0)]))
      return [sweptCell(options), [100 + 8 * (bits[0] ?? 0) * (bits[1] ?? 0)]]
    })
    const found = interactionsOf(rows)
    expect(found).toHaveLength(6)
    expect(found[0]).toMatchObject({
      rowAxis: 'num_ctx',
      columnAxis: 'num_gpu',
      greatest: expect.closeTo(2, 9),
    })
  })
})
