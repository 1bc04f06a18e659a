/** What more servers are worth: cells that differ in their servers alone (TR113 against TR114). */
import type { TopologyContrast } from '../../model/analysis.ts'
import type { MetricId } from '../../model/metric-catalog.ts'
import type { Cell } from '../../model/plan.ts'
import type { CellFigure } from './cell-figures.ts'

/** Pairs told of one metric. */
const mostPairs = 50

/** Everything of a cell but its servers. */
const agentsOf = ({ workload, phase, scenario, head }: Cell): string =>
  JSON.stringify([workload, phase, scenario, head.model, head.agents.map(({ server: _, ...agent }) => agent)])

const serversOf = ({ cell }: CellFigure): number => new Set(cell.head.agents.map(({ server }) => server)).size

/** From the cell with the fewest servers to each one with more, for every set of cells that agree in all else. */
export function topologyContrasts(
  metric: MetricId,
  figures: readonly CellFigure[],
): readonly TopologyContrast[] {
  return [...Map.groupBy(figures, ({ cell }) => agentsOf(cell)).values()]
    .flatMap((group) => {
      const [from, ...others] = group.toSorted((a, b) => serversOf(a) - serversOf(b))
      if (!from) return []
      return others
        .filter((to) => serversOf(to) > serversOf(from))
        .map((to) => ({
          metric,
          fromCellId: from.cell.id,
          toCellId: to.cell.id,
          from: from.typical,
          to: to.typical,
        }))
    })
    .slice(0, mostPairs)
}
