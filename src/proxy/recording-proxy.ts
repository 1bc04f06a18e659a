/** A proxy that changes nothing and lets somebody watch: how agents are measured that know nothing of us. */
import type { IncomingMessage } from 'node:http'
import { type Exchange, forward } from './forward.ts'
import type { ListenAddress, RunningProxy } from './listen.ts'
import { type ExchangeObserver, watchExchange } from './recording-exchange.ts'
import { startProxy } from './start-proxy.ts'
import type { Upstream } from './upstream.ts'

/** A request that may be an LLM call, whole, before it goes on. `path` may have a query. */
export interface ObservedRequest {
  readonly method: string
  readonly path: string
  readonly body: Buffer
}

/**
 * What is recorded of whom. `observe` is asked for each POST to one of the paths that make a model work and may decline
 * with null; `onRequest` hears of any request at all, when its head has come. `nowMs` is the clock of all moments.
 */
export interface RecordingProxyOptions {
  readonly target: string
  readonly listen: ListenAddress
  readonly nowMs: () => number
  readonly observe: (request: ObservedRequest) => ExchangeObserver | null
  readonly onRequest: (atMs: number) => void
}

/** Only their bodies are read before they go on; an upload of a model is not. */
const llmPaths = ['/api/chat', '/api/generate', '/v1/chat/completions', '/v1/completions', '/v1/responses']

/** Far above any prompt with its images; a client that sends on and on must not fill the gate's memory. */
const mostBodyMebibytes = 64

/** Null where there is more than that. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const pieces: Buffer[] = []
  let left = mostBodyMebibytes * 2 ** 20
  for await (const piece of request.iterator({ destroyOnReturn: false })) {
    left -= piece.length
    if (left < 0) return null
    pieces.push(piece)
  }
  return Buffer.concat(pieces)
}

/** In Ollama's form of an error. What else the client sends is thrown away, so that it comes to read its answer. */
function refuseBody({ request, response }: Exchange): void {
  request.resume()
  const error = `a request of more than ${mostBodyMebibytes} MiB is not passed on while programs are measured`
  response
    .writeHead(413, { 'Content-Type': 'application/json; charset=utf-8' })
    .end(JSON.stringify({ error }))
}

async function serve(exchange: Exchange, upstream: Upstream, options: RecordingProxyOptions): Promise<void> {
  const { request, response } = exchange
  const { method = '', url: path = '' } = request
  if (method !== 'POST' || !llmPaths.includes(path.split('?')[0] ?? ''))
    return forward(exchange, { upstream, body: null, through: null, watch: null })
  const body = await bodyOf(request)
  if (response.destroyed) return
  if (body === null) return refuseBody(exchange)
  const observer = options.observe({ method, path, body })
  const watch = observer && watchExchange({ response, observer, nowMs: options.nowMs, target: upstream.url })
  forward(exchange, { upstream, body, through: null, watch })
}

/**
 * Starts the proxy. Throws InputError for a target that is no URL of a server, MachineError when it cannot listen.
 * Closing it ends every exchange that still runs, and tells its observer so.
 */
export const startRecordingProxy = (options: RecordingProxyOptions): Promise<RunningProxy> =>
  startProxy(options, (exchange, upstream) => {
    options.onRequest(options.nowMs())
    return serve(exchange, upstream, options)
  })
