/** What answers are like, beside how fast they come, and what they cost: only what was measured. */
import { type MetricId, metricDefinition } from '../../model/metric-catalog.ts'
import { count, formatPercent, formatValue, noNumber } from '../../model/number-format.ts'
import type { Verdict } from '../../model/verdict.ts'
import { shortNames } from '../short-names.ts'
import { lookUp } from './figure-lookup.ts'
import { html } from './html.ts'
import { code, type MaybeSection, paragraph, sharedNote } from './section.ts'
import { table } from './table.ts'

const mostRows = 60

interface Subject {
  readonly id: string
  readonly title: string
  readonly caption: string
  readonly metrics: readonly MetricId[]
  readonly explained: string
}

const quality: Subject = {
  id: 'quality',
  title: 'Answers, beside their speed',
  caption: 'Quality proxies (appendix Z)',
  metrics: ['outputTokens', 'repetitionPercent', 'structureCompliancePercent', 'exactMatchPercent'],
  explained:
    'These are proxies: they tell when answers change, not whether they are good. The CV of the answer’s length is its stability.',
}

const cost: Subject = {
  id: 'cost',
  title: 'What it costs',
  caption: 'Cost at the policy’s price of a GPU hour (appendix V)',
  metrics: ['costPerMillionTokens', 'costPerThousandRequests'],
  explained: '¤ is the currency in which the policy names its price.',
}

/** Nothing where none of its metrics was measured. */
function subjectSection(verdict: Pick<Verdict, 'figures'>, subject: Subject): MaybeSection {
  const { id, title, caption, metrics, explained } = subject
  const lookup = lookUp(verdict)
  const shown = metrics.filter(lookup.has)
  const cellIds = lookup.cellIds.filter((cellId) =>
    shown.some((metric) => lookup.of(cellId, metric) !== null),
  )
  // Every answer has a length: alone it says nothing of quality.
  if (shown.length === 0 || shown.every((metric) => metric === 'outputTokens')) return []
  const names = shortNames(cellIds)
  const value = (cellId: string, metric: MetricId): string => {
    const summary = lookup.of(cellId, metric)
    if (!summary) return noNumber
    const typical = formatValue(metric, summary.typical)
    return metric === 'outputTokens' && summary.cvPercent !== null
      ? `${typical} (CV ${formatPercent(summary.cvPercent)})`
      : typical
  }
  return [
    {
      id,
      title,
      body: html`${paragraph(explained)}${table({
        caption,
        columns: [
          { title: 'cell' },
          ...shown.map((metric) => ({ title: metricDefinition(metric).label, figure: true })),
        ],
        rows: cellIds.map((cellId) => [
          code(names.of(cellId)),
          ...shown.map((metric) => value(cellId, metric)),
        ]),
        most: mostRows,
        leftOut: (rows) => `${count(rows, 'more cell')} left out here; verdict.json has all.`,
      })}${sharedNote(names.shared)}`,
    },
  ]
}

/** Quality proxies. */
export const qualitySection = (verdict: Pick<Verdict, 'figures'>): MaybeSection =>
  subjectSection(verdict, quality)

/** Cost, where the policy names a price. */
export const costSection = (verdict: Pick<Verdict, 'figures'>): MaybeSection => subjectSection(verdict, cost)
