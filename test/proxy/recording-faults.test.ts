/** What a recording proxy does and tells when its client or its server leaves, breaks off or is not there. */
import { once } from 'node:events'
import net from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { afterTheTest, aServer, chat, post, send, tokens } from './a-proxy.ts'
import { aRecording, ended, words } from './a-recording.ts'
import { startNdjsonServer, stream } from './ndjson-server.ts'

describe('when a side fails', () => {
  it('the server hears of a client that leaves in the middle of a stream', async () => {
    const server = await aServer((_, response) => stream(response, tokens(1000), 10))
    const proxy = await aRecording(server.url)
    const abort = new AbortController()
    const left = server.leaving()
    const response = await send(proxy.url, chat(), abort.signal)
    await response.body?.getReader().read()
    abort.abort()
    await left
    const one = await ended(proxy)
    expect(one.trouble).toMatchObject({ kind: 'aborted', message: expect.stringContaining('client left') })
    expect(words(one).at(-1)).toBe('end')
  })

  it('the server hears of a client that leaves before the answer', async () => {
    const arrived = Promise.withResolvers<void>()
    const server = await aServer(() => arrived.resolve())
    const proxy = await aRecording(server.url)
    const abort = new AbortController()
    const left = server.leaving()
    const asked = send(proxy.url, chat(), abort.signal)
    await arrived.promise
    abort.abort()
    await expect(asked).rejects.toThrow()
    await left
    const one = await ended(proxy)
    expect(words(one)).toEqual(['wrote', 'end'])
    expect(one.trouble?.kind).toBe('aborted')
  })

  it('a server that breaks off breaks the answer off, and is told apart', async () => {
    const server = await aServer((_, response) => {
      response.write(tokens(2).join(''))
      setTimeout(() => response.destroy(), 30)
    })
    const proxy = await aRecording(server.url)
    await expect(post(proxy.url, chat())).rejects.toThrow('terminated')
    expect((await ended(proxy)).trouble).toMatchObject({ kind: 'connection-lost' })
  })

  it('a server that closes instead of answering is a 502', async () => {
    const server = await aServer((request) => request.socket.destroy())
    const proxy = await aRecording(server.url)
    expect((await send(proxy.url, chat())).status).toBe(502)
    const one = await ended(proxy)
    expect(words(one)).toEqual(['wrote', 'end'])
    expect(one.trouble).toMatchObject({ kind: 'connection-lost', message: expect.stringMatching(/hang up/) })
  })

  it('a request without end is refused, and fills no memory', async () => {
    const server = await aServer((_, response) => stream(response, tokens(1), 0))
    const proxy = await aRecording(server.url)
    // Reads its answer only when all of it is sent.
    const response = await fetch(`${proxy.url}/api/chat`, {
      method: 'POST',
      body: Buffer.alloc(80 * 2 ** 20),
    })
    expect(response.status).toBe(413)
    expect(await response.json()).toEqual({ error: expect.stringContaining('more than 64 MiB') })
    expect(proxy.heard).toEqual([])
  })

  it('a server that is not there is a 502', async () => {
    const server = await startNdjsonServer(() => {})
    await server.close()
    const proxy = await aRecording(server.url)
    const response = await send(proxy.url, chat())
    expect(response.status).toBe(502)
    expect(await response.json()).toEqual({ error: expect.stringContaining(`no answer from ${server.url}`) })
    const one = await ended(proxy)
    expect(words(one)).toEqual(['end'])
    expect(one.trouble).toMatchObject({ kind: 'connect', message: expect.stringMatching(/ECONNREFUSED/) })
  })

  it('an answer that is not HTTP is a 502', async () => {
    const server = net.createServer((socket) => {
      socket.on('error', () => {})
      socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.9\r\n'))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    afterTheTest(async () => {
      server.close()
    })
    const proxy = await aRecording(`http://127.0.0.1:${(server.address() as net.AddressInfo).port}`)
    expect((await send(proxy.url, chat())).status).toBe(502)
    expect((await ended(proxy)).trouble).toMatchObject({ kind: 'malformed-stream' })
  })

  it('a kept connection that the server had closed is one exchange, written twice', async () => {
    const sockets = new Set<net.Socket>()
    const server = net.createServer((socket) => {
      sockets.add(socket)
      let answered = 0
      socket.on('data', () => {
        if (answered++ > 0) socket.resetAndDestroy()
        else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok')
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    afterTheTest(async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    const proxy = await aRecording(`http://127.0.0.1:${(server.address() as net.AddressInfo).port}`)
    for (let i = 0; i < 2; i += 1) expect((await post(proxy.url, chat())).text).toBe('ok')
    const one = await ended(proxy, 1)
    expect(words(one).filter((what) => what === 'wrote')).toHaveLength(2)
    expect(words(one).filter((what) => what === 'end')).toHaveLength(1)
    expect(one.trouble).toBeNull()
  })

  it('closing ends what still runs, and says so', async () => {
    const arrived = Promise.withResolvers<void>()
    const server = await aServer(() => arrived.resolve())
    const proxy = await aRecording(server.url)
    const failed = expect(post(proxy.url, chat())).rejects.toThrow()
    await arrived.promise
    await proxy.close()
    expect(proxy.heard[0]?.trouble?.kind).toBe('aborted')
    await failed
  })

  it('leaves no listener on a connection that serves again and again', async () => {
    const warnings: Error[] = []
    const warn = (warning: Error) => warnings.push(warning)
    process.on('warning', warn)
    const server = await aServer((_, response) => response.end('{}'))
    const proxy = await aRecording(server.url)
    for (let i = 0; i < 30; i += 1) await post(proxy.url, chat())
    await wait(10)
    process.off('warning', warn)
    expect(warnings).toEqual([])
  })
})
