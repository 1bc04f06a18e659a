/** Whether a server says that it computes on the CPU, although there is a GPU. */
import { okLine, unknownLine } from './lines.ts'
import { isCpuLibrary, offGpuVerdict } from './off-gpu.ts'
import type { PreflightJudge } from './preflight-facts.ts'
import { ollamaServers } from './subject-servers.ts'

/** The log of a server is the earliest sign of a fallback (OLLAMA section 0); one that was found running shows no log. */
export const judgeCpuFallback: PreflightJudge = (facts) => {
  const what = 'Compute library'
  const servers = ollamaServers(facts.environment)
  if (servers.length === 0) return []
  const fallbacks = facts.fallbacks.flatMap(({ url, lines }) => lines.map((line) => `${url}: ${line}`))
  const onCpu = servers
    .filter(({ library }) => isCpuLibrary(library))
    .map(({ url }) => `${url} computes on the CPU`)
  const told = fallbacks.length > 0 ? fallbacks : onCpu
  if (told.length > 0)
    return [
      {
        what,
        value: told.join('; '),
        verdict: offGpuVerdict(facts) === 'fail' ? 'fail' : 'note',
        fix: 'See the server’s log and the driver, and restart Ollama; or write `placement: any` to measure on the CPU.',
      },
    ]
  const silent = servers.filter(({ library }) => library === null).map(({ url }) => url)
  if (silent.length > 0) return [unknownLine(what, `not known for ${silent.join(', ')}`)]
  const libraries = new Set(servers.map(({ library }) => library))
  return [okLine(what, [...libraries].join(', '))]
}
