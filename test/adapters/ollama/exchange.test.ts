/** Deadlines, aborts and broken connections, against servers that misbehave for real. */
import { getEventListeners } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { FailureKind } from '../../../src/model/request-record.ts'
import type { CallTimeouts } from '../../../src/ports/inference-server.ts'
import { aChat, aClient } from './a-client.ts'
import { type Answer, startScriptedServer, streamOf } from './scripted-server.ts'
import { answerLine, lastLine } from './stream-lines.ts'

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** A stream of these pieces that then stays open and silent. */
const silentAfter =
  (...pieces: readonly string[]): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.flushHeaders()
    for (const piece of pieces) response.write(piece)
  }

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

/** A TCP server, for what an HTTP server would not do. */
const startTcpServer = async (onConnection: (socket: Socket) => void) => {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stop = () =>
    new Promise<void>((resolve) => {
      for (const socket of sockets) socket.destroy()
      server.close(() => resolve())
    })
  return { url: `http://127.0.0.1:${port}`, stop, [Symbol.asyncDispose]: stop }
}

const head = 'HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\ntransfer-encoding: chunked\r\n\r\n'
const httpChunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

describe('a connection that', () => {
  it('nobody accepts fails as connect, with nothing written', async () => {
    const server = await startTcpServer(() => {})
    await server.stop()
    await using client = aClient(server.url)
    const record = await client.chat(aChat())
    expect(record).toMatchObject({
      writeMs: null,
      firstByteMs: null,
      chunks: 0,
      failure: { kind: 'connect', message: expect.stringContaining('ECONNREFUSED') },
    })
  })

  it('has no host fails as connect', async () => {
    await using client = aClient('http://no-such-host.invalid:11434')
    expect((await client.chat(aChat())).failure).toMatchObject({
      kind: 'connect',
      message: expect.stringContaining('no-such-host.invalid'),
    })
  })

  it.each([
    ['is reset in the middle of the stream', (socket: Socket) => socket.resetAndDestroy()],
    ['ends in the middle of the stream', (socket: Socket) => socket.end()],
  ])('%s is lost', async (_, cut) => {
    await using server = await startTcpServer((socket) => {
      socket.once('data', () => {
        socket.write(head + httpChunk(answerLine('a')))
        setTimeout(() => cut(socket), 30)
      })
    })
    await using client = aClient(server.url)
    expect(await client.chat(aChat())).toMatchObject({ chunks: 1, failure: { kind: 'connection-lost' } })
  })

  it('is closed before the answer is lost', async () => {
    await using server = await startTcpServer((socket) => socket.once('data', () => socket.end()))
    await using client = aClient(server.url)
    expect(await client.chat(aChat())).toMatchObject({
      firstByteMs: null,
      failure: { kind: 'connection-lost' },
    })
  })

  it('does not speak HTTP is told as that', async () => {
    await using server = await startTcpServer((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'))
    await using client = aClient(server.url)
    await expect(client.version()).rejects.toThrow(/HTTP|broke/)
  })

  it('an idle server closed is opened again before the next call is written', async () => {
    await using server = await startScriptedServer(streamOf(answerLine('a'), lastLine()))
    await using client = aClient(server.url)
    await client.chat(aChat())
    await client.chat(aChat())
    expect(server.connections()).toBe(1)
    server.dropIdle()
    await pause(30)
    expect((await client.chat(aChat())).failure).toBeNull()
    expect(server.connections()).toBe(2)
  })

  it('one call uses is not used by another', async () => {
    await using server = await startScriptedServer(streamOf(answerLine('a'), lastLine()))
    await using client = aClient(server.url)
    const records = await Promise.all(Array.from({ length: 8 }, () => client.chat(aChat())))
    expect(records.map(({ failure }) => failure)).toEqual(Array(8).fill(null))
    expect(server.connections()).toBe(8)
    await Promise.all(Array.from({ length: 8 }, () => client.chat(aChat())))
    expect(server.connections()).toBe(8)
  })
})

describe('an abort', () => {
  it('before the call sends nothing', async () => {
    await using server = await startScriptedServer(streamOf(lastLine()))
    await using client = aClient(server.url)
    const record = await client.chat(aChat(), AbortSignal.abort())
    expect(record).toMatchObject({ writeMs: null, failure: { kind: 'aborted' } })
    expect(server.asked).toHaveLength(0)
  })

  it('in the middle ends the call and closes the connection', async () => {
    await using server = await startScriptedServer(silentAfter(answerLine('a')))
    await using client = aClient(server.url)
    const controller = new AbortController()
    const call = client.chat(aChat(), controller.signal)
    await expect.poll(() => server.asked.length).toBe(1)
    await pause(30)
    controller.abort()
    expect(await call).toMatchObject({ chunks: 1, failure: { kind: 'aborted' } })
    await expect.poll(() => server.hangUps()).toBe(1)
  })

  it('of a small call throws its reason', async () => {
    await using server = await startScriptedServer(() => {})
    await using client = aClient(server.url)
    const controller = new AbortController()
    const call = client.version(controller.signal)
    await expect.poll(() => server.asked.length).toBe(1)
    controller.abort(new Error('enough'))
    await expect(call).rejects.toThrow('enough')
  })

  it('leaves no socket, timer or listener behind, 200 times', async () => {
    await using server = await startScriptedServer(silentAfter(answerLine('a')))
    const client = aClient(server.url)
    const shared = new AbortController()
    const abortOne = async (delayMs: number) => {
      const one = new AbortController()
      const call = client.chat(aChat(), AbortSignal.any([one.signal, shared.signal]))
      await pause(delayMs)
      one.abort()
      expect((await call).failure?.kind).toBe('aborted')
    }
    const abortMany = async () => {
      // Delays of 0 to 4 ms catch calls while they connect, wait and stream.
      for (let i = 0; i < 20; i += 1) await Promise.all([0, 1, 2, 3, 4].map(abortOne))
      await expect.poll(() => ourSockets(server.port)).toBe(0)
    }
    await abortMany()
    const before = timers()
    await abortMany()
    expect(timers() - before).toBeLessThanOrEqual(2)
    expect(getEventListeners(shared.signal, 'abort')).toHaveLength(0)
    await expect.poll(() => server.openConnections()).toBe(0)
    await client.close()
  })

  it('keeps no listener on a signal that outlives its calls', async () => {
    await using server = await startScriptedServer(streamOf(answerLine('a'), lastLine()))
    await using client = aClient(server.url)
    const { signal } = new AbortController()
    for (let i = 0; i < 5; i += 1) await client.chat(aChat(), signal)
    expect(getEventListeners(signal, 'abort')).toHaveLength(0)
  })
})

const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length

/** Client sockets of this process that lead to `port`. */
const ourSockets = (port: number): number =>
  (process as unknown as { _getActiveHandles(): { remotePort?: number; destroyed?: boolean }[] })
    ._getActiveHandles()
    .filter((handle) => handle.remotePort === port && !handle.destroyed).length

describe('close', () => {
  it('ends the calls that still run, and refuses new ones', async () => {
    await using server = await startScriptedServer(silentAfter(answerLine('a')))
    const client = aClient(server.url)
    const call = client.chat(aChat())
    await expect.poll(() => server.asked.length).toBe(1)
    await client.close()
    expect((await call).failure?.kind).toBe('connection-lost')
    await expect(client.chat(aChat())).rejects.toThrow(/closed/)
    await client.close()
  })
})
