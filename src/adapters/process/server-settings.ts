/** Which settings of a server are kept as facts: those that move figures, and no secrets. Pure. */
import type { ServerSettings } from '../../model/environment.ts'

const movesFigures = /^(OLLAMA|LLAMA_ARG|GGML|CUDA|HIP|ROCR|HSA|GPU)_/

/** Addresses, paths, and what only a person at a terminal or a browser notices. */
const movesNothing = new Set([
  'OLLAMA_HOST',
  'OLLAMA_MODELS',
  'OLLAMA_ORIGINS',
  'OLLAMA_REMOTES',
  'OLLAMA_EDITOR',
  'OLLAMA_NOHISTORY',
])

const secretName = /KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH/
/** A user and password in a URL, or a long run of letters and digits such as a key; GPU ids have hyphens. */
const secretValue = /:\/\/[^/\s]*@|[A-Za-z0-9_]{32,}/

/** Of a variable and its value: whether they may be stored and shown, and are worth it. An empty value is unset. */
const isKept = ([name, value]: [string, string]): boolean =>
  value !== '' &&
  movesFigures.test(name) &&
  !movesNothing.has(name) &&
  !secretName.test(name) &&
  !secretValue.test(value)

/** The log says `false` for these both when they are off and when they are left to the server, which is not the same. */
const ambiguous = ['OLLAMA_FLASH_ATTENTION']

/** Go's longest duration, which is how the log says -1. */
const forever = '2562047h47m16.854775807s'

/**
 * The settings that a server runs with: what it told in its log, which is what it made of the environment and of its own
 * defaults, and what it was given beyond that. Empty for none.
 */
export function settingsInForce(
  given: Readonly<Record<string, string | undefined>>,
  told: Readonly<Record<string, string>> | null,
): ServerSettings {
  const all: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) if (value !== undefined) all[name] = value
  for (const [name, value] of Object.entries(told ?? {}))
    if (!ambiguous.includes(name) && (value !== '' || !(name in all)))
      all[name] = value === forever ? '-1' : value
  return Object.fromEntries(
    Object.entries(all)
      .filter(isKept)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}
