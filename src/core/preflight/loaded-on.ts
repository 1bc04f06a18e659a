/** What a server was seen to hold. */
import type { LoadedFact, LoadedModelsFact } from './preflight-facts.ts'

/** The models in a server's memory; null where it was not asked. */
export const loadedOn = (url: string, loaded: readonly LoadedModelsFact[]): readonly LoadedFact[] | null =>
  loaded.find((one) => one.url === url)?.models ?? null
