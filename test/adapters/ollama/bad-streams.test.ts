/** What the client makes of answers that end badly. */
import { describe, expect, it } from 'vitest'
import type { FailureKind } from '../../../src/model/request-record.ts'
import { aChat, aClient } from './a-client.ts'
import { aRecord } from './a-record.ts'
import { type Answer, answerOf, startScriptedServer, streamOf } from './scripted-server.ts'
import { answerLine, lastLine } from './stream-lines.ts'

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
    says: 'a web page in one line',
    answer: answerOf(200, '<html>Hi</html>', 'text/html'),
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
    const result = await aRecord(answer)
    expect(result.failure?.kind).toBe(kind)
    expect(result.failure?.message).toMatch(message)
    expect(result).toMatchObject({
      server: kind === 'no-output' ? {} : null,
      chunks: chunks ?? result.chunks,
    })
  })

  it('keeps the status of a refusal', async () => {
    expect((await aRecord(answerOf(500, { error: 'x' }))).failure?.status).toBe(500)
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
