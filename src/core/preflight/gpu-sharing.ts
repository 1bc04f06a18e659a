/** Who else uses the GPU: processes that are not ours, and models that the servers hold besides the plan's. */
import type { GpuProcess } from '../../model/gpu.ts'
import { formatBytes } from '../../model/number-format.ts'
import { okLine, unknownLine } from './lines.ts'
import { loadedOn } from './loaded-on.ts'
import type { LoadedFact, PreflightFacts, PreflightJudge } from './preflight-facts.ts'
import { jobServers } from './subject-servers.ts'
import { watchesGpu } from './watched-gpu.ts'

/** What is named in a line; the others are counted. */
const mostNamed = 6

const namesOf = (names: readonly string[]): string =>
  names.length > mostNamed
    ? `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more`
    : names.join(', ')

const processText = ({ name, pid, memoryUsedBytes }: GpuProcess): string =>
  `${name} (process ${pid}${memoryUsedBytes === null ? '' : `, ${formatBytes(memoryUsedBytes)}`})`

/** In a container the tool may see no process of the host (OLLAMA section 6). */
const isContainer = (virtualization: string | null): boolean =>
  /docker|podman|container|lxc|kube|cri-?o/i.test(virtualization ?? '')

/** Processes that compute on the GPU and are not ours. */
export const judgeForeignProcesses: PreflightJudge = (facts) => {
  const what = 'Other GPU processes'
  const { gpuProcesses: processes, environment } = facts
  const { virtualization } = environment.host
  if (!watchesGpu(facts)) return []
  if (processes === null) return [unknownLine(what, 'the list of processes cannot be read')]
  if (processes.length > 0)
    return [
      {
        what,
        value: namesOf(processes.map(processText)),
        verdict: 'warn',
        fix: 'Stop them while the gate measures; trials with a foreign process are left out.',
      },
    ]
  return isContainer(virtualization)
    ? [
        unknownLine(
          what,
          `none are listed, but from within ${virtualization} those of the host may not be seen`,
        ),
      ]
    : [okLine(what, 'none')]
}

const loadedText = ({ name, sizeBytes }: LoadedFact, url: string): string =>
  `${name} (${formatBytes(sizeBytes)}) on ${url}`

/** All models that the plan runs, on whichever server. */
const plannedModels = ({ plan }: PreflightFacts): ReadonlySet<string> =>
  new Set(plan.cells.flatMap(({ head, base }) => [head.model, ...(base ? [base.model] : [])]))

/** Models in the servers' memory that nobody asks for here. */
export const judgeOtherModels: PreflightJudge = (facts) => {
  const what = 'Other loaded models'
  const planned = plannedModels(facts)
  const urls = jobServers(facts.environment).map(({ server }) => server.url)
  if (urls.length === 0) return []
  const silent = urls.filter((url) => loadedOn(url, facts.loadedModels) === null)
  const others = urls.flatMap((url) =>
    (loadedOn(url, facts.loadedModels) ?? [])
      .filter(({ name }) => !planned.has(name))
      .map((model) => loadedText(model, url)),
  )
  if (others.length > 0)
    return [
      {
        what,
        value: namesOf(others),
        verdict: 'note',
        fix: 'They take memory until they are unloaded (`ollama stop` with the name).',
      },
    ]
  return silent.length > 0 ? [unknownLine(what, `not asked: ${silent.join(', ')}`)] : [okLine(what, 'none')]
}
