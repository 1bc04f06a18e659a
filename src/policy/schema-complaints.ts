/** Checks data against a schema and places what does not fit. Knows nothing of cross-checks. */
import type { z } from 'zod'
import { optionNames } from '../model/options.ts'
import { suggestion } from './closest-name.ts'
import type { Complaint } from './complaint.ts'
import { issueWords } from './issue-words.ts'
import type { Path } from './path-text.ts'
import { keysAt } from './schema-keys.ts'

type Issue = z.core.$ZodIssue

const isMismatch = (issue: Issue): boolean =>
  issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value')

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Record<string | number, unknown>)[part] // an own property of an object
        : undefined,
    data,
  )
}

interface Placed {
  readonly issue: Issue
  readonly path: Path
}

/** The issues that count: of a union, those of the branch that the value was meant for. */
function flatten(issue: Issue, around: Path): readonly Placed[] {
  const path = [...around, ...(issue.path as Path)] // symbols are in zod's paths for symbol keys only
  const meant =
    issue.code === 'invalid_union' ? issue.errors.find((branch) => !branch.some(isMismatch)) : undefined
  return meant ? meant.flatMap((one) => flatten(one, path)) : [{ issue, path }]
}

function unknownKey(key: string, path: Path, schema: z.ZodType): Complaint {
  const known = keysAt(schema, path)
  const isOption = known.includes('num_ctx')
  const belongsInOptions = known.includes('options') && optionNames.some((name) => name === key)
  const fix = belongsInOptions ? 'Write it under options.' : suggestion(key, known)
  return {
    path,
    key,
    ...(isOption && path.at(-1) === 'options' ? { label: path.slice(0, -1) } : {}),
    what: `"${key}" is not ${isOption ? 'an Ollama option' : path.length === 0 ? 'a key of a policy' : 'a key here'}.`,
    ...(fix === undefined ? {} : { fix }),
  }
}

function complaintsAbout({ issue, path }: Placed, data: unknown, schema: z.ZodType): readonly Complaint[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, schema))
  const parent = path.slice(0, -1)
  const last = path.at(-1)
  if (issue.code === 'invalid_key') {
    const words = issue.issues.map(({ message }) => message).join(', ')
    return [{ path: parent, key: String(last), what: `"${String(last)}" is not ${words}.` }]
  }
  const value = valueAt(data, path)
  if (value === undefined && typeof last === 'string')
    return [{ path: parent, what: `"${last}" is missing.` }]
  return [{ path, ...issueWords(issue, value) }]
}

/** All that does not fit; empty when the data is what the schema asks for. `at` is where the data stands in its file. */
export function schemaComplaints(schema: z.ZodType, data: unknown, at: Path = []): readonly Complaint[] {
  // An empty message marks what the schema itself has no words for; see issueWords.
  const result = schema.safeParse(data, { error: () => '' })
  return (result.error?.issues ?? [])
    .flatMap((issue) => flatten(issue, []))
    .flatMap((placed) => complaintsAbout(placed, data, schema))
    .map((complaint) => ({
      ...complaint,
      path: [...at, ...complaint.path],
      ...(complaint.label ? { label: [...at, ...complaint.label] } : {}),
    }))
}
