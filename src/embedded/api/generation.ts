/** Answers /api/generate and /api/chat: load, wait for a slot, generate. Knows no engine in particular. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import { ApiError } from '../api-error.ts'
import type { Engine, Task } from '../engine.ts'
import type { Lease, Residency } from '../residency/residency.ts'
import { answerJson } from './answer.ts'
import { residenceAnswer } from './chunk.ts'
import { type Endpoint, type GenerationRequest, readGenerationRequest } from './generation-request.ts'
import { answerPieces, streamPieces } from './piece-answer.ts'

/** What generating needs of the server. `nextNumber` counts the requests that generate, from 1. */
export interface GenerationContext {
  readonly engine: Engine
  readonly residency: Residency
  readonly nextNumber: () => number
}

/** One request on its way; `signal` aborts when the client leaves before it has its answer. */
interface Exchange {
  readonly request: GenerationRequest
  readonly response: ServerResponse
  readonly startMs: number
  readonly signal: AbortSignal
}

const clientSignal = (response: ServerResponse): AbortSignal => {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new ApiError(499, 'request canceled'))
  })
  return gone.signal
}

/** Runs `use` with the model in memory; `loadNs` is how long that took. */
const withModel = async (
  { request, startMs, signal }: Exchange,
  residency: Residency,
  use: (lease: Lease, loadNs: number) => Promise<void>,
): Promise<void> => {
  const { options, keepAliveMs } = request
  const lease = await residency.lease({ options: options.runner, keepAliveMs }, signal)
  try {
    await use(lease, (performance.now() - startMs) * 1e6)
  } finally {
    lease.release()
  }
}

const admit = (engine: Engine, number: number): void => {
  const refusal = engine.refuse(number)
  if (refusal !== null) throw new ApiError(refusal.status, refusal.message)
}

const generate = async (exchange: Exchange, context: GenerationContext): Promise<void> => {
  const { engine, residency } = context
  const { request, response, startMs, signal } = exchange
  const { prompt, truncate, options } = request
  const task: Task = { number: context.nextNumber(), prompt, truncate, options: options.request }
  admit(engine, task.number)
  await withModel(exchange, residency, async ({ resident }, loadNs) => {
    const leaveSlot = await resident.slots.take(signal)
    try {
      const pieces = resident.runner.generate(task, signal)
      const generation = { request, response, pieces, startMs, loadNs }
      await (request.stream ? streamPieces(generation, engine.stampsChunks) : answerPieces(generation))
    } finally {
      leaveSlot()
    }
  })
}

/** Reads the request and answers it. Throws ApiError for what becomes an error's answer. */
export const answerGeneration = async (
  endpoint: Endpoint,
  { incoming, response }: { readonly incoming: IncomingMessage; readonly response: ServerResponse },
  context: GenerationContext,
): Promise<void> => {
  const startMs = performance.now()
  const request = await readGenerationRequest(endpoint, incoming, context.engine.model)
  const exchange: Exchange = { request, response, startMs, signal: clientSignal(response) }
  if (request.prompt !== '') return generate(exchange, context)
  if (request.keepAliveMs === 0) {
    context.residency.expire()
    answerJson(response, 200, residenceAnswer(request, 'unload'))
    return
  }
  await withModel(exchange, context.residency, async () => {
    answerJson(response, 200, residenceAnswer(request, 'load'))
  })
}
