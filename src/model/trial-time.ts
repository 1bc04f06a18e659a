/** How long trials may take, before anything was measured. Knows no cell, no server and no file. */
import { explicitDefaults } from './options.ts'
import type { Task } from './plan.ts'
import type { Protocol, Workload } from './policy.ts'

/** An agent, as far as it decides how long its turn takes; `tokens` are the most that one answer may have. */
export interface TimedAgent {
  readonly kind: Task['kind']
  readonly tokens: number
  readonly server: number
}

/** A trial of a cell. The first one of a subject loads and warms up; `isRestarted` says that its servers start anew. */
export interface TimedTrial {
  readonly workload: Workload
  readonly agents: readonly TimedAgent[]
  readonly isFirst: boolean
  readonly isRestarted: boolean
}

/** Guesses at a machine that nobody has seen: a GPU may take half of it, a CPU several times as much. */
const tokensPerSecond = 50
const probeSeconds = 0.2
const loadSeconds = 10
const restartSeconds = 5
const warmupTokens = 8
/** Reading and summarising a folder, or starting a program. */
const ownSeconds = 1

const generationSeconds = (tokens: number): number => probeSeconds + tokens / tokensPerSecond

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

/** A workflow asks twice (TR111 2.2); so, it is assumed, does a program, of which nobody knows before it ran. */
const turnSeconds = ({ kind, tokens }: TimedAgent): number =>
  kind === 'chat' ? generationSeconds(tokens) : ownSeconds + 2 * generationSeconds(tokens)

const byServer = (agents: readonly TimedAgent[]): readonly (readonly TimedAgent[])[] => [
  ...Map.groupBy(agents, ({ server }) => server).values(),
]

/** Agents of one server wait for each other, servers do not. */
const togetherSeconds = (agents: readonly TimedAgent[]): number =>
  agents.length < 2 ? 0 : Math.max(...byServer(agents).map((group) => sum(group.map(turnSeconds))))

/** Each server works off its share of the queue by itself. */
const queueSeconds = (agents: readonly TimedAgent[], requests: number): number =>
  requests / sum(byServer(agents).map((group) => group.length / sum(group.map(turnSeconds))))

function turnsSeconds(agents: readonly TimedAgent[], protocol: Protocol): number {
  const chats = agents.filter(({ kind }) => kind === 'chat')
  return (
    chats.length * protocol['ttft-probes'] * probeSeconds +
    protocol.requests * (sum(agents.map(turnSeconds)) + togetherSeconds(agents)) +
    protocol['exact-repeats'] * sum(chats.map(turnSeconds))
  )
}

function legsSeconds({ workload, agents }: TimedTrial, protocol: Protocol): number {
  switch (workload) {
    case 'batch':
      return queueSeconds(agents, protocol['batch-requests'])
    case 'sustained':
      return protocol['sustain-minutes'] * 60
    case 'single-agent':
    case 'two-agents':
    case 'many-agents':
      return turnsSeconds(agents, protocol)
    default:
      return workload satisfies never
  }
}

/**
 * A rough estimate of one trial in seconds. It assumes 50 tokens/s for each generation, 0.2 s to the first token, 10 s for
 * each load, one load and warm-up for each subject, cell and server, 5 s for a restart, every answer at its full
 * num_predict, agents on one server served in turn, and of a program two answers and a second of its own.
 */
export function trialSeconds(trial: TimedTrial, protocol: Protocol): number {
  const { agents, isFirst, isRestarted } = trial
  const start = isFirst
    ? byServer(agents).length * loadSeconds +
      agents.length * protocol['warmup-requests'] * generationSeconds(warmupTokens) +
      (isRestarted ? restartSeconds : 0)
    : 0
  return start + legsSeconds(trial, protocol)
}

/** The most tokens of an answer where nobody says a number. */
export const defaultTokens: number = explicitDefaults.num_predict
