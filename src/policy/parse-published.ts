/** Text to published figures: the file that a policy names beside it. Reads no file. */
import { metricDefinition } from '../model/metric-catalog.ts'
import type { Problem } from '../model/problem.ts'
import { type PublishedFigure, type PublishedFigures, publishedFiguresSchema } from '../model/published.ts'
import { type Complaint, toProblem } from './complaint.ts'
import { shown } from './issue-words.ts'
import { isMapping } from './policy-parts.ts'
import { schemaComplaints } from './schema-complaints.ts'
import { soundYaml } from './sound-yaml.ts'
import type { SourceText, YamlSource } from './yaml-source.ts'

/** What a value is in that stands beside the metric: a cv is a share of the mean, and a sd of percentages is in points. */
function unitFor({ metric, statistic }: PublishedFigure): string | null {
  if (metric === null) return null
  const { unit } = metricDefinition(metric)
  if (statistic === 'cv') return '%'
  return statistic === 'sd' && unit === '%' ? 'points' : unit
}

/** A second figure of the same id would be a second check of it; one in another unit would be compared all the same. */
function checkFigures({ figures }: PublishedFigures): readonly Complaint[] {
  return figures.flatMap((figure, index) => {
    const { id, unit } = figure
    const path = ['figures', index]
    const needed = unitFor(figure)
    const first = figures.findIndex((other) => other.id === id)
    return [
      ...(first === index ? [] : [{ path: [...path, 'id'], what: `${id} is figures[${first}] already.` }]),
      ...(needed === null || needed === unit
        ? []
        : [
            {
              path: [...path, 'unit'],
              what: `${unit} is not what ${figure.metric} is measured in.`,
              fix: `Give value and unit in ${needed}, or null for the metric.`,
            },
          ]),
    ]
  })
}

function problemsOf({ value, placeOf }: YamlSource): readonly Problem[] {
  if (!isMapping(value))
    return [
      {
        what: `Published figures are a mapping with report, title, machine, source and figures, not ${value === null ? 'an empty file' : shown(value)}.`,
        at: placeOf([]),
      },
    ]
  const read = publishedFiguresSchema.safeParse(value)
  const complaints = read.success ? checkFigures(read.data) : schemaComplaints(publishedFiguresSchema, value)
  return complaints.map((complaint) => toProblem(complaint, placeOf))
}

/** Parses a file of published figures. Throws one InputError with all problems, in the order of the file. */
export function parsePublished(input: SourceText): PublishedFigures {
  return publishedFiguresSchema.parse(soundYaml(input, problemsOf).value)
}
