/** What each axis of the sweep does to each metric, drawn beside the trials' own scatter: an effect that is less is none. */
import type { Analysis, AxisEffect } from '../../model/analysis.ts'
import { type MetricId, metricDefinition } from '../../model/metric-catalog.ts'
import { count, formatValue, unitOf } from '../../model/number-format.ts'
import {
  byEffect,
  effectSize,
  effectTitle,
  effectTold,
  noiseMeaning,
  noiseSize,
  toldWords,
} from '../effect-words.ts'
import { byReading, leadingOf } from '../main-metrics.ts'
import { plainText } from '../plain-text.ts'
import { drawChart } from './draw-chart.ts'
import { type Html, html, nothing } from './html.ts'
import { levelChart, sharedDomain } from './level-chart.ts'
import { folded, list, type MaybeSection } from './section.ts'
import { table } from './table.ts'

/** Metrics that are drawn, and axes of one metric. */
const mostMetrics = 8
const mostAxes = 6

/** Rows of the table of all effects. */
const mostRows = 150

/** What could not be told. */
const mostNotes = 12

const id = 'sensitivity'
const title = 'What moves what'

const panelCaption = (effect: AxisEffect): string => {
  const noise = noiseSize(effect)
  const size = effectSize(effect)
  switch (effectTold(effect)) {
    case 'shown':
      return `moves it by ${size} (noise ${noise})`
    case 'within-noise':
      return effect.spread === 0
        ? 'no effect, the same everywhere'
        : `no effect that shows (${size}, noise ${noise})`
    case 'unknown':
      return `differs by ${size} (noise unknown)`
  }
}

async function panel(effect: AxisEffect, domain: readonly [number, number]): Promise<Html> {
  const chart = await drawChart(levelChart(effect, domain))
  return html`<figure class="panel">${chart}<figcaption><strong>${plainText(effect.axis, 60)}</strong> ${panelCaption(effect)}</figcaption></figure>
`
}

/** "num_ctx moves decode by 12 %, noise 2 %; 3 other axes have no effect that shows". */
function metricTitle(metric: MetricId, effects: readonly AxisEffect[]): string {
  const shown = effects.filter((effect) => effectTold(effect) === 'shown')
  const quiet = effects.filter((effect) => effectTold(effect) === 'within-noise').length
  const [first] = effects
  if (!first) return ''
  if (shown.length === 0 && quiet === effects.length && quiet > 1)
    return `No axis has an effect on ${metricDefinition(metric).label} that shows`
  const more =
    shown.length > 1 ? `, ${count(shown.length - 1, 'other axis moves it', 'other axes move it')} too` : ''
  return `${effectTitle(first)}${more}`
}

async function metricFigure(metric: MetricId, unsorted: readonly AxisEffect[]): Promise<Html> {
  const effects = unsorted.toSorted(byEffect)
  const domain = sharedDomain(effects)
  const panels: Html[] = []
  for (const effect of effects.slice(0, mostAxes)) panels.push(await panel(effect, domain))
  const more = effects.length - mostAxes
  return html`<div class="finding"><h3>${metricTitle(metric, effects)}</h3>
<p class="note">${metricDefinition(metric).label}, ${unitOf(metric)}; ${metricDefinition(metric).better} is better.</p>
<div class="panels">${panels}</div>
${more > 0 ? html`<p class="left-out">${count(more, 'more axis', 'more axes')} with less effect: see the table.</p>` : nothing}</div>
`
}

const leftOutText = ({ leftOut }: AxisEffect): string =>
  leftOut.length === 0
    ? ''
    : `; not compared, since nothing was measured there with all else the same: ${leftOut.slice(0, 8).join(', ')}`

const levelsText = (effect: AxisEffect): string => `${meansText(effect)}${leftOutText(effect)}`

const meansText = ({ metric, levels }: AxisEffect): string =>
  levels
    .slice(0, 24)
    .map(
      ({ value, mean, cells }) =>
        `${plainText(value, 60)}: ${formatValue(metric, mean)} (${count(cells, 'cell')})`,
    )
    .join('; ')

const allEffects = (axes: readonly AxisEffect[]): Html =>
  table({
    caption: 'Every effect of every axis',
    columns: [
      { title: 'metric and axis' },
      { title: 'effect', figure: true },
      { title: 'noise', figure: true },
      { title: 'which means' },
      { title: 'mean by level' },
    ],
    rows: axes.map((effect) => [
      html`${metricDefinition(effect.metric).label}, <code>${plainText(effect.axis, 60)}</code>`,
      effectSize(effect),
      noiseSize(effect) ?? 'unknown',
      toldWords[effectTold(effect)],
      levelsText(effect),
    ]),
    most: mostRows,
    leftOut: (rows) => `${count(rows, 'more row')} left out here; verdict.json has all.`,
  })

/** What a reader looks for first, then where an axis moves most. */
const metricsInOrder = (axes: readonly AxisEffect[]): readonly MetricId[] => {
  const leading = leadingOf(new Set(axes.map(({ metric }) => metric)))
  const others = axes
    .filter(({ metric }) => !leading.includes(metric))
    .toSorted(byEffect)
    .map(({ metric }) => metric)
  return Array.from(new Set([...leading, ...others]))
}

/** Nothing without a sweep. */
export async function sensitivitySection({ axes, notes }: Analysis): Promise<MaybeSection> {
  if (axes.length + notes.length === 0) return []
  if (axes.length === 0) return [{ id, title, body: list(notes.slice(0, mostNotes)) }]
  const metrics = metricsInOrder(axes)
  const figures: Html[] = []
  for (const metric of metrics.slice(0, mostMetrics))
    figures.push(
      await metricFigure(
        metric,
        axes.filter((effect) => effect.metric === metric),
      ),
    )
  const more = metrics.length - mostMetrics
  return [
    {
      id,
      title,
      body: html`<p>Each point is the mean of all cells with that value of the axis. The band is what the scatter of the trials alone would spread over; a full line leaves it, a hollow, broken one does not, and then there is no effect to speak of. Without a band the noise is unknown. ${noiseMeaning}</p>
<div class="grid">${figures}</div>
${more > 0 ? html`<p class="left-out">${count(more, 'more metric')} not drawn: see the table.</p>` : nothing}${list(notes.slice(0, mostNotes))}
${folded(`Every effect (${axes.length})`, allEffects(axes.toSorted((one, other) => byReading(one, other) || byEffect(one, other))))}`,
    },
  ]
}
