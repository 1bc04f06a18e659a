/** Cells that differ on paper only: a num_gpu above the model's layers is legal and means all of them. */
import type { ModelFacts } from '../model/environment.ts'
import { count } from '../model/number-format.ts'
import type { Cell, CellAgent } from '../model/plan.ts'

/** All blocks and the output layer. */
const layersOf = (model: string, facts: readonly ModelFacts[]): number | null => {
  const blocks = facts.find(({ name }) => name === model)?.blocks ?? null
  return blocks === null ? null : blocks + 1
}

const clampAgent = (agent: CellAgent, layers: number): CellAgent => ({
  ...agent,
  name: '',
  options:
    agent.options.num_gpu === undefined
      ? agent.options
      : { ...agent.options, num_gpu: Math.min(agent.options.num_gpu, layers) },
})

/** Everything that is measured of a cell, whatever its agents and its part of the programme are called. */
const signature = ({ workload, topology, scenario, head }: Cell, layers: number): string =>
  JSON.stringify([
    workload,
    topology,
    scenario,
    head.model,
    head.agents.map((agent) => clampAgent(agent, layers)),
  ])

const asWritten = (cell: Cell): string => signature(cell, Number.POSITIVE_INFINITY)

/** What is named in a note, and how many such notes are made; the rest is counted. */
const mostNamed = 6
const mostNotes = 4

function idsOf(cells: readonly Cell[]): string {
  const more = cells.length - mostNamed
  const named = cells.slice(0, more > 0 ? mostNamed : cells.length).map(({ id }) => id)
  return `${named.join(', ')}${more > 0 ? ` and ${count(more, 'more cell')}` : ''}`
}

const shortened = (notes: readonly string[], why: string): readonly string[] =>
  notes.length > mostNotes
    ? [...notes.slice(0, mostNotes), `${notes.length - mostNotes} more groups of cells are the same ${why}.`]
    : notes

const groupsBy = (cells: readonly Cell[], of: (cell: Cell) => string | null): readonly Cell[][] =>
  [...Map.groupBy(cells, of)].flatMap(([key, group]) => (key !== null && group.length > 1 ? [group] : []))

/**
 * One note for each group of cells that are equal after clamping, which is unknown where the layers are; and one for each
 * that is the same configuration in several phases.
 */
export function clampingNotes(cells: readonly Cell[], facts: readonly ModelFacts[]): readonly string[] {
  const layers = ({ head }: Cell) => layersOf(head.model, facts)
  const clamped = groupsBy(cells, (cell) => {
    const own = layers(cell)
    return own === null ? null : signature(cell, own)
  }).filter((group) => new Set(group.map(asWritten)).size > 1)
  const repeated = groupsBy(cells, asWritten)
  return [
    ...shortened(
      clamped.flatMap((group) =>
        group
          .slice(0, 1)
          .map(
            (first) =>
              `${first.head.model} has ${layers(first)} layers, so these cells are the same after clamping num_gpu: ${idsOf(group)}.`,
          ),
      ),
      'after clamping num_gpu',
    ),
    ...shortened(
      repeated.map((group) => `These cells are one configuration in several phases: ${idsOf(group)}.`),
      'in several phases',
    ),
  ]
}
