/** Differences of fingerprints in words. Plain text, may hold words from outside. */
import type { FingerprintChange } from './compare-fingerprints.ts'

/** What is listed by name in one sentence. */
const mostNamed = 8

/** A value is shown to here; a digest to its first twelve characters. */
const longestValue = 60
const shownDigest = 12

const shown = (value: string | null): string => {
  if (value === null) return 'none'
  if (/^(sha256:)?[0-9a-f]{64}$/.test(value)) return value.replace('sha256:', '').slice(0, shownDigest)
  return value.length > longestValue ? `${value.slice(0, longestValue - 1)}…` : value
}

const serverNumber = / server (\d+)(?=:)/

/** "head servers 1 and 2: Ollama version" for one fact of several servers, the path itself for one. */
function sharedPath(paths: readonly string[]): string {
  const [first = ''] = paths
  const numbers = paths.flatMap((path) => serverNumber.exec(path)?.[1] ?? [])
  return paths.length < 2 ? first : first.replace(serverNumber, ` servers ${numbers.join(' and ')}`)
}

const withoutNumber = (path: string): string => path.replace(serverNumber, ' server')

const listed = (items: readonly string[], between: string): string =>
  items.length > mostNamed
    ? `${items.slice(0, mostNamed).join(between)}${between}and ${items.length - mostNamed} more`
    : items.join(between)

/** "GPU: driver: 550.54 → 570.10; head servers 1 and 2: Ollama version: 0.15.4 → 0.15.6"; empty for none. */
export function changesText(changes: readonly FingerprintChange[]): string {
  const alike = Map.groupBy(changes, ({ path, before, now }) =>
    JSON.stringify([withoutNumber(path), before, now]),
  )
  const texts = [...alike.values()].flatMap((group) => {
    const [first] = group
    return first
      ? [`${sharedPath(group.map(({ path }) => path))}: ${shown(first.before)} → ${shown(first.now)}`]
      : []
  })
  return listed(texts, '; ')
}

/** "GPU: driver, head server 1: settings"; empty for none. */
export const pathsText = (paths: readonly string[]): string =>
  listed([...Map.groupBy(paths, withoutNumber).values()].map(sharedPath), ', ')
