/** Head's figures by cell and metric, for tables that stand beside each other. Makes no markup. */
import type { Summary } from '../../model/figures.ts'
import type { MetricId } from '../../model/metric-catalog.ts'
import type { Verdict } from '../../model/verdict.ts'

/** Cells in the order of their names, and a way to their figures; null where a cell has none of a metric. */
export interface FigureLookup {
  readonly cellIds: readonly string[]
  readonly of: (cellId: string, metric: MetricId) => Summary | null
  readonly has: (metric: MetricId) => boolean
}

/** Figures of what is judged; base has its own place in the checks. */
export function lookUp({ figures }: Pick<Verdict, 'figures'>): FigureLookup {
  const head = figures.filter(({ subject }) => subject === 'head')
  const byKey = new Map(head.map((summary) => [`${summary.metric}\n${summary.cellId}`, summary]))
  const metrics = new Set(head.map(({ metric }) => metric))
  return {
    cellIds: Array.from(new Set(head.map(({ cellId }) => cellId))).toSorted((one, other) =>
      one.localeCompare(other, 'en', { numeric: true }),
    ),
    of: (cellId, metric) => byKey.get(`${metric}\n${cellId}`) ?? null,
    has: (metric) => metrics.has(metric),
  }
}
