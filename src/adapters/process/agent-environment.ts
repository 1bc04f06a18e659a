/** The environment of an agent's program: what a program needs to run, the contract's variables, and no secret. Pure. */
import type { Options } from '../../model/options.ts'
import { scrubbedEnvironment } from './scrubbed-environment.ts'

/** Carries a mark that tells a program's processes from all others; what they start inherits it. */
export const agentMarkName = 'PERF_GATE_AGENT'

/** What a program is told. `server` is a URL; `metricsFile` is null where it is to write none. */
export interface Contract {
  readonly name: string
  readonly server: string
  readonly model: string
  readonly options: Options
  readonly metricsFile: string | null
}

/**
 * The variables of docs/external-agents.md. Ollama's own clients read OLLAMA_HOST, most others OPENAI_BASE_URL, which
 * refuse to start without a key.
 */
export function contractVariables(contract: Contract): Readonly<Record<string, string>> {
  const { name, server, model, metricsFile } = contract
  const { think, keep_alive, ...options } = contract.options
  return {
    OLLAMA_HOST: new URL(server).host,
    OLLAMA_BASE_URL: server,
    OPENAI_BASE_URL: `${server}/v1`,
    OPENAI_API_KEY: 'ollama',
    OLLAMA_MODEL: model,
    OLLAMA_OPTIONS: JSON.stringify(options),
    ...(think === undefined ? {} : { OLLAMA_THINK: JSON.stringify(think) }),
    ...(keep_alive === undefined ? {} : { OLLAMA_KEEP_ALIVE: String(keep_alive) }),
    AGENT_NAME: name,
    ...(metricsFile === null ? {} : { AGENT_METRICS_FILE: metricsFile }),
  }
}

/** By this the runner itself ends what a job leaves when its processes are killed; it opens nothing. */
const runnerMark = 'RUNNER_TRACKING_ID'

/** The whole environment of a program, or of its set-up, which knows of no contract. */
export const agentEnvironment = (
  env: NodeJS.ProcessEnv,
  mark: string,
  contract: Contract | null,
): Record<string, string> => ({
  ...scrubbedEnvironment(env),
  ...(env[runnerMark] === undefined ? {} : { [runnerMark]: env[runnerMark] }),
  ...(contract === null ? {} : contractVariables(contract)),
  [agentMarkName]: mark,
})
