import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { afterTheTest, aProxy, aServer, chat, generate, post, send, tokens } from './a-proxy.ts'
import { startNdjsonServer, stream } from './ndjson-server.ts'

describe('what passes', () => {
  const agent = new http.Agent()
  const raw = (options: http.RequestOptions, body?: Buffer) =>
    new Promise<{ answer: http.IncomingMessage; body: Buffer }>((resolve, reject) => {
      const request = http.request({ agent, ...options }, async (answer) =>
        resolve({ answer, body: await buffer(answer) }),
      )
      request.on('error', reject).end(body)
    })
  const to = (url: string, path: string) => ({ host: '127.0.0.1', port: new URL(url).port, path })

  it('passes a large upload and a large answer byte for byte', async () => {
    const server = await aServer((_request, response, body) => response.end(body))
    const { url } = await aProxy(server.url)
    const headers = { 'Transfer-Encoding': 'chunked' }
    const blob = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 31) % 251))
    const { body } = await raw({ ...to(url, '/api/blobs/sha256:1'), method: 'POST', headers }, blob)
    expect(body.equals(blob)).toBe(true)
    expect(server.seen[0]?.body.equals(blob)).toBe(true)
  })

  it.each(['GET', 'HEAD', 'POST', 'DELETE', 'PUT'])(
    'passes %s with its query, headers and status',
    async (method) => {
      const server = await aServer((_, response) => {
        response.sendDate = false
        response.writeHead(404, 'Gone Fishing', [
          'X-One',
          'a',
          'x-one',
          'b',
          'Set-Cookie',
          'c=1',
          'Set-Cookie',
          'd=2',
          'Content-Length',
          '4',
        ])
        response.end('gone')
      })
      const { url } = await aProxy(`${server.url}/behind/`)
      const headers = {
        Authorization: 'Bearer t',
        'X-Custom': 'ü',
        Connection: 'keep-alive, X-Private',
        'X-Private': '1',
      }
      const body = method === 'GET' || method === 'HEAD' ? undefined : Buffer.from('{"model":"m"}')
      const length = body ? { 'Content-Length': body.length } : {}
      const { answer, body: said } = await raw(
        { ...to(url, '/api/x?a=1&b=%20'), method, headers: { ...headers, ...length } },
        body,
      )
      expect([answer.statusCode, answer.statusMessage]).toEqual([404, 'Gone Fishing'])
      expect(answer.rawHeaders.filter((_, i, all) => all[i - (i % 2)] !== 'Connection')).toEqual([
        'X-One',
        'a',
        'x-one',
        'b',
        'Set-Cookie',
        'c=1',
        'Set-Cookie',
        'd=2',
        'Content-Length',
        '4',
      ])
      expect(said.toString()).toBe(method === 'HEAD' ? '' : 'gone')
      const [seen] = server.seen
      expect([seen?.request.method, seen?.request.url]).toEqual([method, '/behind/api/x?a=1&b=%20'])
      expect(seen?.body.toString()).toBe(body?.toString() ?? '')
      expect(seen?.request.headers).toMatchObject({
        host: new URL(server.url).host,
        authorization: 'Bearer t',
        'x-custom': 'ü',
      })
      expect(seen?.request.headers).not.toHaveProperty('x-private')
    },
  )

  it('shows the head of an answer before its body comes', async () => {
    const finish = Promise.withResolvers<void>()
    const server = await aServer(async (_, response) => {
      response.flushHeaders()
      await finish.promise
      response.end('late')
    })
    const { url } = await aProxy(server.url)
    const response = await fetch(`${url}/api/tags`)
    finish.resolve()
    expect(await response.text()).toBe('late')
  })

  it('holds a sender back that is faster than its reader', async () => {
    let written = 0
    const server = await aServer((_, response) => {
      const more = () => {
        while (written < 64 * 2 ** 20 && response.write(Buffer.alloc(2 ** 16))) written += 2 ** 16
      }
      response.on('drain', more)
      more()
    })
    const { url } = await aProxy(server.url)
    const answer = await new Promise<http.IncomingMessage>((resolve) => {
      http.get(`${url}/api/tags`, { agent }, resolve)
    })
    answer.pause()
    await wait(300)
    expect(written).toBeLessThan(64 * 2 ** 20)
    answer.destroy()
  })
})

describe('when a side fails', () => {
  it('tells the server at once when the client leaves in the middle of a slowed stream', async () => {
    const server = await aServer((_, response) => stream(response, tokens(1000), 10))
    const { url } = await aProxy(server.url, { firstTokenDelayMs: 20, chunkSlowdownRatio: 0.2 })
    const abort = new AbortController()
    const left = server.leaving()
    const response = await send(url, chat(), abort.signal)
    await response.body?.getReader().read()
    abort.abort()
    await left
    expect(server.seen[0]?.left).toBe(true)
  })

  it('tells the server when the client leaves before the answer begins', async () => {
    const arrived = Promise.withResolvers<void>()
    const server = await aServer(() => arrived.resolve())
    const { url } = await aProxy(server.url)
    const abort = new AbortController()
    const left = server.leaving()
    const asked = send(url, chat(), abort.signal)
    await arrived.promise
    abort.abort()
    await expect(asked).rejects.toThrow()
    await left
  })

  it('breaks off where the server breaks off', async () => {
    const server = await aServer((_, response) => {
      response.write(tokens(2).join(''))
      setTimeout(() => response.destroy(), 50)
    })
    const { url } = await aProxy(server.url)
    await expect(post(url, chat())).rejects.toThrow('terminated')
  })

  it("is a 502 with Ollama's form of an error when nobody answers", async () => {
    const server = await startNdjsonServer(() => {})
    await server.close()
    const { url } = await aProxy(server.url)
    for (const call of [chat(), { path: '/api/show', body: { model: 'm' } }]) {
      const response = await fetch(`${url}${call.path}`, { method: 'POST', body: JSON.stringify(call.body) })
      expect(response.status).toBe(502)
      expect(await response.json()).toEqual({
        error: expect.stringContaining(`no answer from ${server.url}: connect ECONNREFUSED`),
      })
    }
  })

  it('asks again on a new connection when the server has closed the kept one', async () => {
    const sockets = new Set<net.Socket>()
    const server = net.createServer((socket) => {
      sockets.add(socket)
      let answered = 0
      socket.on('data', () => {
        // Closes instead of answering a second time, like a server whose idle timeout ran out just then.
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
    const { url } = await aProxy(`http://127.0.0.1:${(server.address() as net.AddressInfo).port}`)
    for (let i = 0; i < 3; i++) expect((await post(url, chat())).text).toBe('ok')
  })

  it('asks on one connection as long as calls come in turn', async () => {
    const server = await aServer((_, response) => stream(response, tokens(2), 1))
    const { url } = await aProxy(server.url)
    for (const call of [chat(), generate(), { path: '/api/chat', body: { model: 'm' } }, chat()])
      await post(url, call)
    expect(new Set(server.seen.map(({ request }) => request.socket)).size).toBe(1)
  })

  it('leaves no connection open behind it', async () => {
    const server = await aServer((_, response) => stream(response, tokens(2), 1))
    const proxy = await aProxy(server.url, {
      firstTokenDelayMs: 10,
      chunkSlowdownRatio: 0.2,
      noTokens: false,
    })
    await Promise.all(Array.from({ length: 20 }, () => post(proxy.url, chat())))
    const sockets = server.seen.map(({ request }) => request.socket)
    await proxy.close()
    while (sockets.some(({ destroyed }) => !destroyed)) await wait(10)
    await expect(fetch(proxy.url)).rejects.toThrow()
  })
})
