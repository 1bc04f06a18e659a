/** Puts a Markdown document together within a number of bytes: whole rows are left out, never half of one. */

/** A piece of a document. Rows may be left out, and `leftOut` then says how many; `before` and `after` always stay. */
export interface Section {
  readonly before: readonly string[]
  readonly rows: readonly string[]
  readonly after: readonly string[]
  /** Sections with a lower number get their rows first. */
  readonly rank: number
  readonly leftOut: (rows: number) => string
}

/** A section that is kept whole. */
export const wholeSection = (lines: readonly string[]): Section => ({
  before: lines,
  rows: [],
  after: [],
  rank: 0,
  leftOut: () => '',
})

const encoder = new TextEncoder()
const bytesOf = (lines: readonly string[]): number =>
  lines.reduce((sum, line) => sum + encoder.encode(line).length + 1, 0)

/** As many of the first rows as fit. */
const rowsWithin = (rows: readonly string[], bytes: number): number => {
  let left = bytes
  const tooMany = rows.findIndex((row) => {
    left -= bytesOf([row])
    return left < 0
  })
  return tooMany < 0 ? rows.length : tooMany
}

/** How many rows each section keeps, by rank. */
const allot = (sections: readonly Section[], maxBytes: number): ReadonlyMap<Section, number> => {
  const fixed = sections.map(({ before, rows, after, leftOut }) =>
    bytesOf([...before, ...after, ...(rows.length > 0 ? [leftOut(rows.length)] : [])]),
  )
  let left = maxBytes - fixed.reduce((sum, bytes) => sum + bytes, 0)
  const kept = new Map<Section, number>()
  for (const section of sections.toSorted((one, other) => one.rank - other.rank)) {
    const rows = rowsWithin(section.rows, left)
    left -= bytesOf(section.rows.slice(0, rows))
    kept.set(section, rows)
  }
  return kept
}

/** The document's text, ending in a line end. What has no rows is kept even if it alone is longer than `maxBytes`. */
export const fitDocument = (sections: readonly Section[], maxBytes: number): string => {
  const kept = allot(sections, maxBytes)
  const lines = sections.flatMap((section) => {
    const rows = kept.get(section) ?? 0
    const out = section.rows.length - rows
    return [
      ...section.before,
      ...section.rows.slice(0, rows),
      ...(out > 0 ? [section.leftOut(out)] : []),
      ...section.after,
    ]
  })
  return `${lines.join('\n')}\n`
}
