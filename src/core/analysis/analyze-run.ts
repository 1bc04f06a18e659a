/** A finished sweep as the reports look at it: effects, rankings, shares, contrasts, and what was published. */
import type { Analysis } from '../../model/analysis.ts'
import type { MetricId } from '../../model/metric-catalog.ts'
import type { Evidence } from '../judge/evidence.ts'
import { analysedMetrics } from './analysed-metrics.ts'
import { type Axis, type AxisKind, type Design, designOf } from './axes.ts'
import { boundariesOf } from './boundaries.ts'
import { cellFigures } from './cell-figures.ts'
import { comparePublished } from './compare-published.ts'
import { interactionsOn } from './interaction.ts'
import { rankingsOf } from './ranking.ts'
import { effectsOn } from './sensitivity.ts'
import { successRates } from './success-rate.ts'
import { topologyContrasts } from './topology-contrast.ts'

function analyzeMetric(evidence: Evidence, design: Design, metric: MetricId) {
  const figures = cellFigures(evidence, metric)
  return {
    ...effectsOn(metric, design, figures),
    interactions: interactionsOn(metric, design, figures),
    rankings: rankingsOf(metric, figures),
    success: successRates(metric, figures),
    topologies: topologyContrasts(metric, figures),
  }
}

/** Axes whose effect a reader would look for; phases and scenarios are names, which differ in more than one thing. */
const lookedFor: readonly AxisKind[] = ['topology', 'model', 'option']

/** Axes that never move alone, of any metric. */
function untoldNotes(untold: readonly Axis[], told: ReadonlySet<string>): readonly string[] {
  const axes = untold.filter(({ kind, name }) => lookedFor.includes(kind) && !told.has(name))
  const names = [...new Set(axes.map(({ name }) => name))]
  return names.length === 0
    ? []
    : [
        `No effect can be told of ${names.join(', ')}: no two values were measured with all else the same. Sweep each alone, or in every combination.`,
      ]
}

/** Everything that head's cells show beside each other; a cell alone has boundaries and published figures only. */
export function analyzeRun(evidence: Evidence): Analysis {
  const { cells } = evidence.run.plan
  const design = designOf(cells)
  const analyses = analysedMetrics.map((metric) => analyzeMetric(evidence, design, metric))
  const axes = analyses.flatMap(({ effects }) => effects)
  return {
    axes,
    interactions: analyses.flatMap(({ interactions }) => interactions),
    rankings: analyses.flatMap(({ rankings }) => rankings),
    success: analyses.flatMap(({ success }) => success),
    topologies: analyses.flatMap(({ topologies }) => topologies),
    published: [...comparePublished(evidence)],
    boundaries: [...boundariesOf(cells, evidence.run.policy.policy.protocol)],
    notes: [
      ...untoldNotes(
        analyses.flatMap(({ untold }) => untold),
        new Set(axes.map(({ axis }) => axis)),
      ),
    ],
  }
}
