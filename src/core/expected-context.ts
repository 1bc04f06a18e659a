/** Which context length a server should be running with, and whether it does. */
import type { ModelFacts, ServerFacts } from '../model/environment.ts'
import type { Variant } from '../model/plan.ts'
import type { Residency } from '../model/run.ts'
import { isBefore } from './version.ts'

/** Before this release /api/ps may list the context times the parallel slots (OLLAMA section 2). */
const ownContextSince = '0.15.5'

/** The contexts that the variant's agents ask for, at most the model's own; empty when none asks for one. */
export function expectedContexts(variant: Variant, facts: readonly ModelFacts[]): readonly number[] {
  const train = facts.find(({ name }) => name === variant.model)?.trainContext ?? Number.POSITIVE_INFINITY
  return variant.agents.flatMap(({ serverDefaults, options }) =>
    serverDefaults || options.num_ctx === undefined ? [] : Math.min(options.num_ctx, train),
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
