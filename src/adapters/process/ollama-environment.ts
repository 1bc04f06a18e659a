/** The environment of an Ollama server that we start: pinned, so that nothing of the job's own leaks in. Pure. */
import { scrubbedEnvironment } from './scrubbed-environment.ts'

/**
 * Defaults that change between versions, and what a measured server must not do by itself: unload, prune, call out
 * (OLLAMA section 2).
 */
const pinned = {
  OLLAMA_NUM_PARALLEL: '1',
  OLLAMA_MAX_LOADED_MODELS: '1',
  OLLAMA_KEEP_ALIVE: '-1',
  OLLAMA_KV_CACHE_TYPE: 'f16',
  OLLAMA_NOPRUNE: '1',
  OLLAMA_NO_CLOUD: '1',
} as const

const pinnedByName: Readonly<Record<string, string>> = pinned

/** Which devices this job may use is a fact of the machine, and not of the policy. */
const passedOn = [
  'CUDA_VISIBLE_DEVICES',
  'CUDA_DEVICE_ORDER',
  'HIP_VISIBLE_DEVICES',
  'ROCR_VISIBLE_DEVICES',
  'GPU_DEVICE_ORDINAL',
  'GGML_VK_VISIBLE_DEVICES',
  'HSA_OVERRIDE_GFX_VERSION',
] as const

/** What all servers of a subject are given. `home` stands in for a home that is missing; null where there is one. */
export interface EnvironmentSource {
  readonly env: NodeJS.ProcessEnv
  readonly settings: Readonly<Record<string, string>>
  readonly home: string | null
}

/** What one server is given beyond that: its address as host:port, its store, and a mark to know it by. */
export interface ServerPlace {
  readonly host: string
  readonly modelStore: string | null
  readonly mark: string
}

/** The variable that carries the mark; children of the server inherit it. */
export const markName = 'PERF_GATE_SERVER'

/** Also the empty ones: an empty CUDA_VISIBLE_DEVICES hides all GPUs. */
const given = (env: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))

/** The settings that a server is given: ours, the machine's, and the policy's, which win. */
export const pinnedSettings = ({ env, settings }: EnvironmentSource): Readonly<Record<string, string>> => ({
  ...pinned,
  ...given(env, passedOn),
  ...settings,
})

/** The whole environment of one server. */
export const serverEnvironment = (
  source: EnvironmentSource,
  { host, modelStore, mark }: ServerPlace,
): Record<string, string> => ({
  ...scrubbedEnvironment(source.env),
  ...(source.home === null ? {} : { HOME: source.home, USERPROFILE: source.home }),
  ...pinnedSettings(source),
  OLLAMA_HOST: host,
  ...(modelStore === null ? {} : { OLLAMA_MODELS: modelStore }),
  [markName]: mark,
})

/** Settings of this job's environment that the servers do not get, so that nobody wonders; empty for none. */
export const settingsLeftBehind = ({ env, settings }: EnvironmentSource): readonly string[] =>
  Object.keys(env).filter(
    (name) =>
      /^(OLLAMA(?!_PERF_GATE)|LLAMA_ARG|GGML)_/.test(name) &&
      !['OLLAMA_HOST', 'OLLAMA_MODELS', 'OLLAMA_BIN', 'OLLAMA_URL', ...passedOn].includes(name) &&
      !(name in settings) &&
      env[name] !== pinnedByName[name],
  )
