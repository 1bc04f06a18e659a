/** How much GPU memory each server of a plan will want at its fullest: one model's weights and KV cache. */
import type { ModelFacts, ServerFacts } from '../../model/environment.ts'
import type { Cell, CellAgent, Plan, SubjectName } from '../../model/plan.ts'
import { clampContext } from '../expected-context.ts'
import { isFrom } from '../version.ts'

/** The greatest demand on one server. Null is unknown. `parallel` multiplies the context (OLLAMA section 2). */
export interface VramDemand {
  readonly url: string
  readonly model: string
  readonly context: number
  readonly parallel: number
  readonly weightsBytes: number | null
  readonly kvBytes: number | null
  /** Whether the server decides how many layers fit. */
  readonly isFitted: boolean
}

/** What a demand depends on besides the plan. The tier of the default context goes by the memory of all cards. */
export interface DemandSetting {
  readonly servers: Readonly<Record<SubjectName, readonly ServerFacts[]>>
  readonly vramTotalBytes: number
}

const gibibyte = 2 ** 30

/** Ollama's own context where nobody says one: by the cards' memory since 0.15.5 (OLLAMA sections 1 and 3). */
function defaultContext({ version }: ServerFacts, vramTotalBytes: number): number {
  if (!isFrom(version, '0.15.5')) return 4096
  if (vramTotalBytes >= 47 * gibibyte) return 262_144
  return vramTotalBytes >= 23 * gibibyte ? 32_768 : 4096
}

const positive = (text: string | undefined): number | null => {
  const value = Number(text)
  return Number.isInteger(value) && value > 0 ? value : null
}

/** Request, then the model's own PARAMETER, then the server's variable, then the default (OLLAMA section 1). */
function contextOf(agent: CellAgent, { server, model, vramTotalBytes }: Seat): number {
  const asked =
    agent.options.num_ctx ??
    positive(/^num_ctx\s+(\d+)/m.exec(model.parameters)?.[1]) ??
    positive(server.settings?.OLLAMA_CONTEXT_LENGTH) ??
    defaultContext(server, vramTotalBytes)
  return clampContext(asked, model)
}

/** The part of the layers that goes to the GPU; all of them where the server decides. */
function offloadedShare({ options }: CellAgent, { blocks }: ModelFacts): number {
  const layers = options.num_gpu ?? -1
  return layers < 0 || blocks === null ? 1 : Math.min(1, layers / (blocks + 1))
}

interface Seat {
  readonly server: ServerFacts
  readonly model: ModelFacts
  readonly vramTotalBytes: number
}

function demandOf(agent: CellAgent, seat: Seat): VramDemand {
  const { server, model } = seat
  const context = contextOf(agent, seat)
  // One slot is the default since 0.10.0, and what is taken for a server that does not tell its settings.
  const parallel = positive(server.settings?.OLLAMA_NUM_PARALLEL) ?? 1
  const share = offloadedShare(agent, model)
  return {
    url: server.url,
    model: model.name,
    context,
    parallel,
    weightsBytes: model.sizeBytes === null ? null : model.sizeBytes * share,
    kvBytes: model.kvBytesPerToken === null ? null : model.kvBytesPerToken * context * parallel * share,
    isFitted: (agent.options.num_gpu ?? -1) < 0,
  }
}

/** Where anything is unknown the whole is: what is unknown counts as the most. */
const sizeOf = ({ weightsBytes, kvBytes }: VramDemand): number =>
  weightsBytes === null ? Number.POSITIVE_INFINITY : weightsBytes + (kvBytes ?? 0)

const subjects = ['head', 'base'] as const satisfies readonly SubjectName[]

/** The demands of one cell's agents, on servers of this host. */
const demandsOf = (cell: Cell, { servers, vramTotalBytes }: DemandSetting): readonly VramDemand[] =>
  subjects.flatMap((subject) => {
    const variant = cell[subject]
    return (variant?.agents ?? []).flatMap((agent) => {
      const server = servers[subject][agent.server]
      const model = server?.models.find(({ name }) => name === variant?.model)
      return server?.location === 'this-host' && model
        ? [demandOf(agent, { server, model, vramTotalBytes })]
        : []
    })
  })

/** One demand, the greatest, for each server: every server holds a copy of its own (appendix Y.3). */
const eachServer = (demands: readonly VramDemand[]): readonly VramDemand[] =>
  [...Map.groupBy(demands, ({ url }) => url).values()].flatMap((own) =>
    own.toSorted((a, b) => sizeOf(b) - sizeOf(a)).slice(0, 1),
  )

const totalOf = (demands: readonly VramDemand[]): number =>
  demands.reduce((total, demand) => total + sizeOf(demand), 0)

const modelsOf = ({ head, base }: Cell): string =>
  [...new Set([head.model, ...(base ? [base.model] : [])])].toSorted().join('\n')

/**
 * The greatest demand of each server on this host at the fullest moment of the plan: a server keeps its copy for other
 * cells of the same models, and makes room for those of others.
 */
export function greatestDemands({ cells }: Plan, setting: DemandSetting): readonly VramDemand[] {
  const moments = [...Map.groupBy(cells, modelsOf).values()].map((group) =>
    eachServer(group.flatMap((cell) => demandsOf(cell, setting))),
  )
  return moments.toSorted((a, b) => totalOf(b) - totalOf(a))[0] ?? []
}

/** A cell with what its own servers hold while it is measured. */
export interface CellDemand {
  readonly cell: Cell
  readonly demands: readonly VramDemand[]
}

/** Every cell that has servers on this host, in the plan's order. */
export const cellDemands = ({ cells }: Plan, setting: DemandSetting): readonly CellDemand[] =>
  cells.flatMap((cell) => {
    const demands = eachServer(demandsOf(cell, setting))
    return demands.length > 0 ? [{ cell, demands }] : []
  })
