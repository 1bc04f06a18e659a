/** What an observer makes of answers that end well, in every form that a program can ask for. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { RequestRecord } from '../../../src/model/request-record.ts'
import { type Call, calls, observe, recordOf, send, withoutMoments } from './an-observed-server.ts'
import { deltaEvent, doneEvent, eventsOf, stopEvent, textEvent, usageEvent } from './event-lines.ts'
import { type Answer, answerOf, startScriptedServer, streamOf } from './scripted-server.ts'
import { answerLine, generateLine, lastLine } from './stream-lines.ts'

const noDurations = { totalMs: 0, loadMs: 0, promptEvalMs: 0, evalMs: 0 }

interface Row {
  readonly says: string
  readonly call: Call
  readonly answer: Answer
  readonly expected: Partial<RequestRecord>
}

const completion = (message: object, usage?: object) => ({
  object: 'chat.completion',
  choices: [{ index: 0, message, finish_reason: 'stop' }],
  ...(usage && { usage }),
})

const good: readonly Row[] = [
  {
    says: "Ollama's own stream",
    call: calls.chat,
    answer: streamOf(answerLine('a'), answerLine('b'), lastLine()),
    expected: { chunks: 2, doneReason: 'stop', server: expect.objectContaining({ outputTokens: 3 }) },
  },
  {
    says: 'a path with a query',
    call: { ...calls.chat, path: '/api/chat?trace=1' },
    answer: streamOf(answerLine('a'), lastLine()),
    expected: { chunks: 1 },
  },
  {
    says: 'events with the usage that was asked for',
    call: calls.openai,
    answer: eventsOf(textEvent('a'), textEvent('b'), stopEvent, usageEvent(13, 3), doneEvent),
    expected: {
      chunks: 2,
      emptyChunks: 1,
      doneReason: 'stop',
      server: { ...noDurations, promptTokens: 13, outputTokens: 3 },
    },
  },
  {
    says: 'events without usage: tokens are unknown, not counted from chunks',
    call: calls.openai,
    answer: eventsOf(textEvent('a'), textEvent('b'), stopEvent, doneEvent),
    expected: { chunks: 2, doneReason: 'stop', server: null },
  },
  {
    says: 'events with carriage returns, comments, names and numbers',
    call: calls.openai,
    answer: eventsOf(
      ': ping\r\n\r\n',
      'event: message\r\nid: 1\r\nretry: 100\r\n',
      textEvent('a').replaceAll('\n', '\r\n'),
      ':\r\n',
      doneEvent.replaceAll('\n', '\r\n'),
    ),
    expected: { chunks: 1, emptyChunks: 0 },
  },
  {
    says: 'events without a space after the colon, the last without an end of line',
    call: calls.openai,
    answer: eventsOf(textEvent('a').replace('data: ', 'data:'), doneEvent.trimEnd()),
    expected: { chunks: 1 },
  },
  {
    says: 'reasoning counts, and is no answer text',
    call: calls.openai,
    answer: eventsOf(deltaEvent({ reasoning: 'hm' }), stopEvent, doneEvent),
    expected: { chunks: 1, firstAnswerTokenMs: null },
  },
  {
    says: "reasoning by its other name, and a tool call's parts",
    call: calls.openai,
    answer: eventsOf(
      deltaEvent({ reasoning_content: 'hm' }),
      deltaEvent({ tool_calls: [{ index: 0, function: { name: 'add', arguments: '' } }] }, 'tool_calls'),
      doneEvent,
    ),
    expected: { chunks: 2, doneReason: 'tool_calls', firstAnswerTokenMs: null },
  },
  {
    says: 'a stream that ends with its reason to stop',
    call: calls.openai,
    answer: eventsOf(textEvent('a'), stopEvent),
    expected: { chunks: 1, doneReason: 'stop' },
  },
  {
    says: 'a chat in one piece',
    call: calls.chatWhole,
    answer: answerOf(200, lastLine({ message: { role: 'assistant', content: 'a b' } }), 'application/json'),
    expected: { chunks: 1, doneReason: 'stop', server: expect.objectContaining({ evalMs: 400 }) },
  },
  {
    says: 'a completion in one piece',
    call: calls.generateWhole,
    answer: answerOf(200, generateLine({ response: 'a', done: true, eval_count: 2 }), 'application/json'),
    expected: { chunks: 1, server: { ...noDurations, promptTokens: 0, outputTokens: 2 } },
  },
  {
    says: 'JSON over several lines',
    call: calls.openaiWhole,
    answer: answerOf(
      200,
      JSON.stringify(completion({ content: 'a' }, { prompt_tokens: 7, completion_tokens: 5 }), null, 2),
      'application/json',
    ),
    expected: {
      chunks: 1,
      doneReason: 'stop',
      server: { ...noDurations, promptTokens: 7, outputTokens: 5 },
    },
  },
  {
    says: 'one piece without usage',
    call: calls.openaiWhole,
    answer: answerOf(200, completion({ content: null, tool_calls: [{ id: '1' }] })),
    expected: { chunks: 1, server: null },
  },
  {
    says: 'text of /v1/completions, with no reason to stop',
    call: calls.completionWhole,
    answer: answerOf(200, { choices: [{ text: 'a' }], usage: { prompt_tokens: 1, completion_tokens: 1 } }),
    expected: { chunks: 1, doneReason: null },
  },
  {
    says: 'a response, cut short',
    call: calls.responsesWhole,
    answer: answerOf(200, {
      object: 'response',
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      error: null,
      output: [{ type: 'message', content: [{ type: 'output_text', text: 'a' }] }],
      usage: { input_tokens: 13, output_tokens: 4 },
    }),
    expected: {
      chunks: 1,
      doneReason: 'max_output_tokens',
      server: { ...noDurations, promptTokens: 13, outputTokens: 4 },
    },
  },
]

describe('a call that ends well', () => {
  it.each(good)('$says', async ({ call, answer, expected }) => {
    const record = await recordOf(call, answer)
    expect(record).toMatchObject({ failure: null, ...expected })
    expect(record.chunkGapsUs).toHaveLength(Math.max(0, record.chunks - 1))
    expect(record.lastTokenMs).toBeGreaterThanOrEqual(Number(record.writeMs))
    expect(record.endMs).toBeGreaterThanOrEqual(Number(record.lastTokenMs))
  })

  it.each([calls.chatWhole, calls.openaiWhole])(
    'in one piece at $path has no moment of a first token',
    async (call) => {
      const said = {
        ...completion({ content: 'a' }),
        ...JSON.parse(lastLine({ message: { content: 'a' }, created_at: new Date().toISOString() })),
      }
      expect(await recordOf(call, answerOf(200, said))).toMatchObject({
        failure: null,
        chunks: 1,
        firstTokenMs: null,
        firstAnswerTokenMs: null,
        firstTokenLagMs: null,
      })
    },
  )
})

describe('a stream of a real Ollama, cut at any byte', () => {
  it.each([
    { name: 'openai-chat', path: '/v1/chat/completions', emptyChunks: 1, doneReason: 'length' },
    { name: 'openai-completion', path: '/v1/completions', emptyChunks: 1, doneReason: 'length' },
    { name: 'openai-responses', path: '/v1/responses', emptyChunks: 0, doneReason: 'completed' },
  ])('$name', async ({ name, path, emptyChunks, doneReason }) => {
    const bytes = readFileSync(new URL(`recorded/ollama-0.24.0-${name}.sse`, import.meta.url))
    const step = 7
    await using server = await startScriptedServer((response, asked, at) =>
      eventsOf(bytes.subarray(0, at * step), bytes.subarray(at * step))(response, asked, at),
    )
    await using observed = await observe(server.url)
    const body = { ...calls.openai.body, prompt: 'Hello', input: 'Hello' }
    for (let at = 0; at * step < bytes.length; at += 1) await send(observed.url, { path, body })
    const whole = {
      gaps: 2,
      chunks: 3,
      emptyChunks,
      server: { ...noDurations, promptTokens: 13, outputTokens: 3 },
      doneReason,
      failure: null,
    }
    const records = observed.records()
    expect(records).toHaveLength(Math.ceil(bytes.length / step))
    for (const [at, record] of records.entries()) {
      expect(withoutMoments(record), `cut at byte ${at * step}`).toEqual(whole)
    }
  })
})
