/** The text of an agent's metrics.json as an AgentExecution, or what is wrong with it. */
import { messageOf } from '../../errors.ts'
import { type AgentExecution, agentExecutionSchema } from '../../model/agent-execution.ts'

/** One of both. */
export type ReadMetrics =
  | { readonly execution: AgentExecution; readonly wrong: null }
  | { readonly execution: null; readonly wrong: string }

const mostProblems = 8

/** E.g. llm_calls[0].metrics.ttft_ms. */
const pathText = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '') || 'the whole'

/** Some at most, and how many more there are. */
export const listed = (problems: readonly string[]): string =>
  [
    ...problems.slice(0, mostProblems),
    ...(problems.length > mostProblems ? [`and ${problems.length - mostProblems} more`] : []),
  ].join('; ')

/** Never throws; `wrong` is one sentence with every problem. The text is the program's, null where it wrote none. */
export function readMetrics(text: string | null): ReadMetrics {
  if (text === null)
    return {
      execution: null,
      wrong: 'The program wrote no metrics.json (AGENT_METRICS_FILE), which `metrics: true` asks for.',
    }
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    return { execution: null, wrong: `Its metrics.json is no JSON: ${messageOf(error)}.` }
  }
  const parsed = agentExecutionSchema.safeParse(value)
  if (parsed.success) return { execution: parsed.data, wrong: null }
  const problems = parsed.error.issues.map(({ path, message }) => `${pathText(path)}: ${message}`)
  return {
    execution: null,
    wrong: `Its metrics.json has not the form of an AgentExecution: ${listed(problems)}.`,
  }
}
