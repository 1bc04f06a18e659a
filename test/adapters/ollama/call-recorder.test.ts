/** What the client makes of streams that end well or badly. */
import { describe, expect, it } from 'vitest'
import type { FailureKind, RequestRecord } from '../../../src/model/request-record.ts'
import { requestRecordSchema } from '../../../src/model/request-record.ts'
import { aChat, aClient } from './a-client.ts'
import { type Answer, answerOf, startScriptedServer, streamOf } from './scripted-server.ts'
import { answerLine, chatLine, generateLine, lastLine } from './stream-lines.ts'

const record = async (answer: Answer, maxLineBytes = 8 * 1024 * 1024): Promise<RequestRecord> => {
  await using server = await startScriptedServer(answer)
  await using client = aClient(server.url, { maxLineBytes })
  return requestRecordSchema.parse(await client.chat(aChat()))
}

interface Row {
  readonly says: string
  readonly pieces: readonly (string | Buffer)[]
  readonly expected: Partial<RequestRecord>
}

const whole: readonly Row[] = [
  {
    says: 'three chunks and the last one',
    pieces: [answerLine('a'), answerLine('b'), answerLine('c'), lastLine()],
    expected: {
      chunks: 3,
      emptyChunks: 0,
      doneReason: 'stop',
      server: {
        totalMs: 500,
        loadMs: 20,
        promptEvalMs: 80,
        evalMs: 400,
        promptTokens: 13,
        outputTokens: 3,
      },
    },
  },
  {
    says: 'everything in one piece',
    pieces: [answerLine('a') + answerLine('b') + lastLine()],
    expected: { chunks: 2, doneReason: 'stop' },
  },
  {
    says: 'empty chunks are counted apart',
    pieces: [answerLine(''), answerLine('a'), answerLine(''), answerLine('b'), lastLine()],
    expected: { chunks: 2, emptyChunks: 2 },
  },
  {
    says: 'thinking counts',
    pieces: [chatLine({ thinking: 'hm' }), answerLine('a'), lastLine()],
    expected: { chunks: 2, emptyChunks: 0 },
  },
  {
    says: 'a tool call counts, and is no answer text',
    pieces: [chatLine({ tool_calls: [{ function: { name: 'add', arguments: {} } }] }), lastLine()],
    expected: { chunks: 1, firstAnswerTokenMs: null },
  },
  {
    says: 'an empty list of tool calls does not count',
    pieces: [chatLine({ tool_calls: [] }), answerLine('a'), lastLine()],
    expected: { chunks: 1, emptyChunks: 1 },
  },
  {
    says: 'the last chunk may carry text',
    pieces: [answerLine('a'), lastLine({ message: { role: 'assistant', content: 'b' } })],
    expected: { chunks: 2, emptyChunks: 0 },
  },
  {
    says: 'done_reason may be absent',
    pieces: [answerLine('a'), lastLine({ done_reason: undefined })],
    expected: { doneReason: null },
  },
  {
    says: 'zero-valued figures are absent and read as 0',
    pieces: [answerLine('a'), lastLine({ load_duration: undefined, prompt_eval_count: undefined })],
    expected: {
      server: { totalMs: 500, loadMs: 0, promptEvalMs: 80, evalMs: 400, promptTokens: 0, outputTokens: 3 },
    },
  },
  {
    says: 'the last line may lack its newline',
    pieces: [answerLine('a'), lastLine().trimEnd()],
    expected: { chunks: 1, doneReason: 'stop' },
  },
  {
    says: 'carriage returns and blank lines are nothing',
    pieces: ['\r\n', answerLine('a').replace('\n', '\r\n'), '\n', lastLine()],
    expected: { chunks: 1, emptyChunks: 0 },
  },
  {
    says: 'tokens without a visible chunk are no failure',
    pieces: [lastLine({ eval_count: 7 })],
    expected: { chunks: 0, firstTokenMs: null },
  },
  {
    says: 'a load is no call without output',
    pieces: [lastLine({ done_reason: 'load', eval_count: undefined })],
    expected: { chunks: 0, doneReason: 'load' },
  },
  {
    says: 'the chunks of generate are read alike',
    pieces: [
      generateLine({ thinking: 'hm' }),
      generateLine({ response: 'a' }),
      generateLine({ done: true, eval_count: 2 }),
    ],
    expected: { chunks: 2 },
  },
  {
    says: 'a huge last line with its context is read',
    pieces: [
      generateLine({ response: 'a' }),
      generateLine({
        done: true,
        done_reason: 'length',
        context: Array.from({ length: 200_000 }, (_, i) => i),
        eval_count: 1,
      }),
    ],
    expected: { chunks: 1, doneReason: 'length' },
  },
  {
    says: 'a huge line whose tool call has a context of its own is read',
    pieces: [
      chatLine({
        tool_calls: [{ function: { name: 'f', arguments: { context: [[1], 'x'.repeat(40_000)] } } }],
      }),
      lastLine(),
    ],
    expected: { chunks: 1, doneReason: 'stop' },
  },
]

describe('a stream that ends well', () => {
  it.each(whole)('$says', async ({ pieces, expected }) => {
    const result = await record(streamOf(...pieces))
    expect(result).toMatchObject({ failure: null, busyRetries: 0, ...expected })
    expect(result.chunkGapsUs).toHaveLength(Math.max(0, result.chunks - 1))
  })

  it('has its moments in order', async () => {
    const result = await record(streamOf(chatLine({ thinking: 'hm' }), answerLine('a'), lastLine()))
    const { writeMs, firstByteMs, firstTokenMs, firstAnswerTokenMs, lastTokenMs, endMs } = result
    const moments = [writeMs, firstByteMs, firstTokenMs, firstAnswerTokenMs, lastTokenMs, endMs].map(Number)
    expect(moments).toEqual(moments.toSorted((a, b) => a - b))
    expect(writeMs).toBeGreaterThan(0)
  })

  it("tells the lag behind the server's clock", async () => {
    const now = chatLine({ content: 'a' }, { created_at: new Date().toISOString() })
    const { firstTokenLagMs } = await record(streamOf(now, lastLine()))
    expect(Math.abs(firstTokenLagMs ?? Number.NaN)).toBeLessThan(5_000)
  })

  it('is over with its last chunk, though the connection breaks then', async () => {
    const result = await record((response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      response.write(answerLine('a') + lastLine(), () => response.destroy())
    })
    expect(result).toMatchObject({ failure: null, chunks: 1 })
  })
})

interface BadRow {
  readonly says: string
  readonly answer: Answer
  readonly kind: FailureKind
  readonly message: RegExp
  readonly chunks?: number
}

const error = (text: string) => `${JSON.stringify({ error: text })}\n`

const bad: readonly BadRow[] = [
  {
    says: 'no last chunk',
    answer: streamOf(answerLine('a'), answerLine('b')),
    kind: 'truncated',
    message: /after 2 chunks/,
    chunks: 2,
  },
  { says: 'an empty body', answer: streamOf(), kind: 'truncated', message: /after 0 chunks/ },
  {
    says: 'half a line',
    answer: streamOf(answerLine('a'), answerLine('b').slice(0, 30)),
    kind: 'truncated',
    message: /after 1 chunks/,
    chunks: 1,
  },
  {
    says: 'an error line',
    answer: streamOf(answerLine('a'), error('model runner has unexpectedly stopped')),
    kind: 'error-in-stream',
    message: /model runner has unexpectedly stopped/,
    chunks: 1,
  },
  {
    says: 'an error line without a newline',
    answer: streamOf(answerLine('a'), error('an error was encountered').trimEnd()),
    kind: 'error-in-stream',
    message: /an error was encountered/,
  },
  {
    says: 'an error that is an object',
    answer: streamOf(`${JSON.stringify({ error: { message: 'odd' } })}\n`),
    kind: 'error-in-stream',
    message: /odd/,
  },
  {
    says: 'memory runs out in the middle',
    answer: streamOf(answerLine('a'), error('CUDA error: out of memory')),
    kind: 'out-of-memory',
    message: /out of memory/,
  },
  {
    says: 'a line that is not JSON',
    answer: streamOf(answerLine('a'), '{"model": oops}\n', lastLine()),
    kind: 'malformed-stream',
    message: /oops/,
    chunks: 1,
  },
  { says: 'a line that is a list', answer: streamOf('[1]\n'), kind: 'malformed-stream', message: /\[1\]/ },
  {
    says: 'a web page',
    answer: answerOf(200, '<html>\n<body>Hi</body>\n</html>\n', 'text/html'),
    kind: 'malformed-stream',
    message: /<html>.*text\/html/,
  },
  {
    says: 'a compressed answer',
    answer: (response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('x')
    },
    kind: 'malformed-stream',
    message: /gzip/,
  },
  {
    says: 'nothing was generated',
    answer: streamOf(lastLine({ eval_count: undefined })),
    kind: 'no-output',
    message: /nothing/,
  },
  {
    says: 'a model that is not there',
    answer: answerOf(404, { error: "model 'tiny' not found" }),
    kind: 'model-missing',
    message: /404: model 'tiny' not found/,
  },
  {
    says: 'a path that is not there',
    answer: answerOf(404, '404 page not found'),
    kind: 'http-status',
    message: /404 with "404 page not found" \(text\/plain\)/,
  },
  {
    says: 'no memory for the load',
    answer: answerOf(500, { error: 'llama-server process has terminated: exit 1: cudaMalloc failed' }),
    kind: 'out-of-memory',
    message: /cudaMalloc/,
  },
  {
    says: 'no memory, in the words of the legacy engine',
    answer: answerOf(500, {
      error: 'model requires more system memory (9.9 GiB) than is available (1.2 GiB)',
    }),
    kind: 'out-of-memory',
    message: /more system memory/,
  },
  {
    says: 'a wrong option',
    answer: answerOf(500, { error: 'option "num_ctx" must be of type integer' }),
    kind: 'http-status',
    message: /500: option "num_ctx" must be of type integer/,
  },
  {
    says: 'an error body that is no JSON',
    answer: answerOf(502, '<h1>Bad\n Gateway</h1>', 'text/html'),
    kind: 'http-status',
    message: /502 with "<h1>Bad Gateway<\/h1>" \(text\/html\)/,
  },
  {
    says: 'a foreign host name',
    answer: answerOf(403, ''),
    kind: 'http-status',
    message: /403 with nothing.*host names/,
  },
  {
    says: 'a redirect',
    answer: (response) => {
      response.writeHead(301, { location: 'https://example.com' }).end()
    },
    kind: 'http-status',
    message: /301/,
  },
]

describe('a stream that ends badly', () => {
  it.each(bad)('$says is $kind', async ({ answer, kind, message, chunks }) => {
    const result = await record(answer)
    expect(result.failure?.kind).toBe(kind)
    expect(result.failure?.message).toMatch(message)
    expect(result).toMatchObject({
      server: kind === 'no-output' ? {} : null,
      chunks: chunks ?? result.chunks,
    })
  })

  it('keeps the status of a refusal', async () => {
    expect((await record(answerOf(500, { error: 'x' }))).failure?.status).toBe(500)
  })

  it('is cut off at a line that is too long', async () => {
    await using server = await startScriptedServer(async (response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      response.write(answerLine('a'))
      for (let i = 0; i < 160 && !response.destroyed; i += 1) {
        response.write('x'.repeat(64 * 1024))
        await new Promise((resolve) => setImmediate(resolve))
      }
    })
    await using client = aClient(server.url, { maxLineBytes: 1024 * 1024 })
    const result = await client.chat(aChat())
    expect(result).toMatchObject({ chunks: 1, failure: { kind: 'line-too-long' } })
    await expect.poll(() => server.hangUps()).toBe(1)
  })
})
