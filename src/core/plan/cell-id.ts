/** The readable, stable name of a cell, by which runs and baselines find it again. */
import { explicitDefaults } from '../../model/options.ts'
import type { Cell, CellAgent } from '../../model/plan.ts'
import type { Combination } from '../../model/sweep.ts'

const slug = (text: string): string => text.replace(/[^A-Za-z0-9._-]+/g, '-')

const inEveryId: readonly string[] = ['num_gpu', 'num_ctx', 'temperature', 'model', 'topology']

/** `1.0`, `0.8`: a temperature always shows that it is one. */
const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value))

function agentPart({ options, serverDefaults }: CellAgent): string {
  if (serverDefaults) return 'defaults'
  const gpu = options.num_gpu ?? explicitDefaults.num_gpu
  const temperature = options.temperature ?? explicitDefaults.temperature
  return `gpu${gpu < 0 ? 'auto' : gpu}-ctx${options.num_ctx ?? explicitDefaults.num_ctx}-t${decimal(temperature)}`
}

/** What else the sweep sets, e.g. `-num_batch256`; an id would be the same for two cells without it. */
const sweptPart = (combination: Combination): string =>
  Object.entries(combination)
    .filter(([axis]) => !inEveryId.includes(axis))
    .map(([axis, value]) => `-${axis}${slug(String(value))}`)
    .join('')

/** `workload/scenario/topology/model/gpu80-ctx512-t0.8`, with a phase before its scenario; agents that differ are joined by `+`. */
export function cellId(
  { workload, phase, scenario, topology, head }: Omit<Cell, 'id'>,
  combination: Combination,
): string {
  const parts = new Set(head.agents.map(agentPart))
  const options = `${[...parts].join('+')}${sweptPart(combination)}`
  return [
    workload,
    ...(phase === null ? [] : [phase]),
    scenario,
    topology,
    slug(head.model.replace(/:latest$/, '')),
    options,
  ].join('/')
}
