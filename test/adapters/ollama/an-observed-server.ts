/** A server behind a recording proxy whose observer writes records, as external agents meet it. */
import { performance } from 'node:perf_hooks'
import { type ObservedExchanges, observeExchanges } from '../../../src/adapters/ollama/observed-exchanges.ts'
import { type RequestRecord, requestRecordSchema } from '../../../src/model/request-record.ts'
import { startRecordingProxy } from '../../../src/proxy/recording-proxy.ts'
import { type Answer, type ScriptedServer, startScriptedServer } from './scripted-server.ts'

/** `records` have the shape of records. */
export interface Observed extends AsyncDisposable {
  readonly url: string
  records(): readonly RequestRecord[]
}

/** Observes the server at `target`, on the clock that the tests' clients use. */
export async function observe(target: string): Promise<Observed> {
  const nowMs = () => performance.now()
  const observed: ObservedExchanges = observeExchanges({ nowMs })
  const proxy = await startRecordingProxy({
    target,
    listen: { host: '127.0.0.1', port: 0 },
    nowMs,
    observe: observed.observe,
    onRequest: () => {},
  })
  return {
    url: proxy.url,
    records: () => observed.records().map((record) => requestRecordSchema.parse(record)),
    [Symbol.asyncDispose]: () => proxy.close(),
  }
}

/** A call: where to, and what is asked. */
export interface Call {
  readonly path: string
  readonly body: object
}

const messages = [{ role: 'user', content: 'Hello' }]

export const calls = {
  chat: { path: '/api/chat', body: { model: 'tiny', messages } },
  chatWhole: { path: '/api/chat', body: { model: 'tiny', messages, stream: false } },
  generateWhole: { path: '/api/generate', body: { model: 'tiny', prompt: 'Hello', stream: false } },
  openai: { path: '/v1/chat/completions', body: { model: 'tiny', messages, stream: true } },
  openaiWhole: { path: '/v1/chat/completions', body: { model: 'tiny', messages } },
  completionWhole: { path: '/v1/completions', body: { model: 'tiny', prompt: 'Hello' } },
  responsesWhole: { path: '/v1/responses', body: { model: 'tiny', input: 'Hello' } },
} as const satisfies Record<string, Call>

/** Sends a call and reads its answer to the end; the status, or "broken" where the answer broke off. */
export async function send(url: string, { path, body }: Call): Promise<number | 'broken'> {
  try {
    const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) })
    await response.arrayBuffer()
    return response.status
  } catch {
    return 'broken'
  }
}

/** The record of one call to a server that answers as a test says. */
export async function recordOf(call: Call, answer: Answer): Promise<RequestRecord> {
  await using server: ScriptedServer = await startScriptedServer(answer)
  await using observed = await observe(server.url)
  await send(observed.url, call)
  const [record, ...others] = observed.records()
  if (record === undefined || others.length > 0) throw new Error('one call gives one record')
  return record
}

/** All of a record that does not depend on when things happened. */
export const withoutMoments = ({
  chunkGapsUs,
  chunks,
  emptyChunks,
  server,
  doneReason,
  failure,
}: RequestRecord) => ({
  gaps: chunkGapsUs.length,
  chunks,
  emptyChunks,
  server,
  doneReason,
  failure,
})
