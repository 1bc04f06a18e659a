/** Published rows that cannot be right as they stand, found from the figures alone. Marks them, and repairs nothing. */
import { metricDefinition } from '../../model/metric-catalog.ts'
import type { PublishedFigure } from '../../model/published.ts'

/** A doubt about the figure of this id, in words. */
export interface FoundDoubt {
  readonly id: string
  readonly doubt: string
}

/** Digits that carry information: of 1297.47 six, of 0.70 (read as 0.7) one. */
const significantDigits = (value: number): number =>
  String(Math.abs(value)).replace('.', '').replace(/^0+/, '').length

/** Fewer digits than these agree by chance. */
const leastDigits = { value: 4, scatter: 3 } as const

const decimalsOf = (value: number): number => String(value).split('.')[1]?.length ?? 0

const configuration = ({ of }: PublishedFigure): string =>
  JSON.stringify(of, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )

interface MeanAndScatter {
  readonly mean: PublishedFigure
  readonly scatter: PublishedFigure
}

/** What is told of one quantity in one configuration, where it is both a mean and a scatter. */
function meansWithScatter(figures: readonly PublishedFigure[]): readonly MeanAndScatter[] {
  const groups = Map.groupBy(
    figures.filter(({ of }) => of !== null),
    (figure) => JSON.stringify([figure.metric ?? figure.label, configuration(figure)]),
  )
  return [...groups.values()].flatMap((group) => {
    const means = group.filter(({ statistic }) => statistic === 'mean')
    const scatters = group.filter(({ statistic }) => statistic === 'sd')
    // With several of either, nobody could say which belong together.
    const [mean, scatter] = [means[0], scatters[0]]
    return mean && scatter && means.length === 1 && scatters.length === 1 ? [{ mean, scatter }] : []
  })
}

/** The same mean and the same standard deviation for different configurations: one was copied from the other. */
function identicalStatistics(figures: readonly PublishedFigure[]): readonly FoundDoubt[] {
  const telling = meansWithScatter(figures).filter(
    ({ mean, scatter }) =>
      significantDigits(mean.value) >= leastDigits.value &&
      significantDigits(scatter.value) >= leastDigits.scatter,
  )
  const groups = Map.groupBy(telling, ({ mean, scatter }) =>
    // The label of what is no metric may name the configuration.
    JSON.stringify([mean.metric ?? mean.unit, mean.value, scatter.value]),
  )
  return [...groups.values()].flatMap((group) =>
    group.flatMap((own) => {
      const twins = group.filter((other) => other !== own).map(({ mean }) => mean.id)
      if (twins.length === 0) return []
      const { value } = own.mean
      const doubt = `another configuration has the same mean and standard deviation, ${value} ± ${own.scatter.value} (${twins.join(', ')})`
      return [own.mean, own.scatter].map(({ id }) => ({ id, doubt }))
    }),
  )
}

const isShareOfRuns = ({ statistic, metric }: PublishedFigure): boolean =>
  statistic === 'share' ||
  (statistic === 'mean' && metric !== null && metricDefinition(metric).level === 'event')

/** A share of n runs must be a whole number of them, within what its decimals leave open. */
function oddCount(figure: PublishedFigure): readonly FoundDoubt[] {
  const { id, value, n } = figure
  if (n === null || n < 1 || !isShareOfRuns(figure)) return []
  const events = (value / 100) * n
  const rounding = 0.5 * 10 ** -decimalsOf(value) * (1 + 1e-9)
  if (Math.abs((Math.round(events) / n) * 100 - value) <= rounding) return []
  return [{ id, doubt: `${value} % of ${n} runs would be ${Number(events.toFixed(2))} of them` }]
}

/** A later version of the row is in the same file, and says something else. */
function correctedLater(figure: PublishedFigure, figures: readonly PublishedFigure[]): readonly FoundDoubt[] {
  const later = figures.find(({ id }) => id === figure.supersededBy)
  return later === undefined || later.value === figure.value
    ? []
    : [{ id: figure.id, doubt: `a later version gives ${later.value} instead (${later.id})` }]
}

/** All doubts that the figures themselves give, some figures with several; empty for none. */
export const findDoubts = (figures: readonly PublishedFigure[]): readonly FoundDoubt[] => [
  ...identicalStatistics(figures),
  ...figures.flatMap((figure) => [...oddCount(figure), ...correctedLater(figure, figures)]),
]
