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
    .replace(/^\./, '') || 'the file'

/** What JSON calls the kinds of value that the schema asks for. */
const kindNames: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'an object',
}

/** A value of the file in a few words: never a whole list or object. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'string' && value.length > 30 ? `"${value.slice(0, 30)}…"` : JSON.stringify(value)
}

/** What the schema says against a value, as far as it matters here. */
interface Misfit {
  readonly code?: string
  readonly expected?: unknown
  readonly origin?: unknown
  readonly minimum?: unknown
  readonly input?: unknown
}

/** The end of a sentence that begins with the value's path, e.g. `must be a number, not "fast"`. */
function misfitWords({ code, expected, origin, minimum, input }: Misfit): string {
  if (input === undefined) return 'is missing'
  if (origin === 'array') return 'must have at least one entry'
  if (code === 'too_small') return `must be ${String(minimum)} or more, not ${shown(input)}`
  const needed = kindNames[String(expected)] ?? 'a smaller number'
  return `must be ${needed}, not ${shown(input)}`
}

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
  const parsed = agentExecutionSchema.safeParse(value, { error: misfitWords })
  if (parsed.success) return { execution: parsed.data, wrong: null }
  const problems = parsed.error.issues.map(({ path, message }) => `${pathText(path)} ${message}`)
  return {
    execution: null,
    wrong: `Its metrics.json has not the form of an AgentExecution: ${listed(problems)}.`,
  }
}
