/** How many configurations beat the defaults, and what a second server is worth. */
import type { Analysis } from '../../model/analysis.ts'
import { metricDefinition } from '../../model/metric-catalog.ts'
import { count, formatPercent, formatValue, noNumber } from '../../model/number-format.ts'
import { contrastSize, toldWords, topologyTold } from '../effect-words.ts'
import { topologiesInOrder, topologyFindings } from '../key-findings.ts'
import { byReading } from '../main-metrics.ts'
import { successText } from '../ranking-words.ts'
import { differingParts } from '../short-names.ts'
import { html } from './html.ts'
import { code, list, type MaybeSection, paragraph } from './section.ts'
import { table } from './table.ts'

const mostRows = 60

/** Nothing without a cell that has the server's defaults. */
export function successSection({ success }: Analysis): MaybeSection {
  const sorted = success.toSorted(byReading)
  const [first] = sorted
  if (!first) return []
  return [
    {
      id: 'success',
      title: 'How many configurations beat the defaults',
      body: html`${paragraph(`${successText(first)}.`)}${table({
        caption: 'Configurations that beat the server’s defaults (the reports’ optimization success rate)',
        columns: [
          { title: 'metric' },
          { title: 'better', figure: true },
          { title: 'share', figure: true },
          { title: 'beyond the scatter', figure: true },
          { title: 'defaults' },
        ],
        rows: sorted.map(({ metric, better, configurations, shown, baselineCellId }) => [
          metricDefinition(metric).label,
          `${better} of ${configurations}`,
          configurations > 0 ? formatPercent((better / configurations) * 100) : noNumber,
          shown,
          code(baselineCellId),
        ]),
        most: mostRows,
        leftOut: (rows) => `${count(rows, 'more row')} left out here; verdict.json has all.`,
      })}`,
    },
  ]
}

/** Nothing where no two cells differ in their servers alone. */
export function topologySection(analysis: Analysis): MaybeSection {
  const sorted = topologiesInOrder(analysis)
  if (sorted.length === 0) return []
  const { axes } = analysis
  return [
    {
      id: 'topology',
      title: 'What a second server is worth',
      body: html`${list(
        topologyFindings(analysis)
          .slice(0, 3)
          .map((words) => `${words}.`),
      )}${table({
        caption: 'Cells that differ in their servers alone',
        columns: [
          { title: 'metric' },
          { title: 'from', figure: true },
          { title: 'to', figure: true },
          { title: 'change', figure: true },
          { title: 'which means' },
          { title: 'servers' },
          { title: 'cell' },
        ],
        rows: sorted.map((contrast) => [
          metricDefinition(contrast.metric).label,
          formatValue(contrast.metric, contrast.from),
          formatValue(contrast.metric, contrast.to),
          contrastSize(contrast) ?? noNumber,
          toldWords[topologyTold(contrast, axes)],
          html`<span class="nowrap">${differingParts(contrast.fromCellId, contrast.toCellId).join(' → ')}</span>`,
          code(contrast.toCellId),
        ]),
        most: mostRows,
        leftOut: (rows) => `${count(rows, 'more row')} left out here; verdict.json has all.`,
      })}`,
    },
  ]
}
