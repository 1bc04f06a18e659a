/** Whether num_gpu means what it says. */
import type { Cell, SubjectName } from '../../model/plan.ts'
import { clampingNotes } from '../clamping.ts'
import { okLine, unknownLine } from './lines.ts'
import { offGpuVerdict } from './off-gpu.ts'
import type { PreflightFacts, PreflightJudge } from './preflight-facts.ts'
import { subjectsWithServers } from './subject-servers.ts'

interface Offload {
  readonly model: string
  readonly layers: number | null
  readonly asked: readonly number[]
}

const askedBy = (cells: readonly Cell[], subject: SubjectName): ReadonlyMap<string, readonly number[]> => {
  const asked = cells.flatMap((cell) => {
    const variant = cell[subject]
    return (variant?.agents ?? []).flatMap(({ options }) =>
      variant && (options.num_gpu ?? -1) >= 0 ? [{ model: variant.model, layers: options.num_gpu ?? 0 }] : [],
    )
  })
  return new Map(
    [...Map.groupBy(asked, ({ model }) => model)].map(([model, own]) => [
      model,
      [...new Set(own.map(({ layers }) => layers))].toSorted((a, b) => a - b),
    ]),
  )
}

/** All blocks and the output layer; null where the model does not tell its blocks. */
function offloadsOf({ environment, plan }: PreflightFacts, subject: SubjectName): readonly Offload[] {
  const facts = environment.servers[subject].flatMap(({ models }) => models)
  return [...askedBy(plan.cells, subject)].map(([model, asked]) => {
    const blocks = facts.find(({ name }) => name === model)?.blocks ?? null
    return { model, layers: blocks === null ? null : blocks + 1, asked }
  })
}

/** What the policy asks of the placement cannot come true with fewer layers than the model has. */
const belowText = ({ model, layers, asked }: Offload): readonly string[] =>
  layers === null
    ? []
    : asked
        .filter((number) => number < layers)
        .map((number) => `${number} leaves ${layers - number} of ${layers} layers of ${model} on the CPU`)

const aboveText = ({ model, layers, asked }: Offload): readonly string[] => {
  const above = asked.filter((number) => layers !== null && number > layers)
  return above.length > 0
    ? [`${above.join(' and ')} ${above.length > 1 ? 'mean' : 'means'} all ${layers} layers of ${model}`]
    : []
}

/** H.1 step 3: a num_gpu above the model's layers is legal and means all of them, so that cells may be the same. */
export const judgeLayers: PreflightJudge = (facts) => {
  const what = 'num_gpu'
  const offloads = subjectsWithServers(facts.environment).flatMap((subject) => offloadsOf(facts, subject))
  const below = offGpuVerdict(facts) === 'fail' ? [...new Set(offloads.flatMap(belowText))] : []
  if (below.length > 0)
    return [
      {
        what,
        value: `${below.join(', ')}, but the policy asks for all of the model on the GPU: such trials fail`,
        verdict: 'warn',
        fix: 'Raise num_gpu to all layers, or write `placement: any` where the rest on the CPU is what is measured.',
      },
    ]
  if (offloads.every(({ asked }) => asked.every((number) => number === 0))) return []
  const above = [...new Set(offloads.flatMap(aboveText))]
  const models = facts.environment.servers.head.flatMap((server) => server.models)
  if (above.length > 0)
    return [
      {
        what,
        value: [`${above.join(', ')}.`, ...clampingNotes(facts.plan.cells, models)].join(' '),
        verdict: 'note',
        fix: null,
      },
    ]
  const silent = [...new Set(offloads.filter(({ layers }) => layers === null).map(({ model }) => model))]
  return silent.length > 0
    ? [unknownLine(what, `${silent.join(', ')} does not tell its layers`)]
    : [okLine(what, 'within the layers of every model')]
}
