/** How many configurations beat the server's defaults: the reports' "optimization success rate" (TR111, TR112). */
import type { SuccessRate } from '../../model/analysis.ts'
import type { MetricId } from '../../model/metric-catalog.ts'
import type { Cell } from '../../model/plan.ts'
import { hasBest } from './analysed-metrics.ts'
import { byGoodness, type CellFigure } from './cell-figures.ts'
import { isShownBetter } from './shown-better.ts'

const isBaseline = ({ cell }: CellFigure): boolean =>
  cell.head.agents.every(({ serverDefaults }) => serverDefaults)

/** What a configuration must share with the defaults; other tasks or servers would be another comparison. */
const workOf = ({ workload, topology, phase, head }: Cell): string =>
  JSON.stringify([workload, topology, phase, head.model, head.agents.map(({ task }) => task)])

/** One for each cell of defaults only that has configurations to be compared with; none for a metric without a best. */
export function successRates(metric: MetricId, figures: readonly CellFigure[]): readonly SuccessRate[] {
  if (!hasBest(metric)) return []
  const groups = Map.groupBy(figures, ({ cell }) => workOf(cell))
  const order = byGoodness(metric)
  return figures.filter(isBaseline).flatMap((baseline) => {
    const others = (groups.get(workOf(baseline.cell)) ?? []).filter((figure) => !isBaseline(figure))
    if (others.length === 0) return []
    const better = others.filter(({ typical }) => order(typical, baseline.typical) < 0)
    const comparing = { metric, comparisons: others.length }
    return {
      metric,
      baselineCellId: baseline.cell.id,
      configurations: others.length,
      better: better.length,
      shown: better.filter((figure) => isShownBetter(figure, baseline, comparing)).length,
    }
  })
}
