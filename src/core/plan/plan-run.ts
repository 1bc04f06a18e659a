/** Policy to plan: which cells are measured, and in which order. */
import { describePosition, InputError } from '../../errors.ts'
import type { Plan } from '../../model/plan.ts'
import type { Agents, LoadedPolicy } from '../../model/policy.ts'
import type { Problem } from '../../model/problem.ts'
import { mostCells } from '../../model/sweep.ts'
import { seededRandom } from '../random.ts'
import { type EntryCell, expandMatrix, type PathProblem, type Sides } from './expand-matrix.ts'
import { orderVisits } from './order-visits.ts'

/**
 * What a plan is made of. `servers` are counts; `models` map each model as the policy writes it (`auto` too) to the tag
 * that is run. Base is null throughout where nothing is measured beside head.
 */
export interface PlanRequest {
  readonly loaded: LoadedPolicy
  readonly agents: { readonly head: Agents; readonly base: Agents | null }
  readonly servers: { readonly head: number; readonly base: number | null }
  readonly models: {
    readonly head: ReadonlyMap<string, string>
    readonly base: ReadonlyMap<string, string> | null
  }
  readonly seed: number
}

function sidesOf({ agents, servers, models }: PlanRequest): Sides {
  return {
    head: { agents: agents.head, servers: servers.head, models: models.head },
    base:
      agents.base && servers.base !== null && models.base
        ? { agents: agents.base, servers: servers.base, models: models.base }
        : null,
  }
}

type Positions = LoadedPolicy['positions']

function placed({ path, problem }: PathProblem, positions: Positions): Problem {
  const at = positions[path] ?? positions[path.replace(/\..*$/, '')]
  return at ? { ...problem, at } : problem
}

const entryPath = (entry: number): string => `matrix[${entry}]`

/** `matrix[0] (policy.yml:12:5)`. */
function entryText(entry: number, positions: Positions): string {
  const at = positions[entryPath(entry)]
  return at ? `${entryPath(entry)} (${describePosition(at)})` : entryPath(entry)
}

interface Clash {
  readonly id: string
  readonly first: number
  readonly again: number
}

const clashesOf = (cells: readonly EntryCell[]): readonly Clash[] =>
  [...Map.groupBy(cells, ({ cell }) => cell.id)].flatMap(([id, [first, ...others]]) =>
    first ? others.map(({ entry }) => ({ id, first: first.entry, again: entry })) : [],
  )

function describeClash({ id, first, again }: Clash, more: number, positions: Positions): PathProblem {
  const others = more > 0 ? ` and ${more} more` : ''
  const where = first === again ? 'twice' : `again, after ${entryText(first, positions)}`
  return {
    path: entryPath(again),
    problem: {
      what: `${entryPath(again)} makes the cell ${id}${others} ${where}.`,
      fix: 'Exclude it in one of them or, if they do differ, give them different scenarios.',
    },
  }
}

/** One problem for each pair of entries that make the same cells, and each entry that makes one twice. */
function duplicates(cells: readonly EntryCell[], positions: Positions): readonly PathProblem[] {
  const pairs = Map.groupBy(clashesOf(cells), ({ first, again }) => `${first}/${again}`)
  return [...pairs.values()].flatMap(([one, ...more]) =>
    one ? [describeClash(one, more.length, positions)] : [],
  )
}

const tooMany = (cells: number): PathProblem => ({
  path: 'matrix',
  problem: {
    what: `The matrix comes to ${cells} cells; at most ${mostCells} can be measured.`,
    fix: 'Sweep fewer values, or exclude combinations.',
  },
})

/**
 * Plans a run; the same request gives the same plan. Throws one InputError with everything that keeps the matrix from
 * being measured: too few servers, agents that head lacks, the same cell twice, too many cells.
 */
export function planRun(request: PlanRequest): Plan {
  const { policy, positions } = request.loaded
  const { cells, problems } = expandMatrix(policy, sidesOf(request))
  const all = [
    ...problems,
    ...duplicates(cells, positions),
    ...(cells.length > mostCells ? [tooMany(cells.length)] : []),
  ]
  if (all.length > 0) throw new InputError(all.map((one) => placed(one, positions)))
  const measured = cells.map(({ cell }) => cell)
  const visits = orderVisits(measured, policy.protocol, seededRandom(request.seed))
  return { seed: request.seed, cells: measured, visits: [...visits] }
}
