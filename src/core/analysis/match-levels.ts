/** Which things may be compared with each other: those that differ in one respect and agree in all others. */

/** A thing with its level, i.e. what is compared, and everything else about it as one text. */
export interface Placed<Item> {
  readonly level: string
  readonly others: string
  readonly item: Item
}

/**
 * For each compared level its things, one list for each combination of everything else; the combinations are the same
 * for all levels. `leftOut` are levels that could not be compared.
 */
export interface Matched<Item> {
  readonly levels: ReadonlyMap<string, readonly (readonly Item[])[]>
  readonly leftOut: readonly string[]
}

type Combinations<Item> = readonly ReadonlyMap<string, readonly Item[]>[]

const has = (combination: ReadonlyMap<string, unknown>, levels: readonly string[]): boolean =>
  levels.every((level) => combination.has(level))

const coveredBy = (levels: readonly string[], combinations: Combinations<unknown>): number =>
  levels.length * combinations.filter((one) => has(one, levels)).length

/**
 * The levels of one combination that leave the most things to compare, of two such the more levels. All of them are
 * preferred, unless that would leave less than half as much. Null where no combination has two.
 */
function comparable(all: readonly string[], combinations: Combinations<unknown>): readonly string[] | null {
  const sets = new Map(combinations.map((one) => [[...one.keys()].sort().join('\n'), [...one.keys()]]))
  const [best] = [...sets.values()]
    .filter((levels) => levels.length >= 2)
    .map((levels) => ({ levels, covered: coveredBy(levels, combinations) }))
    .toSorted((a, b) => b.covered - a.covered || b.levels.length - a.levels.length)
  if (!best) return null
  return coveredBy(all, combinations) * 2 >= best.covered ? all : best.levels
}

/** Balances: a level with other companions than the next would show their effect. Null where nothing can be compared. */
export function matchLevels<Item>(placed: readonly Placed<Item>[]): Matched<Item> | null {
  const all = [...new Set(placed.map(({ level }) => level))]
  if (all.length < 2) return null
  const combinations = [...Map.groupBy(placed, ({ others }) => others).values()].map(
    (group) =>
      new Map(
        [...Map.groupBy(group, ({ level }) => level)].map(
          ([level, own]) => [level, own.map(({ item }) => item)] as const,
        ),
      ),
  )
  const levels = comparable(all, combinations)
  if (!levels) return null
  const whole = combinations.filter((one) => has(one, levels))
  return {
    levels: new Map(levels.map((level) => [level, whole.map((one) => one.get(level) ?? [])])),
    leftOut: all.filter((level) => !levels.includes(level)),
  }
}
