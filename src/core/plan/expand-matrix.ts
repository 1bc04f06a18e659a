/** The matrix as cells: every combination of every entry, for head and for base. */
import { count } from '../../model/number-format.ts'
import type { Cell, SubjectName, Variant } from '../../model/plan.ts'
import type { Agents, MatrixEntry, Policy } from '../../model/policy.ts'
import type { Problem } from '../../model/problem.ts'
import { type Combination, expandSweep } from '../../model/sweep.ts'
import { agentOfCell, nameOf } from './agent-of-cell.ts'
import { cellId } from './cell-id.ts'
import { type Deal, dealServers } from './deal-servers.ts'

/** What a subject brings: its agents, its number of servers, and its model tags by the names that the policy writes. */
export interface Side {
  readonly agents: Agents
  readonly servers: number
  readonly models: ReadonlyMap<string, string>
}

/** `base` is null where nothing is measured beside head. */
export interface Sides {
  readonly head: Side
  readonly base: Side | null
}

/** A cell with the index of the entry that it comes from. */
export interface EntryCell {
  readonly entry: number
  readonly cell: Cell
}

/** A problem with the path in the policy that it belongs to. */
export interface PathProblem {
  readonly path: string
  readonly problem: Problem
}

/** The cells that could be made, and what keeps the others from it. */
export interface ExpandedMatrix {
  readonly cells: readonly EntryCell[]
  readonly problems: readonly PathProblem[]
}

/** One combination of one entry. */
interface Draft {
  readonly entry: MatrixEntry
  readonly index: number
  readonly combination: Combination
}

function fewServers(draft: Draft, subject: SubjectName, { servers }: Side): PathProblem {
  const { entry, index } = draft
  const who = entry.scenario ?? entry.agents.map(nameOf).join('+')
  return {
    path: entry.sweep?.topology ? `matrix[${index}].sweep.topology` : `matrix[${index}].topology`,
    problem: {
      what: `matrix[${index}]: ${who} needs ${count(entry.agents.length, 'server')} for ${subject}, and ${servers === 0 ? 'none is' : servers === 1 ? 'one is' : `${servers} are`} given.`,
      why: `${draft.combination.topology} gives each agent a server of its own.`,
      fix: 'Name more servers (the second is often http://127.0.0.1:11435), let the gate start them, or write `topology: as-given`.',
    },
  }
}

const unequalDeals = ({ index }: Draft, head: Deal, base: Deal): PathProblem => ({
  path: `matrix[${index}]`,
  problem: {
    what: `matrix[${index}]: head would run on ${head.topology}, base on ${base.topology}.`,
    why: 'Their figures could not be compared.',
    fix: 'Give base as many servers as head.',
  },
})

const unknownAgents = ({ entry, index }: Draft, { agents }: Side): readonly PathProblem[] =>
  entry.agents.flatMap((use, i) =>
    Object.hasOwn(agents, nameOf(use))
      ? []
      : [
          {
            path: `matrix[${index}].agents[${i}]`,
            problem: {
              what: `matrix[${index}].agents[${i}]: head has no agent "${nameOf(use)}".`,
              fix: `Define it, or take it out of the matrix. Known: ${Object.keys(agents).join(', ')}.`,
            },
          },
        ],
  )

const dealOf = ({ entry, combination }: Draft, { servers }: Side): Deal | null =>
  dealServers(combination.topology, entry.agents.length, servers)

/** Null where the side lacks the model or one of the agents. */
function variantOf({ entry, combination }: Draft, side: Side, { servers }: Deal): Variant | null {
  const model = side.models.get(combination.model)
  const agents = entry.agents.map((use, i) =>
    agentOfCell(side.agents, { use, combination, server: servers[i] ?? 0 }),
  )
  return model !== undefined && agents.every((agent) => agent !== null) ? { model, agents } : null
}

interface Deals {
  readonly head: Deal
  readonly base: Deal | null
}

/** The server of every agent on both sides, or why there is none. */
function dealSides(draft: Draft, { head, base }: Sides): Deals | readonly PathProblem[] {
  const deals = { head: dealOf(draft, head), base: base && dealOf(draft, base) }
  if (!deals.head || (base && !deals.base))
    return [
      ...(deals.head ? [] : [fewServers(draft, 'head', head)]),
      ...(base && !deals.base ? [fewServers(draft, 'base', base)] : []),
    ]
  if (deals.base && deals.base.topology !== deals.head.topology)
    return [unequalDeals(draft, deals.head, deals.base)]
  return { head: deals.head, base: deals.base }
}

function cellOf(draft: Draft, sides: Sides, deals: Deals): EntryCell {
  const { entry, index, combination } = draft
  const head = variantOf(draft, sides.head, deals.head)
  if (!head) throw new RangeError(`no model was found for ${combination.model}`)
  const cell = {
    workload: entry.workload,
    phase: entry.phase ?? null,
    latency: entry.latency ?? null,
    scenario: entry.scenario ?? entry.agents.map(nameOf).join('+'),
    topology: deals.head.topology,
    head,
    base: sides.base && deals.base ? variantOf(draft, sides.base, deals.base) : null,
  }
  return { entry: index, cell: { id: cellId(cell, combination), ...cell } }
}

function expandDraft(draft: Draft, sides: Sides): ExpandedMatrix {
  const unknown = unknownAgents(draft, sides.head)
  const deals = dealSides(draft, sides)
  if (!('head' in deals)) return { cells: [], problems: [...unknown, ...deals] }
  if (unknown.length > 0) return { cells: [], problems: unknown }
  return { cells: [cellOf(draft, sides, deals)], problems: [] }
}

/**
 * Expands the matrix, in the policy's order. Every model that the policy names must be in `models` of head; a cell that
 * base lacks an agent or model for has no base.
 */
export function expandMatrix({ matrix, models }: Policy, sides: Sides): ExpandedMatrix {
  const named = models === 'auto' ? ['auto'] : models
  const parts = matrix.flatMap((entry, index) =>
    expandSweep(entry, named).combinations.map((combination) =>
      expandDraft({ entry, index, combination }, sides),
    ),
  )
  const problems = parts.flatMap((part) => part.problems)
  return {
    cells: parts.flatMap(({ cells }) => cells),
    // Every combination of an entry says the same.
    problems: [...new Map(problems.map((one) => [one.problem.what, one])).values()],
  }
}
