/** A server and a slowdown proxy in front of it, closed after each test, and calls to them. */
import { afterEach } from 'vitest'
import type { RunningProxy } from '../../src/proxy/listen.ts'
import { type SlowdownOptions, startSlowdownProxy } from '../../src/proxy/slowdown-proxy.ts'
import { type NdjsonServer, startNdjsonServer } from './ndjson-server.ts'

const closing: (() => Promise<void>)[] = []

/** Runs once the test is over, the latest first. */
export const afterTheTest = (close: () => Promise<void>): void => {
  closing.push(close)
}

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A server that answers in the given way. */
export async function aServer(answer: Parameters<typeof startNdjsonServer>[0]): Promise<NdjsonServer> {
  const server = await startNdjsonServer(answer)
  afterTheTest(server.close)
  return server
}

/** A proxy that slows nothing unless it is told to. */
export async function aProxy(target: string, options: Partial<SlowdownOptions> = {}): Promise<RunningProxy> {
  const proxy = await startSlowdownProxy({
    target,
    listen: { host: '127.0.0.1', port: 0 },
    firstTokenDelayMs: 0,
    chunkSlowdownRatio: 0,
    noTokens: false,
    ...options,
  })
  afterTheTest(proxy.close)
  return proxy
}

/** Lines of a chat stream. */
export const tokens = (count: number): string[] =>
  Array.from(
    { length: count },
    (_, i) => `${JSON.stringify({ message: { content: `w${i}` }, done: false })}\n`,
  )

/** A call: where to, and what is asked. */
export interface Call {
  readonly path: string
  readonly body: object
}

export const chat = (fields: object = {}): Call => ({
  path: '/api/chat',
  body: { model: 'gemma3', messages: [{ role: 'user', content: 'hi' }], ...fields },
})

export const generate = (fields: object = {}): Call => ({
  path: '/api/generate',
  body: { model: 'gemma3', prompt: 'hi', ...fields },
})

/** Sends a call. */
export const send = (url: string, { path, body }: Call, signal?: AbortSignal): Promise<Response> =>
  fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body), ...(signal ? { signal } : {}) })

/** What a client saw. `atMs` are the moments of the chunks, in ms from the request's write. */
export interface Measured {
  readonly text: string
  readonly atMs: readonly number[]
}

/** Sends a call and reads its answer to the end. */
export async function post(url: string, call: Call): Promise<Measured> {
  const atMs: number[] = []
  const startedMs = performance.now()
  const response = await send(url, call)
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    atMs.push(performance.now() - startedMs)
    text += decoder.decode(chunk, { stream: true })
  }
  return { text, atMs }
}
