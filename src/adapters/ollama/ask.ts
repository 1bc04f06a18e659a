/** Asks a server something small and reads the answer as JSON of a known shape. Knows no endpoint. */
import type { z } from 'zod'
import { type AnswerLimit, createBodyCollector } from './body-collector.ts'
import { exchange, type Request } from './exchange.ts'
import { describeRefusal, isOllamaRefusal, type Refusal } from './refusal.ts'
import type { ServerLink } from './server-link.ts'
import { notOllama, serverProblem } from './server-problem.ts'

/** A question. `purpose` completes "the server could not ...". */
export interface Question<Shape extends z.ZodType> {
  readonly request: Request
  readonly purpose: string
  readonly model?: string
  readonly shape: Shape
  readonly limit: AnswerLimit
}

const parseJson = (answer: Refusal): unknown => {
  try {
    return JSON.parse(answer.body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** Waits while the server says 503: a load may be waiting in its queue. */
const backoffMs = [250, 500, 1000, 2000, 4000] as const

const send = async (
  link: ServerLink,
  question: Pick<Question<z.ZodType>, 'request' | 'purpose' | 'model' | 'limit'>,
  signal: AbortSignal | undefined,
): Promise<Refusal> => {
  const asked = { url: link.url, ...question }
  for (let retries = 0; ; retries += 1) {
    signal?.throwIfAborted()
    const collector = createBodyCollector(question.limit)
    const failure = await exchange(link.context(signal), question.request, collector)
    if (failure !== null) {
      signal?.throwIfAborted()
      throw serverProblem(asked, failure)
    }
    const answer = collector.answer()
    if (answer.status === 200) return answer
    const refusal = describeRefusal(answer)
    const waitMs = backoffMs[retries]
    if (refusal.kind === 'http-status' && !isOllamaRefusal(answer)) {
      throw notOllama(asked, answer, 'which is no error of Ollama')
    }
    if (refusal.kind !== 'server-busy' || waitMs === undefined) throw serverProblem(asked, refusal)
    await link.clock.sleep(waitMs, signal)
  }
}

/**
 * Asks and reads the answer. Throws MachineError when there is no server, it refuses, or it is not an Ollama; throws
 * the signal's reason when aborted.
 */
export const ask = async <Shape extends z.ZodType>(
  link: ServerLink,
  question: Question<Shape>,
  signal: AbortSignal | undefined,
): Promise<z.output<Shape>> => {
  const answer = await send(link, question, signal)
  const asked = { url: link.url, purpose: question.purpose }
  const value = parseJson(answer)
  if (value === undefined) throw notOllama(asked, answer, 'which is not JSON')
  const parsed = question.shape.safeParse(value)
  if (parsed.success) return parsed.data
  const field = parsed.error.issues[0]?.path.join('.') ?? ''
  throw notOllama(asked, answer, field === '' ? 'other JSON' : `JSON without a usable "${field}"`)
}
