/** Where each value of a YAML document stands. Knows nothing of policies. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  type Pair,
} from 'yaml'
import type { SourcePosition } from '../model/policy.ts'
import type { PlaceOf } from './complaint.ts'
import { type Path, pathText } from './path-text.ts'

/** Places in one file: of an offset, of a node, of a path or the nearest value around it, and of all values. */
export interface YamlPlaces {
  readonly at: (offset: number) => SourcePosition
  readonly of: (node: unknown) => SourcePosition
  readonly placeOf: PlaceOf
  readonly all: () => Record<string, SourcePosition>
}

const keyText = ({ key }: Pair): string => String(isScalar(key) ? key.value : key)

function childOf(doc: Document, parent: unknown, part: string | number): Pair | Node | null {
  const node = isAlias(parent) ? parent.resolve(doc) : parent
  if (isMap(node)) return node.items.find((pair) => keyText(pair) === String(part)) ?? null
  const item = isSeq(node) && typeof part === 'number' ? node.items[part] : null
  return isNode(item) ? item : null
}

function nodeAt(doc: Document, path: Path): unknown {
  let node: unknown = doc.contents
  for (const part of path) {
    const child = childOf(doc, node, part)
    if (child === null) return node
    node = isNode(child) ? child : (child.value ?? child.key)
  }
  return node
}

/** Every value with its path. Aliases are not followed: what they stand for has its own place. */
function* valuesIn(node: unknown, path: Path = []): Generator<readonly [Path, Node]> {
  if (path.length > 0 && isNode(node)) yield [path, node]
  if (isMap(node)) for (const pair of node.items) yield* valuesIn(pair.value, [...path, keyText(pair)])
  if (isSeq(node)) for (const [index, item] of node.items.entries()) yield* valuesIn(item, [...path, index])
}

/** The places of a parsed document; `lines` must have counted its text. */
export function placesIn(doc: Document, lines: LineCounter, file: string): YamlPlaces {
  const at = (offset: number): SourcePosition => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(1, line), column: Math.max(1, col) }
  }
  const of = (node: unknown): SourcePosition => at(isNode(node) ? (node.range?.[0] ?? 0) : 0)
  return {
    at,
    of,
    placeOf: (path, key) => {
      const node = nodeAt(doc, path)
      const child = key === undefined ? null : childOf(doc, node, key)
      return of(child === null || isNode(child) ? node : child.key)
    },
    all: () =>
      Object.fromEntries([...valuesIn(doc.contents)].map(([path, node]) => [pathText(path), of(node)])),
  }
}
