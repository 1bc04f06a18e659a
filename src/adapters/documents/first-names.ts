/** The first names of a document: a file of a few MiB may hold millions, of which a summary tells twenty. Knows no format. */

const mostNames = 100

/** A name can be as long as its file. */
const mostCharacters = 200

/** Names as far as they are kept, cut, in their order; `more` is how many there are beyond. */
export interface FirstNames {
  readonly names: string[]
  readonly more: number
}

export function firstNames(all: Iterable<string>): FirstNames {
  const names: string[] = []
  let more = 0
  for (const name of all)
    if (names.length < mostNames) names.push(name.slice(0, mostCharacters))
    else more += 1
  return { names, more }
}
