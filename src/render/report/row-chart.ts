/** A dot plot with its rows' names above them, so that long names need no room beside it and a phone can show it. */
import type { Chart } from './draw-chart.ts'

/** How a dot looks: shape and filling say it, colour only says it again. */
export type DotKind = 'first' | 'tied' | 'other' | 'square'

/** A row: its name on the left, its figures in words on the right, dots, and a line from `low` to `high`. */
export interface ChartRow {
  readonly name: string
  readonly figures: string
  readonly dots: readonly { readonly value: number; readonly kind: DotKind }[]
  readonly low: number
  readonly high: number
  /** A small upright tick; none by default. */
  readonly tick?: number
}

export interface RowChart {
  readonly rows: readonly ChartRow[]
  readonly message: string
  /** The axis' ends; just around the rows by default. */
  readonly domain?: readonly [number, number]
}

/** Fits a phone without being shrunk. */
const width = 316
const rowHeight = 38

/** Characters of 11 px that fit on a row. */
const rowCharacters = 52

/** Cut in the middle: cells differ at their ends. */
const fitted = (name: string, figures: string): string => {
  const most = Math.max(8, rowCharacters - figures.length - 2)
  if (name.length <= most) return name
  const tail = Math.ceil((most - 1) * 0.7)
  return `${name.slice(0, most - 1 - tail)}…${name.slice(-tail)}`
}

const looks = {
  first: { shape: 'diamond', fill: 'var(--accent)', stroke: 'var(--accent)', size: 110 },
  tied: { shape: 'diamond', fill: 'var(--paper)', stroke: 'var(--accent)', size: 90 },
  other: { shape: 'circle', fill: 'var(--muted)', stroke: 'var(--muted)', size: 55 },
  square: { shape: 'square', fill: 'var(--second)', stroke: 'var(--second)', size: 75 },
} as const satisfies Record<DotKind, object>

const around = (rows: readonly ChartRow[]): readonly [number, number] => {
  const all = rows.flatMap(({ low, high, dots, tick }) => [
    low,
    high,
    ...dots.map(({ value }) => value),
    ...(tick === undefined ? [] : [tick]),
  ])
  const [least, greatest] = [Math.min(...all), Math.max(...all)]
  const margin = (greatest - least || Math.abs(greatest) || 1) * 0.06
  return [least - margin, greatest + margin]
}

const dotLayer = (kind: DotKind) => ({
  transform: [{ filter: `datum.kind === '${kind}'` }],
  mark: { type: 'point', filled: false, strokeWidth: 1.5, opacity: 1, yOffset: 7, ...looks[kind] },
  encoding: { x: { field: 'value', type: 'quantitative' } },
})

const textLayer = (field: string, align: 'left' | 'right') => ({
  mark: {
    type: 'text',
    align,
    baseline: 'middle',
    fontSize: 11,
    color: align === 'left' ? 'var(--ink)' : 'var(--muted)',
    yOffset: -9,
  },
  encoding: { x: { value: align === 'left' ? 0 : width }, text: { field } },
})

const lineLayer = (domain: readonly [number, number]) => ({
  mark: { type: 'rule', strokeWidth: 2, color: 'var(--muted)', yOffset: 7, y2Offset: 7 },
  encoding: {
    x: {
      field: 'low',
      type: 'quantitative',
      scale: { domain, nice: false, zero: false },
      axis: { title: null, tickCount: 5, gridOpacity: 0.5 },
    },
    x2: { field: 'high' },
  },
})

/** The chart's specification. `rows` must not be empty. */
export function rowChart({ rows, message, domain = around(rows) }: RowChart): Chart {
  const values = rows.map((row, index) => ({
    index,
    name: fitted(row.name, row.figures),
    figures: row.figures,
    low: row.low,
    high: row.high,
    tick: row.tick ?? null,
  }))
  const dots = rows.flatMap((row, index) => row.dots.map((dot) => ({ index, ...dot })))
  const kinds = Array.from(new Set(dots.map(({ kind }) => kind)))
  return {
    message,
    spec: {
      width,
      height: rows.length * rowHeight,
      // Texts are not measured here but guessed, too wide: room is given by hand.
      autosize: { type: 'none' },
      padding: { left: 8, right: 8, top: 2, bottom: 20 },
      data: { values },
      encoding: {
        y: { field: 'index', type: 'ordinal', axis: null, scale: { type: 'point', padding: 0.5 } },
      },
      layer: [
        lineLayer(domain),
        {
          transform: [{ filter: 'datum.tick !== null' }],
          mark: {
            type: 'point',
            shape: 'stroke',
            angle: 90,
            size: 70,
            strokeWidth: 2,
            color: 'var(--muted)',
            yOffset: 7,
          },
          encoding: { x: { field: 'tick', type: 'quantitative' } },
        },
        { data: { values: dots }, layer: kinds.map(dotLayer) },
        textLayer('name', 'left'),
        textLayer('figures', 'right'),
      ],
    },
  }
}
