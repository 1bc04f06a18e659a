/** What does not fit a schema, in words for people. Knows nothing of files or places. */
import type { z } from 'zod'
import { metricIds } from '../model/metric-catalog.ts'
import { closestName } from './closest-name.ts'

type Issue = z.core.$ZodIssue

/** What is wrong with a value and, where one is near, what was probably meant. */
export interface IssueWords {
  readonly what: string
  readonly fix?: string
}

/** A value of the file in a few words: never a whole list or mapping. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value)
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a mapping' : String(value)
}

const typeNames: Partial<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}

/** The words that an enumeration allows, of all branches of a union. */
function wordsOf(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_union') return issue.errors.flatMap((branch) => branch.flatMap(wordsOf))
  return issue.code === 'invalid_value' ? issue.values.map(String) : []
}

/** What would have been right: `a list`, `one of low, high`, `"auto" or a list`. */
function expected(issue: Issue): string {
  if (issue.code === 'invalid_type') return typeNames[issue.expected] ?? issue.expected
  if (issue.code === 'invalid_union')
    return [...new Set(issue.errors.flatMap((branch) => branch.map(expected)))].join(' or ')
  if (issue.code !== 'invalid_value') return 'something else'
  return issue.values.length === 1 ? shown(issue.values[0]) : `one of ${issue.values.join(', ')}`
}

const didYouMean = (name: string | null): string | undefined =>
  name === null ? undefined : `Did you mean ${name}?`

const withFix = (what: string, fix: string | undefined): IssueWords =>
  fix === undefined ? { what } : { what, fix }

function mismatch(issue: Issue, value: unknown): IssueWords {
  const closest = typeof value === 'string' ? closestName(value, wordsOf(issue)) : null
  return withFix(`must be ${expected(issue)}, not ${shown(value)}.`, didYouMean(closest))
}

function unknownMetric(value: unknown): IssueWords {
  const closest = typeof value === 'string' ? closestName(value, metricIds) : null
  return {
    what: `${shown(value)} is not a metric.`,
    fix:
      closest === null
        ? 'List all metrics with: npm run -s gate -- metrics'
        : `Did you mean ${closest}? (all: npm run -s gate -- metrics)`,
  }
}

function tooSmall({ origin, minimum, inclusive }: z.core.$ZodIssueTooSmall, value: unknown): string {
  if (origin === 'string') return 'must not be empty.'
  if (origin === 'array') return 'must have at least one entry.'
  return `must be ${inclusive === false ? 'more than' : 'at least'} ${minimum}, not ${shown(value)}.`
}

function tooBig({ origin, maximum }: z.core.$ZodIssueTooBig, value: unknown): string {
  if (origin === 'array')
    return `must have at most ${maximum} entries, not ${Array.isArray(value) ? value.length : 'more'}.`
  return `must be at most ${maximum}, not ${shown(value)}.`
}

const isMetric = (issue: Issue): boolean =>
  issue.code === 'invalid_value' &&
  issue.values.length === metricIds.length &&
  issue.values[0] === metricIds[0]

/**
 * One issue in words. `issue.message` must be the schema's own words, empty where it has none: "a name of letters" is
 * said of what the value is not, and of what is too small as the reason.
 */
export function issueWords(issue: Issue, value: unknown): IssueWords {
  const own = issue.message
  if (isMetric(issue)) return unknownMetric(value)
  switch (issue.code) {
    case 'too_small':
      return {
        what: own === '' ? tooSmall(issue, value) : tooSmall(issue, value).replace(/\.$/, `: ${own}.`),
      }
    case 'too_big':
      return { what: tooBig(issue, value) }
    case 'invalid_type':
    case 'invalid_value':
    case 'invalid_union':
      return own === '' ? mismatch(issue, value) : { what: `${shown(value)} is not ${own}.` }
    default:
      return { what: own === '' ? `${shown(value)} does not fit.` : `${shown(value)} is not ${own}.` }
  }
}
