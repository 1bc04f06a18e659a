/** Cell ids without what they all begin with, so that a chart or a column has room for what differs. */
import { plainText } from './plain-text.ts'

/**
 * The part that all share, to say once; empty for none. `of` gives a cell's own part; `differing` only its segments that
 * are not the same in all, for charts, where a name that is cut must keep what tells it from others.
 */
export interface ShortNames {
  readonly shared: string
  readonly of: (cellId: string) => string
  readonly differing: (cellId: string) => string
}

/** Shortens by whole segments between slashes; the last one always stays. One cell alone keeps its whole id. */
export function shortNames(cellIds: readonly string[]): ShortNames {
  const ids = Array.from(new Set(cellIds), (id) => id.split('/'))
  const [first = []] = ids
  const differs = first.findIndex((part, index) => ids.some((other) => other[index] !== part))
  const most = Math.min(...ids.map(({ length }) => length - 1))
  const shared = ids.length < 2 ? 0 : differs < 0 ? most : Math.min(differs, most)
  const isAligned = ids.length > 1 && ids.every(({ length }) => length === first.length)
  const kept = (part: string, index: number) =>
    index >= shared && !(isAligned && ids.every((other) => other[index] === part))
  return {
    shared: plainText(first.slice(0, shared).join('/'), 200),
    of: (cellId) => plainText(cellId.split('/').slice(shared).join('/'), 200) || '–',
    differing: (cellId) => plainText(cellId.split('/').filter(kept).join('/'), 200) || '–',
  }
}

/** Where two ids differ, e.g. one-server and two-servers; whole ids where they have not as many segments. */
export function differingParts(one: string, other: string): readonly [string, string] {
  const [ones, others] = [one.split('/'), other.split('/')]
  if (ones.length !== others.length) return [plainText(one, 200), plainText(other, 200)]
  const places = ones.flatMap((part, index) => (part === others[index] ? [] : [index]))
  const at = (parts: readonly string[]) => places.map((place) => parts[place] ?? '').join('/')
  return [plainText(at(ones), 200) || '–', plainText(at(others), 200) || '–']
}
