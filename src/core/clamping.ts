/** Cells that differ on paper only: a num_gpu above the model's layers is legal and means all of them. */
import type { ModelFacts } from '../model/environment.ts'
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

const clamped = ({ workload, topology, scenario, head }: Cell, layers: number): string =>
  JSON.stringify([
    workload,
    topology,
    scenario,
    head.model,
    head.agents.map((agent) => clampAgent(agent, layers)),
  ])

/** One note for each group of cells that are equal after clamping; none where the layers are unknown. */
export function clampingNotes(cells: readonly Cell[], facts: readonly ModelFacts[]): readonly string[] {
  const known = cells.flatMap((cell) => {
    const layers = layersOf(cell.head.model, facts)
    return layers === null ? [] : [{ cell, layers, signature: clamped(cell, layers) }]
  })
  return [...Map.groupBy(known, ({ signature }) => signature).values()].flatMap((group) => {
    const [first] = group
    return first && group.length > 1
      ? `${first.cell.head.model} has ${first.layers} layers, so these cells are the same after clamping num_gpu: ${group.map(({ cell }) => cell.id).join(', ')}.`
      : []
  })
}
