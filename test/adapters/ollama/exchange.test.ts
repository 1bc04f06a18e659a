/** Deadlines, against servers that are late for real. */
import { describe, expect, it } from 'vitest'
import type { FailureKind } from '../../../src/model/request-record.ts'
import type { CallTimeouts } from '../../../src/ports/inference-server.ts'
import { aChat, aClient } from './a-client.ts'
import { type Answer, silentAfter, startScriptedServer, streamOf } from './scripted-server.ts'
import { head, httpChunk, startTcpServer } from './scripted-tcp-server.ts'
import { answerLine, lastLine } from './stream-lines.ts'

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A stream of empty chunks that never ends. */
const emptyForEver: Answer = async (response) => {
  response.writeHead(200)
  while (!response.destroyed) {
    response.write(answerLine(''))
    await pause(5)
  }
}

interface Late {
  readonly says: string
  readonly answer: Answer
  readonly timeouts: Partial<CallTimeouts>
  readonly mayLoad?: boolean
  readonly kind: FailureKind
}

const late: readonly Late[] = [
  {
    says: 'no answer at all from a loaded model',
    answer: () => {},
    timeouts: { firstTokenMs: 40 },
    kind: 'first-token-timeout',
  },
  {
    says: 'no answer while it may load',
    answer: () => {},
    timeouts: { firstTokenMs: 20, loadMs: 40 },
    mayLoad: true,
    kind: 'load-timeout',
  },
  {
    says: 'empty chunks are life, but no token',
    answer: emptyForEver,
    timeouts: { firstTokenMs: 500, stallMs: 300 },
    kind: 'first-token-timeout',
  },
  {
    says: 'silence before the first token',
    answer: silentAfter(answerLine('')),
    timeouts: { stallMs: 40 },
    kind: 'stall-timeout',
  },
  {
    says: 'silence after some tokens',
    answer: silentAfter(answerLine('a'), answerLine('b')),
    timeouts: { stallMs: 40, firstTokenMs: 20_000 },
    kind: 'stall-timeout',
  },
  {
    says: 'a stream without end',
    answer: async (response) => {
      response.writeHead(200)
      while (!response.destroyed) {
        response.write(answerLine('a'))
        await pause(5)
      }
    },
    timeouts: { totalMs: 100 },
    kind: 'total-timeout',
  },
]

describe('a deadline', () => {
  it.each(late)('$says is $kind', async ({ answer, timeouts, mayLoad, kind }) => {
    await using server = await startScriptedServer(answer)
    await using client = aClient(server.url, { timeouts })
    const record = await client.chat(aChat({ mayLoad: mayLoad ?? false }))
    expect(record.failure?.kind).toBe(kind)
    expect(record.writeMs).not.toBeNull()
    await expect.poll(() => server.hangUps()).toBe(1)
  })

  it('waits for a load longer than for a token', async () => {
    await using server = await startScriptedServer(async (...args) => {
      await pause(120)
      await streamOf(answerLine('a'), lastLine())(...args)
    })
    await using client = aClient(server.url, { timeouts: { firstTokenMs: 50, loadMs: 10_000 } })
    expect((await client.chat(aChat({ mayLoad: true }))).failure).toBeNull()
    expect((await client.chat(aChat())).failure?.kind).toBe('first-token-timeout')
  })

  it('does not blame the server for what lay unread while this process was busy', async () => {
    await using server = await startTcpServer((socket) => {
      socket.once('data', () => {
        socket.write(head + httpChunk(answerLine('a') + lastLine()) + httpChunk(''))
        const until = performance.now() + 80
        while (performance.now() < until);
      })
    })
    await using client = aClient(server.url, { timeouts: { firstTokenMs: 40 } })
    expect((await client.chat(aChat())).failure).toBeNull()
  })

  it('is moved on by chunks: a slow stream is not a stalled one', async () => {
    await using server = await startScriptedServer(async (response) => {
      response.writeHead(200)
      for (let i = 0; i < 8; i += 1) {
        response.write(answerLine('a'))
        await pause(100)
      }
      response.end(lastLine())
    })
    await using client = aClient(server.url, { timeouts: { stallMs: 700, firstTokenMs: 500 } })
    expect(await client.chat(aChat())).toMatchObject({ failure: null, chunks: 8 })
  })
})
