/**
 * Cells that differ on paper only: a num_gpu above the model's layers is legal and means all of them, and a server gives
 * a model no less context than its kind needs and no more than it was trained for.
 */
import type { ModelFacts } from '../model/environment.ts'
import { count } from '../model/number-format.ts'
import type { Cell, CellAgent } from '../model/plan.ts'
import { clampContext } from './expected-context.ts'

type Bounds = Pick<ModelFacts, 'blocks' | 'leastContext' | 'trainContext'>

const unbounded: Bounds = { blocks: null, leastContext: null, trainContext: null }

/** All blocks and the output layer. */
const layersOf = ({ blocks }: Bounds): number | null => (blocks === null ? null : blocks + 1)

function clampAgent(agent: CellAgent, bounds: Bounds): CellAgent {
  const { num_gpu, num_ctx } = agent.options
  const layers = layersOf(bounds) ?? Number.POSITIVE_INFINITY
  return {
    ...agent,
    name: '',
    options: {
      ...agent.options,
      ...(num_gpu === undefined ? {} : { num_gpu: Math.min(num_gpu, layers) }),
      ...(num_ctx === undefined ? {} : { num_ctx: clampContext(num_ctx, bounds) }),
    },
  }
}

/** Everything that is measured of a cell, whatever its agents and its part of the programme are called. */
const signature = ({ workload, topology, scenario, head }: Cell, bounds: Bounds): string =>
  JSON.stringify([
    workload,
    topology,
    scenario,
    head.model,
    head.agents.map((agent) => clampAgent(agent, bounds)),
  ])

const asWritten = (cell: Cell): string => signature(cell, unbounded)

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

const groupsBy = (cells: readonly Cell[], of: (cell: Cell) => string): readonly Cell[][] =>
  [...Map.groupBy(cells, of).values()].filter((group) => group.length > 1)

function contextText({ leastContext, trainContext }: Bounds): string {
  const least = leastContext === null ? '' : ` no less than ${leastContext}`
  const most = trainContext === null ? '' : ` no more than ${trainContext}`
  return `is given${least}${least && most ? ' and' : ''}${most} tokens of context`
}

/** Why the cells of a group are the same: what the model has, and which options that clamps. */
function whySame(group: readonly Cell[], bounds: Bounds): string {
  const differs = (option: 'num_gpu' | 'num_ctx') =>
    new Set(group.map(({ head }) => head.agents.map(({ options }) => options[option]).join())).size > 1
  const [isGpu, isContext] = [differs('num_gpu'), differs('num_ctx')]
  const has = [
    ...(isGpu ? [`has ${layersOf(bounds)} layers`] : []),
    ...(isContext ? [contextText(bounds)] : []),
  ].join(' and ')
  const options = [...(isGpu ? ['num_gpu'] : []), ...(isContext ? ['num_ctx'] : [])].join(' and ')
  return `${group[0]?.head.model} ${has}, so these cells are the same after clamping ${options}`
}

/**
 * One note for each group of cells that are equal after clamping, as far as the model's bounds are known; and one for each
 * that is the same configuration in several phases.
 */
export function clampingNotes(cells: readonly Cell[], facts: readonly ModelFacts[]): readonly string[] {
  const boundsOf = ({ head }: Cell): Bounds => facts.find(({ name }) => name === head.model) ?? unbounded
  const clamped = groupsBy(cells, (cell) => signature(cell, boundsOf(cell))).filter(
    (group) => new Set(group.map(asWritten)).size > 1,
  )
  return [
    ...shortened(
      clamped.flatMap((group) =>
        group.slice(0, 1).map((first) => `${whySame(group, boundsOf(first))}: ${idsOf(group)}.`),
      ),
      'after clamping',
    ),
    ...shortened(
      groupsBy(cells, asWritten).map(
        (group) => `These cells are one configuration in several phases: ${idsOf(group)}.`,
      ),
      'in several phases',
    ),
  ]
}
