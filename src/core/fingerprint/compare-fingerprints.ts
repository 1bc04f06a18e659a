/** What differs between two fingerprints, and what cannot be told. Knows no facts, only entries. */
import type { Fingerprint, FingerprintEntry } from './fingerprint-of.ts'

/** A fact that is another one now; null where there is no such thing on that side. */
export interface FingerprintChange {
  readonly path: string
  readonly before: string | null
  readonly now: string | null
}

/** `unknown` are paths of facts that one side or both do not tell: they are never equal. */
export interface FingerprintDifference {
  readonly changed: readonly FingerprintChange[]
  readonly unknown: readonly string[]
}

type Entries = ReadonlyMap<string, FingerprintEntry>

const byPath = (fingerprint: Fingerprint): Entries => new Map(fingerprint.map((entry) => [entry.path, entry]))

/** What the fact that one side lacks hangs on is lacking or unknown there too, and says it for all of its kind. */
const isToldAbove = ({ under }: FingerprintEntry, other: Entries): boolean =>
  under !== null && (other.get(under)?.value ?? null) === null

function changeOf(path: string, earlier: Entries, current: Entries): FingerprintChange | 'unknown' | null {
  const [before, now] = [earlier.get(path), current.get(path)]
  if (before && !now && isToldAbove(before, current)) return null
  if (now && !before && isToldAbove(now, earlier)) return null
  if (before?.value === null || now?.value === null) return 'unknown'
  return before?.value === now?.value
    ? null
    : { path, before: before?.value ?? null, now: now?.value ?? null }
}

/** Every path of both, in the order of `now` and then of what is no longer there. Both lists are empty for equal ones. */
export function compareFingerprints(then: Fingerprint, now: Fingerprint): FingerprintDifference {
  const [earlier, current] = [byPath(then), byPath(now)]
  const paths = [...new Set([...current.keys(), ...earlier.keys()])]
  const found = paths.map((path) => ({ path, change: changeOf(path, earlier, current) }))
  return {
    changed: found.flatMap(({ change }) => (change === null || change === 'unknown' ? [] : [change])),
    unknown: found.flatMap(({ path, change }) => (change === 'unknown' ? [path] : [])),
  }
}
