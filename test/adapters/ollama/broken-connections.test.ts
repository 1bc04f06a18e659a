/** Connections that never stand, break or are used again. */
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { aChat, aClient } from './a-client.ts'
import { startScriptedServer, streamOf } from './scripted-server.ts'
import { head, httpChunk, startTcpServer } from './scripted-tcp-server.ts'
import { answerLine, lastLine } from './stream-lines.ts'

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

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

  it('nobody accepts at either address of localhost says so', async () => {
    const server = await startTcpServer(() => {})
    await server.stop()
    await using client = aClient(server.url.replace('127.0.0.1', 'localhost'))
    expect((await client.chat(aChat())).failure).toMatchObject({
      kind: 'connect',
      message: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it('never stands is given up: connect-timeout, with nothing written', async () => {
    let closed = 0
    await using server = await startTcpServer((socket) => {
      socket.resume().once('close', () => {
        closed += 1
      })
    })
    await using client = aClient(server.url.replace('http:', 'https:'), { timeouts: { connectMs: 60 } })
    expect(await client.chat(aChat())).toMatchObject({
      writeMs: null,
      failure: { kind: 'connect-timeout', message: expect.stringContaining('60 ms') },
    })
    await expect.poll(() => closed).toBe(1)
  })

  it('is still being made when the call is aborted is closed', async () => {
    let opened = 0
    let closed = 0
    await using server = await startTcpServer((socket) => {
      opened += 1
      socket.resume().once('close', () => {
        closed += 1
      })
    })
    await using client = aClient(server.url.replace('http:', 'https:'))
    const controller = new AbortController()
    const call = client.chat(aChat(), controller.signal)
    await expect.poll(() => opened).toBe(1)
    controller.abort()
    expect(await call).toMatchObject({ writeMs: null, failure: { kind: 'aborted' } })
    await expect.poll(() => closed).toBe(1)
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
