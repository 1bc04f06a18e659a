/** The axes along which the cells of a run differ, and where each cell lies on them. Knows no figures. */
import { type Options, optionNames } from '../../model/options.ts'
import type { Cell, CellAgent } from '../../model/plan.ts'

/** What an axis is made of: a part of the cell, or an option of its agents. */
export type AxisKind = 'workload' | 'phase' | 'scenario' | 'agents' | 'topology' | 'model' | 'option'

/** One axis. `values` are in their order: numbers by size, else as the plan has them. */
export interface Axis {
  readonly name: string
  readonly kind: AxisKind
  readonly values: readonly string[]
}

/** The axes, and each cell's value on each of them, by id: null where it has none, as the server's defaults. */
export interface Design {
  readonly axes: readonly Axis[]
  readonly places: ReadonlyMap<string, readonly (string | null)[]>
}

interface Candidate {
  readonly name: string
  readonly kind: AxisKind
  readonly valueOf: (cell: Cell) => string | null
}

/** Agents with options of their own, in order: the first of them is what a sweep is about (the reports' chimera). */
export const ownOptionAgents = ({ head }: Cell): readonly CellAgent[] =>
  head.agents.filter(({ serverDefaults }) => !serverDefaults)

const textOf = (value: Options[keyof Options]): string | null =>
  value === undefined ? null : Array.isArray(value) ? value.join(' ') : String(value)

const parts: readonly Candidate[] = [
  { name: 'workload', kind: 'workload', valueOf: ({ workload }) => workload },
  { name: 'phase', kind: 'phase', valueOf: ({ phase }) => phase },
  { name: 'scenario', kind: 'scenario', valueOf: ({ scenario }) => scenario },
  {
    name: 'agents',
    kind: 'agents',
    valueOf: ({ head }) => head.agents.map(({ name }) => name).join(' + '),
  },
  { name: 'topology', kind: 'topology', valueOf: ({ topology }) => topology },
  { name: 'model', kind: 'model', valueOf: ({ head }) => head.model },
]

const optionAxis = (option: keyof Options): Candidate => ({
  name: option,
  kind: 'option',
  valueOf: (cell) => textOf(ownOptionAgents(cell)[0]?.options[option]),
})

const ofAgent = ' of agent '

/** An option of a later agent; null where it has none of its own, or the first one's. `number` counts from 2. */
const laterOptionAxis = (option: keyof Options, number: number): Candidate => ({
  name: `${option}${ofAgent}${number}`,
  kind: 'option',
  valueOf: (cell) => {
    const [first] = ownOptionAgents(cell)
    const agent = cell.head.agents[number - 1]
    if (!agent || agent.serverDefaults || agent === first) return null
    const value = textOf(agent.options[option])
    return value === textOf(first?.options[option]) ? null : value
  },
})

function candidatesOf(cells: readonly Cell[]): readonly Candidate[] {
  const agents = Math.max(0, ...cells.map(({ head }) => head.agents.length))
  const later = Array.from({ length: Math.max(0, agents - 1) }, (_, i) => i + 2)
  return [
    ...parts,
    ...optionNames.map(optionAxis),
    ...later.flatMap((number) => optionNames.map((option) => laterOptionAxis(option, number))),
  ]
}

const isNumber = (text: string): boolean => text !== '' && Number.isFinite(Number(text))

const inOrder = (values: readonly string[]): readonly string[] =>
  values.every(isNumber) ? values.toSorted((a, b) => Number(a) - Number(b)) : values

/** Whether each value of the one comes with one value of the other only. */
function tells(one: readonly (string | null)[], other: readonly (string | null)[]): boolean {
  const told = new Map<string | null, string | null>()
  return one.every((value, i) => {
    const its = other[i] ?? null
    if (!told.has(value)) told.set(value, its)
    return told.get(value) === its
  })
}

const isLater = (name: string): boolean => name.includes(ofAgent)

interface Column {
  readonly candidate: Candidate
  readonly column: readonly (string | null)[]
}

/**
 * What a name already says is no axis of its own: the scenario's name (or else the agents' names) stands for who takes
 * part, and for what later agents are set to.
 */
function isSaidByName({ candidate, column }: Column, columns: readonly Column[]): boolean {
  const isOfLater = isLater(candidate.name)
  if (candidate.kind !== 'agents' && !isOfLater) return false
  return columns.some(
    ({ candidate: { kind }, column: names }) =>
      (kind === 'scenario' || (kind === 'agents' && isOfLater)) && tells(names, column),
  )
}

/** An option that all agents with options of their own have alike is none, though a cell of defaults lacks it. */
const differs = ({ candidate: { kind, name }, column }: Column): boolean =>
  new Set(kind === 'option' && !isLater(name) ? column.filter((value) => value !== null) : column).size > 1

/** The axes of these cells: all in which they differ. Order: parts of the cell first, then options. */
export function designOf(cells: readonly Cell[]): Design {
  const columns = candidatesOf(cells)
    .map((candidate): Column => ({ candidate, column: cells.map(candidate.valueOf) }))
    .filter(differs)
  const kept = columns.filter((column) => !isSaidByName(column, columns))
  return {
    axes: kept.map(({ candidate: { name, kind }, column }) => ({
      name,
      kind,
      values: inOrder([...new Set(column.filter((value) => value !== null))]),
    })),
    places: new Map(cells.map(({ id }, i) => [id, kept.map(({ column }) => column[i] ?? null)])),
  }
}
