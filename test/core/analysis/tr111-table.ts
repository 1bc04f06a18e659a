/** TR111 v2, table 4.1: throughput and TTFT of its 19 configurations, mean and standard deviation of three runs. */
import type { Cell } from '../../../src/model/plan.ts'
import type { PublishedFigure } from '../../../src/model/published.ts'
import { aFigure, defaultsCell, type SweepRow, sweptCell } from './a-sweep.ts'

/** Throughput, its sd, TTFT, its sd. */
type Row = readonly [rate: number, rateSd: number, ttft: number, ttftSd: number]

const baseline: Row = [114.54, 2.97, 603.53, 61.16]

/** By num_gpu, num_ctx and temperature. The report calls two of the rows "_v2". */
const configurations: readonly (readonly [gpu: number, ctx: number, temperature: number, ...Row])[] = [
  [60, 256, 0.6, 114.51, 2.39, 1346.82, 1765.78],
  [60, 256, 0.8, 114.53, 2.5, 1251.22, 1564.63],
  [60, 512, 0.6, 114.59, 3.04, 1283.47, 1739.74],
  [60, 512, 0.8, 114.59, 2.57, 1297.47, 1749.73],
  [60, 1024, 0.6, 114.02, 2.1, 1327.37, 1731.26],
  [60, 1024, 0.8, 114.84, 2.71, 1323.53, 1762.65],
  [80, 256, 0.6, 114.31, 2.08, 1319.82, 1776.52],
  [80, 256, 0.8, 114.23, 2.18, 1316.96, 1754.98],
  [80, 512, 0.6, 113.99, 2.18, 1319.34, 1755.05],
  [80, 512, 0.8, 114.63, 2.51, 1312.72, 1744.55],
  [80, 1024, 0.6, 114.98, 2.54, 1310.19, 1753.96],
  [80, 1024, 0.8, 114.97, 2.41, 1297.47, 1749.73],
  [120, 256, 0.6, 114.34, 2.45, 1307.72, 1764.5],
  [120, 256, 0.8, 114.5, 2.38, 1354.14, 1867.58],
  [120, 512, 0.6, 114.63, 2.45, 1312.72, 1744.55],
  [120, 512, 0.8, 114.34, 2.01, 1325.2, 1797.72],
  [120, 1024, 0.6, 114.05, 2.01, 1328.66, 1782.54],
  [120, 1024, 0.8, 114.22, 2.03, 1325.2, 1749.62],
]

interface Entry {
  readonly cell: Cell
  readonly row: Row
}

const entries: readonly Entry[] = [
  { cell: defaultsCell(), row: baseline },
  ...configurations.map(([num_gpu, num_ctx, temperature, ...row]) => ({
    cell: sweptCell({ num_gpu, num_ctx, temperature }),
    row,
  })),
]

/**
 * Three trials with exactly this throughput: mean, median and standard deviation are the table's. TTFTs have its mean only:
 * with a deviation above the mean one of three symmetric ones would be below zero.
 */
export const tr111Run: readonly SweepRow[] = entries.map(({ cell, row: [rate, rateSd, ttftMs] }) => [
  cell,
  [-rateSd, 0, rateSd].map((offset) => ({ rate: rate + offset, ttftMs })),
])

/** The table as published figures: a mean and a standard deviation of each quantity and configuration. */
export const tr111Figures: readonly PublishedFigure[] = entries.flatMap(
  ({ cell, row: [rate, rateSd, ttft, ttftSd] }) => {
    const [agent] = cell.head.agents
    const of = agent?.serverDefaults ? { agents: ['baseline'] } : { options: optionsOf(cell) }
    return [
      aFigure({ id: `${cell.id}-rate`, of, value: rate }),
      aFigure({ id: `${cell.id}-rate-sd`, of, value: rateSd, statistic: 'sd' }),
      aFigure({ id: `${cell.id}-ttft`, of, metric: 'warmTtftMs', unit: 'ms', value: ttft }),
      aFigure({
        id: `${cell.id}-ttft-sd`,
        of,
        metric: 'warmTtftMs',
        unit: 'ms',
        value: ttftSd,
        statistic: 'sd',
      }),
    ]
  },
)

function optionsOf({ head }: Cell): Record<string, number> {
  const { num_gpu = 0, num_ctx = 0, temperature = 0 } = head.agents[0]?.options ?? {}
  return { num_gpu, num_ctx, temperature }
}
