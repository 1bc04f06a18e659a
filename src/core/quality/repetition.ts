/** How much of an answer repeats itself. Knows no language: words are what stands between white space. */

const sequenceWords = 4

/** More words than any text here can have (half of its 2^20 characters), so that two ids make one exact number. */
const idBase = 2 ** 20

/** Gives each value a number, counted from 0 in the order of their first appearance. */
function numbered<Value>(values: readonly Value[]): readonly number[] {
  const ids = new Map<Value, number>()
  return values.map((value) => {
    const id = ids.get(value) ?? ids.size
    ids.set(value, id)
    return id
  })
}

/** For each element the pair with the one `distance` behind it, as one number. */
const pairs = (ids: readonly number[], distance: number): readonly number[] =>
  ids.slice(distance).map((id, index) => (ids[index] ?? 0) * idBase + id)

/**
 * Share of the sequences of four words that stood in the text before, in percent: seq-rep-4 (Welleck et al. 2020,
 * "Neural text generation with unlikelihood training", 3.1). Null for fewer than four words. Case and punctuation
 * make no difference. Takes time in proportion to the text, whatever it holds.
 */
export function repetitionPercent(text: string): number | null {
  const words = text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\s]/gu, '')
    .split(/\s+/)
    .filter((word) => word !== '')
  if (words.length < sequenceWords) return null
  const sequences = pairs(numbered(pairs(numbered(words), 1)), 2)
  return (1 - new Set(sequences).size / sequences.length) * 100
}
