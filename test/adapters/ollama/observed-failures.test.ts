/** What an observer makes of answers that end badly. */
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { FailureKind } from '../../../src/model/request-record.ts'
import { type Call, calls, observe, recordOf, send } from './an-observed-server.ts'
import { deltaEvent, eventsOf, textEvent } from './event-lines.ts'
import { type Answer, answerOf, silentAfter, startScriptedServer, streamOf } from './scripted-server.ts'
import { answerLine, lastLine } from './stream-lines.ts'

interface BadRow {
  readonly says: string
  readonly call: Call
  readonly answer: Answer
  readonly kind: FailureKind
  readonly message: RegExp
}

const cutAfter =
  (type: string, ...pieces: readonly string[]): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': type })
    response.write(pieces.join(''), () => response.destroy())
  }

const bad: readonly BadRow[] = [
  {
    says: "a model that is not there, in Ollama's words",
    call: calls.chat,
    answer: answerOf(404, { error: "model 'tiny' not found" }),
    kind: 'model-missing',
    message: /404: model 'tiny' not found/,
  },
  {
    says: 'a model that is not there, in the words of the other API',
    call: calls.openai,
    answer: answerOf(404, { error: { message: "model 'tiny' not found", type: 'not_found_error' } }),
    kind: 'model-missing',
    message: /404: model 'tiny' not found\.$/,
  },
  {
    says: 'an error page',
    call: calls.openaiWhole,
    answer: answerOf(500, '<h1>Oops</h1>', 'text/html'),
    kind: 'http-status',
    message: /500 with "<h1>Oops/,
  },
  {
    says: 'a server that is busy',
    call: calls.chat,
    answer: answerOf(503, { error: 'server busy, please try again' }),
    kind: 'server-busy',
    message: /busy/,
  },
  {
    says: 'an error in the stream',
    call: calls.chat,
    answer: streamOf(answerLine('a'), '{"error":"CUDA error: out of memory"}\n'),
    kind: 'out-of-memory',
    message: /out of memory/,
  },
  {
    says: 'an error among the events',
    call: calls.openai,
    answer: eventsOf(textEvent('a'), 'data: {"error":{"message":"the runner stopped"}}\n\n'),
    kind: 'error-in-stream',
    message: /the runner stopped\.$/,
  },
  {
    says: 'a response that failed',
    call: { path: '/v1/responses', body: { ...calls.responsesWhole.body, stream: true } },
    answer: eventsOf(
      'data: {"type":"response.failed","response":{"status":"failed","error":{"message":"no memory"}}}\n\n',
    ),
    kind: 'error-in-stream',
    message: /no memory/,
  },
  {
    says: "Ollama's error among its events: a chunk without anything, and no end",
    call: calls.openai,
    answer: eventsOf(textEvent('a'), deltaEvent({ role: '', content: '' })),
    kind: 'truncated',
    message: /after 1 chunks/,
  },
  {
    says: 'a stream without its last line',
    call: calls.chat,
    answer: streamOf(answerLine('a')),
    kind: 'truncated',
    message: /after 1 chunks/,
  },
  {
    says: 'half an event',
    call: calls.openai,
    answer: eventsOf(textEvent('a'), textEvent('b').slice(0, 20)),
    kind: 'truncated',
    message: /after 1 chunks/,
  },
  {
    says: 'the name of half a field',
    call: calls.openai,
    answer: eventsOf(textEvent('a'), 'da'),
    kind: 'truncated',
    message: /after 1 chunks/,
  },
  {
    says: 'an event that is no JSON',
    call: calls.openai,
    answer: eventsOf('data: {oops}\n\n'),
    kind: 'malformed-stream',
    message: /oops/,
  },
  {
    says: 'a page instead of events',
    call: calls.openai,
    answer: answerOf(200, '<html>Hi</html>', 'text/html'),
    kind: 'malformed-stream',
    message: /<html>.*text\/html/,
  },
  {
    says: 'a page instead of an answer',
    call: calls.chatWhole,
    answer: answerOf(200, '<html>Hi</html>', 'text/html'),
    kind: 'malformed-stream',
    message: /<html>/,
  },
  {
    says: 'JSON that is no answer',
    call: calls.openaiWhole,
    answer: answerOf(200, { hello: 'world' }),
    kind: 'truncated',
    message: /0 chunks/,
  },
  {
    says: 'a compressed answer, which passes and is not read',
    call: calls.openaiWhole,
    answer: (response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{}'))
    },
    kind: 'malformed-stream',
    message: /compressed \(gzip\)/,
  },
  {
    says: 'a stream that breaks off',
    call: calls.chat,
    answer: cutAfter('application/x-ndjson', answerLine('a')),
    kind: 'connection-lost',
    message: /broke/,
  },
  {
    says: 'events that break off',
    call: calls.openai,
    answer: cutAfter('text/event-stream', textEvent('a')),
    kind: 'connection-lost',
    message: /broke/,
  },
  {
    says: 'nothing generated',
    call: calls.openaiWhole,
    answer: answerOf(200, {
      choices: [{ message: { content: '' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 7, completion_tokens: 0 },
    }),
    kind: 'no-output',
    message: /nothing/,
  },
]

describe('a call that ends badly', () => {
  it.each(bad)('$says is $kind', async ({ call, answer, kind, message }) => {
    const { failure } = await recordOf(call, answer)
    expect(failure).toMatchObject({ kind, message: expect.stringMatching(message) })
  })

  it('to a server that is not there is connect', async () => {
    const server = await startScriptedServer(() => {})
    await server[Symbol.asyncDispose]()
    await using observed = await observe(server.url)
    expect(await send(observed.url, calls.chat)).toBe(502)
    expect(observed.records()).toMatchObject([
      { writeMs: null, firstByteMs: null, failure: { kind: 'connect', message: /ECONNREFUSED/ } },
    ])
  })

  it('because the program left is aborted', async () => {
    await using server = await startScriptedServer(silentAfter(answerLine('a')))
    await using observed = await observe(server.url)
    const leave = new AbortController()
    const response = await fetch(`${observed.url}/api/chat`, {
      method: 'POST',
      body: JSON.stringify(calls.chat.body),
      signal: leave.signal,
    })
    await response.body?.getReader().read()
    leave.abort()
    while (server.hangUps() === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    expect(observed.records()).toMatchObject([{ chunks: 1, failure: { kind: 'aborted', message: /left/ } }])
  })

  it('is over once its record was asked for, whatever comes then', async () => {
    const goOn = Promise.withResolvers<void>()
    await using server = await startScriptedServer(async (response) => {
      response.write(answerLine('a'))
      await goOn.promise
      response.end(answerLine('b') + lastLine())
    })
    await using observed = await observe(server.url)
    const answered = send(observed.url, calls.chat)
    while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    const records = observed.records()
    expect(records).toMatchObject([{ failure: { kind: 'aborted', message: /still running/ } }])
    goOn.resolve()
    expect(await answered).toBe(200)
    expect(observed.records()).toEqual(records)
  })
})
