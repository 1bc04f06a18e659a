/** Text to published figures: the file that a policy names beside it. Reads no file. */
import { InputError } from '../errors.ts'
import type { Problem } from '../model/problem.ts'
import { type PublishedFigures, publishedFiguresSchema } from '../model/published.ts'
import { inOrder, toProblem } from './complaint.ts'
import { shown } from './issue-words.ts'
import { isMapping } from './policy-parts.ts'
import { schemaComplaints } from './schema-complaints.ts'
import { parseYaml, type SourceText, type YamlSource } from './yaml-source.ts'

function problemsOf({ value, placeOf }: YamlSource): readonly Problem[] {
  if (!isMapping(value))
    return [
      {
        what: `Published figures are a mapping with report, title, machine, source and figures, not ${value === null ? 'an empty file' : shown(value)}.`,
        at: placeOf([]),
      },
    ]
  return schemaComplaints(publishedFiguresSchema, value).map((complaint) => toProblem(complaint, placeOf))
}

/** Parses a file of published figures. Throws one InputError with all problems, in the order of the file. */
export function parsePublished(input: SourceText): PublishedFigures {
  const { source, problems } = parseYaml(input)
  const all = inOrder([...problems, ...(source ? problemsOf(source) : [])])
  if (!source || all.length > 0) throw new InputError(all)
  return publishedFiguresSchema.parse(source.value)
}
