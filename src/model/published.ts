/** Figures that a report published, as data beside a policy: value, unit, number, source, and what is wrong with them. */
import { z } from 'zod'
import { metricIds } from './metric-catalog.ts'
import { optionsSchema } from './options.ts'

/**
 * What the published value is of its trials: TR tables give means, and peaks and scatters beside them. `peak` is the best
 * and `minimum` the worst trial, whichever way the metric is better; `share` is of trials, in percent.
 */
export const statisticSchema = z.enum(['mean', 'peak', 'minimum', 'sd', 'cv', 'share'])

/** As a policy writes them: a misspelt option, or a number in quotes, would speak of no cell, and nobody would notice. */
const cellOptionsSchema = optionsSchema.omit({ stop: true })

/**
 * Which cells a row speaks of: all whose own values are these. Options are those of the first agent that has options of
 * its own (the "chimera" of the reports); `options2` those of the second one. Absent keys say nothing. Topology and
 * agents as the plan names them; a model with or without its ":latest".
 */
export const publishedCellSchema = z.strictObject({
  phase: z.string().optional(),
  scenario: z.string().optional(),
  topology: z.string().optional(),
  model: z.string().optional(),
  agents: z.array(z.string()).optional().describe("names of the cell's agents, in order"),
  options: cellOptionsSchema.optional(),
  options2: cellOptionsSchema.optional(),
})
export type PublishedCell = z.output<typeof publishedCellSchema>

/**
 * One published figure. `metric` is null for what the tool does not measure, e.g. binary size; then `label` says what it
 * is. `value` is in the metric's own unit, a cv in percent and the sd of percentages in points. `of` is null for a figure
 * of the whole report. `n` are the runs that it rests on, null where the report does not say. `doubt` says why it cannot
 * be right, as it stands; it is not repaired.
 */
export const publishedFigureSchema = z.strictObject({
  id: z.string(),
  label: z.string(),
  of: publishedCellSchema.nullable(),
  metric: z.enum(metricIds).nullable(),
  statistic: statisticSchema,
  value: z.number(),
  unit: z.string(),
  n: z.int().min(1).nullable(),
  source: z.string(),
  supersededBy: z.string().nullable(),
  doubt: z.string().nullable(),
})
export type PublishedFigure = z.output<typeof publishedFigureSchema>

/**
 * One report's figures. `machine` is what they were measured on, `model` the one that every row without another one speaks
 * of: a policy may measure more. Absent where the rows say it, or hold for any.
 */
export const publishedFiguresSchema = z.strictObject({
  report: z.string(),
  title: z.string(),
  machine: z.string(),
  model: z.string().optional(),
  source: z.string(),
  figures: z.array(publishedFigureSchema).min(1),
})
export type PublishedFigures = z.output<typeof publishedFiguresSchema>
