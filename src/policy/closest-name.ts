/** Finds the name that was probably meant. */

/** Damerau-Levenshtein distance (optimal string alignment): insert, delete, replace, or swap two neighbours. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const cell = (i: number, j: number): number => rows[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const replaced = cell(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      const swapped = isSwap ? cell(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY
      row.push(Math.min(cell(i - 1, j) + 1, (row[j - 1] ?? 0) + 1, replaced, swapped))
    }
  }
  return cell(a.length, b.length)
}

/** Longer names are not slips of the pen, and would make the search slow. */
const longest = 60

/**
 * The known name nearest to `name`, case ignored, when at most a third of it differs; else the first known one that
 * contains it (`temp`, `ctx`); else null. The first of equals wins.
 */
export function closestName(name: string, known: readonly string[]): string | null {
  if (name.length > longest) return null
  const wanted = name.toLowerCase()
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(wanted, candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= Math.floor(Math.max(wanted.length, candidate.length) / 3))
    .toSorted((a, b) => a.edits - b.edits)
  const containing =
    wanted.length >= 3 ? known.find((candidate) => candidate.toLowerCase().includes(wanted)) : undefined
  return ranked[0]?.candidate ?? containing ?? null
}

/** `Did you mean X?`, or all that would be right when nothing is near; undefined when there is nothing to say. */
export function suggestion(name: string, known: readonly string[]): string | undefined {
  const closest = closestName(name, known)
  if (closest !== null) return `Did you mean ${closest}?`
  return known.length > 0 ? `Known: ${known.join(', ')}.` : undefined
}
