/** What the reports look at in a finished sweep: effects of axes, rankings, shares; it explains, and judges nothing. */
import { z } from 'zod'
import { metricIds } from './metric-catalog.ts'
import { publishedFigureSchema } from './published.ts'

const metric = z.enum(metricIds)

/** The mean of the typical values of a metric over the cells that have one value of an axis and are compared. */
export const levelSchema = z.strictObject({ value: z.string(), cells: z.int(), mean: z.number() })

/**
 * How far a metric moves along one axis: from the least to the greatest mean of its levels (TR111 5.3, 6.1 to 6.3). Levels
 * are compared over the combinations of the other axes that all of them have, so that no other axis' effect shows; levels
 * for which that leaves nothing, or less than half of what there is to compare without them, are in `leftOut`.
 * `spreadPercent` is of the mean over the compared cells; null where that is 0. `noisePercent` is the spread that the
 * scatter of the trials alone exceeds in one of twenty cases at most, so that a reader can tell an effect from none, found on
 * logarithms for metrics whose changes are ratios; null where no compared cell has two trials. Of percentages both are in percent of the mean, too.
 */
export const axisEffectSchema = z.strictObject({
  metric,
  axis: z.string(),
  levels: z.array(levelSchema).min(2),
  leftOut: z.array(z.string()),
  spread: z.number(),
  spreadPercent: z.number().nullable(),
  noisePercent: z.number().nullable(),
})
export type AxisEffect = z.output<typeof axisEffectSchema>

/**
 * What two axes do together beyond what each does alone: the greatest distance of a cell's mean from the sum of its row's
 * and column's effects (TR111 6.4), in the metric's unit and in percent of the mean. `means` is row by column, over the
 * combinations of the other axes that all of its places have; null where no cell has both. `noisePercent` as for an axis.
 * At most six for a metric, the greatest first.
 */
export const interactionSchema = z.strictObject({
  metric,
  rowAxis: z.string(),
  columnAxis: z.string(),
  rows: z.array(z.string()).min(2),
  columns: z.array(z.string()).min(2),
  means: z.array(z.array(z.number().nullable())),
  greatest: z.number(),
  greatestPercent: z.number().nullable(),
  noisePercent: z.number().nullable(),
})
export type Interaction = z.output<typeof interactionSchema>

/**
 * One cell in a ranking: its typical value, and sd, cv and worst of its trials' values, of the agent for whom it is worst.
 * Cells that the trials' scatter cannot tell from the first have `tiedWithBest`, as the first itself: the best in truth
 * is among them in 95 of 100 rankings.
 */
export const rankedCellSchema = z.strictObject({
  cellId: z.string(),
  value: z.number(),
  sd: z.number().nullable(),
  cvPercent: z.number().nullable(),
  worst: z.number(),
  trials: z.int(),
  tiedWithBest: z.boolean(),
})

/**
 * Cells by a metric, best first: by their typical value, and by their consistency (least cv; TR115). At most the best 50
 * of them. Only cells of the same workload with as many agents are ranked: others do different work. `among` names them
 * where the metric was measured of others too, e.g. "two-agents cells"; else it is null.
 */
export const rankingSchema = z.strictObject({
  metric,
  by: z.enum(['typical', 'consistency']),
  among: z.string().nullable(),
  cells: z.array(rankedCellSchema),
})
export type Ranking = z.output<typeof rankingSchema>

/**
 * The share of configurations that beat the one with the server's defaults (the reports' "optimization success rate"), of
 * the same workload, phase, topology, model and tasks; `shown` of them do so beyond the scatter of the trials.
 */
export const successRateSchema = z.strictObject({
  metric,
  baselineCellId: z.string(),
  configurations: z.int(),
  better: z.int(),
  shown: z.int(),
})
export type SuccessRate = z.output<typeof successRateSchema>

/**
 * Two cells that differ in their servers alone: what a second server is worth (TR113 against TR114). Typical values, from
 * fewer servers to more; of each metric at most 50 pairs, in the order of the plan.
 */
export const topologyContrastSchema = z.strictObject({
  metric,
  fromCellId: z.string(),
  toCellId: z.string(),
  from: z.number(),
  to: z.number(),
})
export type TopologyContrast = z.output<typeof topologyContrastSchema>

/**
 * A published figure beside the one measured here; `measured` is null where no cell gave it. Its `doubt` is the file's own
 * together with what was found by looking at all figures. `cellIds` are all that it speaks of; empty where none is planned.
 */
export const comparisonSchema = z.strictObject({
  published: publishedFigureSchema,
  cellIds: z.array(z.string()),
  measured: z.number().nullable(),
  trials: z.int(),
  /** Measured over published less 1; null where it cannot be had. */
  deviationRatio: z.number().nullable(),
})
export type Comparison = z.output<typeof comparisonSchema>

/** What the timings of a workload include and exclude (appendix L). */
export const boundarySchema = z.strictObject({
  what: z.string(),
  included: z.string(),
  excluded: z.string(),
  source: z.string(),
})
export type Boundary = z.output<typeof boundarySchema>

/**
 * Everything together; every list is empty where the run has nothing of its kind. `notes` say what could not be told, such
 * as an axis that never moves alone.
 */
export const analysisSchema = z.strictObject({
  axes: z.array(axisEffectSchema),
  interactions: z.array(interactionSchema),
  rankings: z.array(rankingSchema),
  success: z.array(successRateSchema),
  topologies: z.array(topologyContrastSchema),
  published: z.array(comparisonSchema),
  boundaries: z.array(boundarySchema),
  notes: z.array(z.string()),
})
export type Analysis = z.output<typeof analysisSchema>
