/** What the servers compute with, and whether that is the CPU although there is a GPU. */
import type { ServerFacts } from '../../model/environment.ts'
import type { PreflightVerdict } from '../../model/preflight.ts'
import { okLine, unknownLine } from './lines.ts'
import { isCpuLibrary, offGpuVerdict } from './off-gpu.ts'
import type { FallbackFact, PreflightFacts, PreflightJudge } from './preflight-facts.ts'
import { ollamaServers } from './subject-servers.ts'

const howMany = (number: number): string => (number === 2 ? 'both servers' : `all ${number} servers`)

/** "CUDA", "cpu on both servers", "CUDA on http://a, cpu on http://b". */
function libraryText(servers: readonly ServerFacts[]): string {
  const groups = [...Map.groupBy(servers, ({ library }) => library ?? 'unknown')]
  const [first] = groups
  if (first && groups.length === 1)
    return servers.length > 1 ? `${first[0]} on ${howMany(servers.length)}` : first[0]
  return groups.map(([library, own]) => `${library} on ${own.map(({ url }) => url).join(' and ')}`).join(', ')
}

/** That line says what the library says already, in many words. */
const isPlain = (line: string): boolean => /^inference compute /.test(line)

/** What the logs say of a fallback, with their server where not all say it. */
function logTexts(fallbacks: readonly FallbackFact[], servers: number): readonly string[] {
  const said = fallbacks.flatMap(({ url, lines }) => lines.map((line) => ({ url, line })))
  return [...Map.groupBy(said, ({ line }) => line)]
    .filter(([line]) => !isPlain(line))
    .map(([line, own]) => (own.length < servers ? `${own.map(({ url }) => url).join(', ')}: ${line}` : line))
}

interface Severity {
  readonly verdict: PreflightVerdict
  readonly fix: string | null
}

const look = 'See the server’s log and the driver, and restart Ollama'

/** On a machine without a GPU the CPU is what there is; beside one it is rarely what was meant. */
function severityOf(facts: PreflightFacts, onCpu: boolean): Severity {
  if (offGpuVerdict(facts) === 'fail')
    return { verdict: 'fail', fix: `${look}; or write \`placement: any\` to measure on the CPU.` }
  const { state } = facts.environment.gpu
  return onCpu && (state === 'present' || state === 'broken')
    ? { verdict: 'warn', fix: `${look}, unless the CPU is to be measured.` }
    : { verdict: 'note', fix: null }
}

/** The log of a server is the earliest sign of a fallback (OLLAMA section 0); one that was found running shows no log. */
export const judgeCpuFallback: PreflightJudge = (facts) => {
  const what = 'Compute library'
  const servers = ollamaServers(facts.environment)
  if (servers.length === 0) return []
  const onCpu = servers.some(({ library }) => isCpuLibrary(library))
  if (onCpu || facts.fallbacks.some(({ lines }) => lines.length > 0)) {
    const value = [libraryText(servers), ...logTexts(facts.fallbacks, servers.length)].join('; ')
    return [{ what, value, ...severityOf(facts, onCpu) }]
  }
  const silent = servers.filter(({ library }) => library === null).map(({ url }) => url)
  if (silent.length === 0) return [okLine(what, libraryText(servers))]
  const fix = 'See "inference compute" in the server’s log, or let the gate start the servers.'
  return [unknownLine(what, `not known for ${silent.join(', ')}`, fix)]
}
