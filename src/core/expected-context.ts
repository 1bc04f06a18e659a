/** Which context length a server should be running with, and whether it does. */
import type { ModelFacts, ServerFacts } from '../model/environment.ts'
import type { CellAgent, Variant } from '../model/plan.ts'
import type { Residency } from '../model/run.ts'
import { isBefore } from './version.ts'

/** Before this release /api/ps may list the context times the parallel slots (OLLAMA section 2). */
const ownContextSince = '0.15.5'

/** What the server makes of a context that is asked for: at least what its kind of model needs, at most its own. */
export const clampContext = (
  asked: number,
  { leastContext, trainContext }: Pick<ModelFacts, 'leastContext' | 'trainContext'>,
): number => Math.min(Math.max(asked, leastContext ?? 0), trainContext ?? Number.POSITIVE_INFINITY)

const asksNothing = ({ serverDefaults, options }: CellAgent): boolean =>
  serverDefaults || options.num_ctx === undefined

/**
 * The contexts that the variant's agents on one of its servers ask for, as the server clamps them. Empty where one of
 * them leaves it to the server: then it may be any.
 */
export function expectedContexts(
  { model, agents }: Variant,
  server: number,
  facts: readonly ModelFacts[],
): readonly number[] {
  const own = facts.find(({ name }) => name === model) ?? { leastContext: null, trainContext: null }
  const here = agents.filter((agent) => agent.server === server)
  if (here.some(asksNothing)) return []
  return [...new Set(here.flatMap(({ options }) => options.num_ctx ?? []))].map((asked) =>
    clampContext(asked, own),
  )
}

/** Whether a server runs with one of the contexts that were asked for. False where it does not tell. */
export const fitsContext = (
  { server, contextLength }: Pick<Residency, 'server' | 'contextLength'>,
  expected: readonly number[],
  servers: readonly Pick<ServerFacts, 'version'>[],
): boolean =>
  contextLength !== null &&
  expected.some(
    (wanted) =>
      contextLength === wanted ||
      (isBefore(servers[server]?.version ?? '', ownContextSince) && contextLength % wanted === 0),
  )
