/** The servers of a job, each once, with whom they serve. */
import type { Environment, ServerFacts } from '../../model/environment.ts'
import type { SubjectName } from '../../model/plan.ts'

/** One server; head may be compared with itself, so that it serves both. */
export interface JobServer {
  readonly server: ServerFacts
  readonly subjects: readonly SubjectName[]
}

const subjectNames = ['head', 'base'] as const

/** Head's servers and then those that only base has. */
export function jobServers({ servers }: Pick<Environment, 'servers'>): readonly JobServer[] {
  const all = subjectNames.flatMap((subject) => servers[subject].map((server) => ({ server, subject })))
  return [...Map.groupBy(all, ({ server }) => server.url).values()].flatMap(([first, ...others]) =>
    first
      ? [{ server: first.server, subjects: [...new Set([first, ...others].map(({ subject }) => subject))] }]
      : [],
  )
}

/** The subjects that have servers. */
export const subjectsWithServers = ({ servers }: Pick<Environment, 'servers'>): readonly SubjectName[] =>
  subjectNames.filter((subject) => servers[subject].length > 0)

/** Servers of a real Ollama; those of the embedded engines have no versions, drivers or cards to look at. */
export const ollamaServers = (environment: Pick<Environment, 'servers'>): readonly ServerFacts[] =>
  jobServers(environment)
    .map(({ server }) => server)
    .filter(({ engine }) => engine === 'ollama')
