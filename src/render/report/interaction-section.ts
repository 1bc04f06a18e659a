/** What two axes do together beyond each alone: a shaded table of means for the strongest, words for the others. */
import type { Analysis, Interaction } from '../../model/analysis.ts'
import { metricDefinition } from '../../model/metric-catalog.ts'
import { count, formatFigure, formatValue, unitOf } from '../../model/number-format.ts'
import { interactionTitle, interactionTold } from '../effect-words.ts'
import { plainText } from '../plain-text.ts'
import { drawn, type Html, html, nothing } from './html.ts'
import { list, type MaybeSection, paragraph } from './section.ts'

/** Tables of means that are shown, and interactions that are named. */
const mostShown = 4
const mostNamed = 12

/** Rows and columns of one of them. */
const mostLevels = 12

const isShown = (interaction: Interaction): boolean => interactionTold(interaction) === 'shown'

const byStrength = (one: Interaction, other: Interaction): number =>
  Number(isShown(other)) - Number(isShown(one)) || (other.greatestPercent ?? 0) - (one.greatestPercent ?? 0)

/** From 0, the least of the table, to 1. */
const shareOf = (value: number, all: readonly number[]): number => {
  const [least, greatest] = [Math.min(...all), Math.max(...all)]
  return greatest > least ? (value - least) / (greatest - least) : 0
}

const meanCell = (interaction: Interaction, value: number | null, all: readonly number[]): Html =>
  value === null
    ? html`<td class="figure">–</td>`
    : html`<td class="heat figure" style="--heat:${drawn(shareOf(value, all).toFixed(2))}">${formatFigure(interaction.metric, value)}</td>`

function heatTable(interaction: Interaction): Html {
  const { metric, rowAxis, columnAxis, rows, columns, means } = interaction
  const all = means.flat().filter((mean) => mean !== null)
  const heads = columns.slice(0, mostLevels)
  const out = Math.max(0, rows.length - mostLevels) + Math.max(0, columns.length - mostLevels)
  const summary = `${interactionTitle(interaction)}. Means from ${formatValue(metric, Math.min(...all))} to ${formatValue(metric, Math.max(...all))}.`
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${summary}"><table class="heatmap">
<caption>${metricDefinition(metric).label}, ${unitOf(metric)}: ${plainText(rowAxis, 60)} down, ${plainText(columnAxis, 60)} across; the stronger the shade, the greater the figure</caption>
<thead><tr><th scope="col">${plainText(rowAxis, 60)}</th>${heads.map((column) => html`<th scope="col" class="figure">${plainText(column, 60)}</th>`)}</tr></thead>
<tbody>${rows.slice(0, mostLevels).map(
    (row, index) =>
      html`<tr><th scope="row">${plainText(row, 60)}</th>${heads.map((_, place) => meanCell(interaction, means[index]?.[place] ?? null, all))}</tr>
`,
  )}</tbody></table></div>
${out > 0 ? html`<p class="left-out">${count(out, 'level')} left out here; verdict.json has all.</p>` : nothing}`
}

/** Nothing where no two axes were swept together. */
export function interactionSection({ interactions }: Analysis): MaybeSection {
  if (interactions.length === 0) return []
  const sorted = interactions.toSorted(byStrength)
  const strong = sorted.filter(isShown)
  const shown = (strong.length > 0 ? strong : sorted.slice(0, 1)).slice(0, mostShown)
  const others = sorted.filter((one) => !shown.includes(one) && one.greatest !== 0)
  const more = others.length - mostNamed
  const lead =
    strong.length > 0
      ? `${strong.length} of ${count(interactions.length, 'pair')} of axes and metrics do more together than alone.`
      : 'No two axes can be shown to do more together than each does alone; the strongest is shown all the same.'
  return [
    {
      id: 'interactions',
      title: 'What axes do together',
      body: html`${paragraph(lead)}<div class="grid">${shown.map((one) => html`<div class="finding"><h3>${interactionTitle(one)}</h3>${heatTable(one)}</div>`)}</div>
${list(others.slice(0, mostNamed).map((one) => `${interactionTitle(one)}.`))}
${more > 0 ? html`<p class="left-out">${count(more, 'more pair')} left out here; verdict.json has all.</p>` : nothing}`,
    },
  ]
}
