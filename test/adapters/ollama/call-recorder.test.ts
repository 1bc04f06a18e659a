/** What the client makes of streams that end well. */
import { describe, expect, it } from 'vitest'
import type { RequestRecord } from '../../../src/model/request-record.ts'
import { aRecord } from './a-record.ts'
import { streamOf } from './scripted-server.ts'
import { answerLine, chatLine, generateLine, lastLine } from './stream-lines.ts'

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
    const result = await aRecord(streamOf(...pieces))
    expect(result).toMatchObject({ failure: null, busyRetries: 0, ...expected })
    expect(result.chunkGapsUs).toHaveLength(Math.max(0, result.chunks - 1))
  })

  it('has its moments in order', async () => {
    const result = await aRecord(streamOf(chatLine({ thinking: 'hm' }), answerLine('a'), lastLine()))
    const { writeMs, firstByteMs, firstTokenMs, firstAnswerTokenMs, lastTokenMs, endMs } = result
    const moments = [writeMs, firstByteMs, firstTokenMs, firstAnswerTokenMs, lastTokenMs, endMs].map(Number)
    expect(moments).toEqual(moments.toSorted((a, b) => a - b))
    expect(writeMs).toBeGreaterThan(0)
  })

  it("tells the lag behind the server's clock", async () => {
    const now = chatLine({ content: 'a' }, { created_at: new Date().toISOString() })
    const { firstTokenLagMs } = await aRecord(streamOf(now, lastLine()))
    expect(Math.abs(firstTokenLagMs ?? Number.NaN)).toBeLessThan(5_000)
  })

  it('is over with its last chunk, though the connection breaks then', async () => {
    const result = await aRecord((response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      response.write(answerLine('a') + lastLine(), () => response.destroy())
    })
    expect(result).toMatchObject({ failure: null, chunks: 1 })
  })
})
