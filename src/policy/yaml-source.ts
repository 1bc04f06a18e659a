/** YAML text as plain data that remembers where each value stands. Knows nothing of policies. */
import { type Document, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { messageOf } from '../errors.ts'
import type { SourcePosition } from '../model/policy.ts'
import type { Problem } from '../model/problem.ts'
import type { PlaceOf } from './complaint.ts'
import { placesIn, type YamlPlaces } from './yaml-places.ts'

/** A file's name, for messages, and its text. */
export interface SourceText {
  readonly text: string
  readonly file: string
}

/** Plain data; `placeOf` gives the nearest place that there is, `places` every value's by its path (see pathText). */
export interface YamlSource {
  readonly value: unknown
  readonly placeOf: PlaceOf
  readonly places: () => Record<string, SourcePosition>
}

/** `source` is null where the text is so broken that what it holds cannot be told. */
export interface ParsedYaml {
  readonly source: YamlSource | null
  readonly problems: readonly Problem[]
}

/** More uses of anchors than this are an attack or an accident. */
const mostAliases = 100

const wordings: Partial<Record<string, string>> = {
  DUPLICATE_KEY: 'This key stands twice in one mapping.',
  MULTIPLE_DOCS: 'The file holds a second YAML document.',
  TAB_AS_INDENT: 'A tab cannot indent YAML: use spaces.',
}

/** Legal YAML that is no data of a policy: mappings as keys, and aliases to nothing or to what holds them. */
function oddNodes(doc: Document, { of }: YamlPlaces): readonly Problem[] {
  const problems: Problem[] = []
  visit(doc, {
    Pair: (_, { key }) => {
      if (!isScalar(key)) problems.push({ what: 'A key must be plain text.', at: of(key) })
    },
    Alias: (_, alias, ancestors) => {
      const target = alias.resolve(doc)
      if (target === undefined)
        problems.push({ what: `There is no anchor &${alias.source} before this.`, at: of(alias) })
      else if (ancestors.includes(target))
        problems.push({ what: `*${alias.source} stands inside what it repeats.`, at: of(alias) })
    },
  })
  return problems
}

function dataOf(doc: Document): { readonly value: unknown } | { readonly broken: string } {
  try {
    return { value: doc.toJS({ maxAliasCount: mostAliases }) }
  } catch (error) {
    const isBomb = messageOf(error).includes('Excessive alias count')
    return { broken: isBomb ? `Aliases repeat more than ${mostAliases} values.` : messageOf(error) }
  }
}

/** What the parser says, less the tokens that it can no longer place after its first error: they all mean that one. */
function syntaxProblems({ errors, warnings }: Document, { at }: YamlPlaces): readonly Problem[] {
  const first = errors[0]
  return [...errors.filter((error) => error === first || error.code !== 'UNEXPECTED_TOKEN'), ...warnings].map(
    ({ code, message, pos }) => ({ what: wordings[code] ?? `YAML: ${message}.`, at: at(pos[0]) }),
  )
}

/** Parses one YAML document and never throws: what is wrong with it is in `problems`, each with its place. */
export function parseYaml({ text, file }: SourceText): ParsedYaml {
  const lines = new LineCounter()
  // With logLevel "silent" a second document would pass in silence.
  const doc = parseDocument(text.replace(/^\uFEFF/, ''), {
    lineCounter: lines,
    prettyErrors: false,
    resolveKnownTags: false,
    logLevel: 'error',
  })
  const places = placesIn(doc, lines, file)
  const syntax = syntaxProblems(doc, places)
  // A key that stands twice leaves the rest readable; after any other error the rest is a guess.
  if (doc.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return { source: null, problems: syntax }
  const odd = oddNodes(doc, places)
  if (odd.length > 0) return { source: null, problems: [...syntax, ...odd] }
  const data = dataOf(doc)
  if ('broken' in data)
    return { source: null, problems: [...syntax, { what: data.broken, at: places.at(0) }] }
  return { source: { ...data, placeOf: places.placeOf, places: places.all }, problems: syntax }
}
