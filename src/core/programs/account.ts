/** What a program says of its run, once it is known to be no contradiction: the steps, and what its calls were for. */
import type { AgentExecution } from '../../model/agent-execution.ts'
import type { Turn } from '../../model/run.ts'
import { contradictionsOf, type SeenRun } from './contradictions.ts'
import { listed, readMetrics } from './read-metrics.ts'

/**
 * `stages` are those of its calls in the order of their writes, empty where the program did not tell, or told them in
 * another order. `failure` says why nothing of it can be believed.
 */
export interface Account {
  readonly steps: Turn['steps']
  readonly stages: readonly string[]
  readonly failure: string | null
}

/** Names are kept with every call. */
const longestStage = 64

/** Of a program that is not asked. */
export const noAccount: Account = { steps: [], stages: [], failure: null }

const stepsOf = ({ workflow }: AgentExecution): Turn['steps'] =>
  workflow
    ? [
        { name: 'ingest', ms: workflow.ingest_seconds * 1000 },
        { name: 'analysis', ms: workflow.analysis_seconds * 1000 },
        { name: 'report', ms: workflow.report_seconds * 1000 },
      ]
    : []

/** Tokens tell one call from the other; calls of as many tokens in another order would go unseen, and cost only a name. */
const isInOrder = ({ llm_calls }: AgentExecution, { calls }: SeenRun): boolean =>
  llm_calls.every(({ metrics }, index) => {
    const tokens = calls[index]?.server?.outputTokens
    return tokens === undefined || tokens === metrics.tokens_generated
  })

/** Reads metrics.json and holds it against what was seen. */
export function accountOf(text: string | null, seen: SeenRun): Account {
  const { execution, wrong } = readMetrics(text)
  if (execution === null) return { ...noAccount, failure: wrong }
  const contradictions = contradictionsOf(execution, seen)
  if (contradictions.length > 0)
    return { ...noAccount, failure: `Its metrics.json contradicts what happened: ${listed(contradictions)}.` }
  const stages = isInOrder(execution, seen)
    ? execution.llm_calls.map(({ stage }) => stage.slice(0, longestStage))
    : []
  return { steps: stepsOf(execution), stages, failure: null }
}
