import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { InputError, MachineError } from '../../src/errors.ts'
import { type SlowdownOptions, startSlowdownProxy } from '../../src/proxy/slowdown-proxy.ts'
import { type NdjsonServer, startNdjsonServer, stream } from './ndjson-server.ts'

const tokens = (count: number) =>
  Array.from(
    { length: count },
    (_, i) => `${JSON.stringify({ message: { content: `w${i}` }, done: false })}\n`,
  )

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const startServer = async (answer: Parameters<typeof startNdjsonServer>[0]): Promise<NdjsonServer> => {
  const server = await startNdjsonServer(answer)
  closing.push(server.close)
  return server
}

const startProxy = async (target: string, options: Partial<SlowdownOptions> = {}): Promise<string> => {
  const proxy = await startSlowdownProxy({
    target,
    listen: { host: '127.0.0.1', port: 0 },
    firstTokenDelayMs: 0,
    chunkSlowdownRatio: 0,
    noTokens: false,
    ...options,
  })
  closing.push(proxy.close)
  return proxy.url
}

const chat = (fields: object = {}) => ({
  path: '/api/chat',
  body: { model: 'gemma3', messages: [{ role: 'user', content: 'hi' }], ...fields },
})
const generate = (fields: object = {}) => ({
  path: '/api/generate',
  body: { model: 'gemma3', prompt: 'hi', ...fields },
})

interface Measured {
  readonly text: string
  /** Moments of the chunks, in ms from the request's write. */
  readonly atMs: readonly number[]
}

async function post(url: string, { path, body }: { path: string; body: object }): Promise<Measured> {
  const atMs: number[] = []
  const startedMs = performance.now()
  const response = await fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body) })
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    atMs.push(performance.now() - startedMs)
    text += decoder.decode(chunk, { stream: true })
  }
  return { text, atMs }
}

describe('what is slowed', () => {
  it('delays the first token of a stream', async () => {
    const server = await startServer((_, response) => stream(response, tokens(3), 5))
    const url = await startProxy(server.url, { firstTokenDelayMs: 150 })
    const { text, atMs } = await post(url, chat())
    expect(atMs[0]).toBeGreaterThanOrEqual(150)
    expect(text).toBe(tokens(3).join(''))
  })

  it('lowers the token rate of a stream', async () => {
    const server = await startServer((_, response) => stream(response, tokens(20), 10))
    const url = await startProxy(server.url, { chunkSlowdownRatio: 0.5 })
    const slowed = await post(url, generate())
    // The server takes 190 ms or more, the double of it slowed; the exact pace is the business of PacedLines.
    expect(slowed.atMs.at(-1)).toBeGreaterThan(1.3 * 190)
    expect(slowed.text).toBe(tokens(20).join(''))
  })

  it('slows lines, not packets: lines that are cut or glued on the way stay whole and complete', async () => {
    const all = Buffer.from(`${tokens(30).join('')}{"message":{"content":"ж€𝄞"}}\n`)
    const parts = Array.from({ length: Math.ceil(all.length / 37) }, (_, i) =>
      all.subarray(i * 37, (i + 1) * 37),
    )
    const server = await startServer((_, response) => stream(response, parts, 1))
    const url = await startProxy(server.url, { firstTokenDelayMs: 20, chunkSlowdownRatio: 0.2 })
    expect((await post(url, chat())).text).toBe(all.toString())
  })

  it('passes on a last line without its newline', async () => {
    const server = await startServer((_, response) => stream(response, ['{"a":1}\n{"b"', ':2}'], 1))
    const url = await startProxy(server.url, { firstTokenDelayMs: 20 })
    expect((await post(url, chat())).text).toBe('{"a":1}\n{"b":2}')
  })

  it.each([
    ['a load by chat', { path: '/api/chat', body: { model: 'gemma3', messages: [] } }],
    ['a load by generate', { path: '/api/generate', body: { model: 'gemma3' } }],
    ['an unload', { path: '/api/generate', body: { model: 'gemma3', prompt: '', keep_alive: 0 } }],
    ['an answer in one piece', chat({ stream: false })],
    ['another model', chat({ model: 'llama3.1:8b' })],
    ['another tag of the model', chat({ model: 'gemma3:27b' })],
    ['another endpoint', { path: '/api/show', body: { model: 'gemma3', prompt: 'hi' } }],
  ])('lets %s pass', async (_, call) => {
    const server = await startServer((_, response) => stream(response, tokens(1), 0))
    const url = await startProxy(server.url, { firstTokenDelayMs: 60_000, models: ['gemma3:latest'] })
    expect((await post(url, call)).text).toBe(tokens(1).join(''))
    expect(JSON.parse(String(server.seen[0]?.body))).toEqual(call.body)
  })

  it('slows a named model however its tag is written', async () => {
    const server = await startServer((_, response) => stream(response, tokens(1), 0))
    const url = await startProxy(server.url, { firstTokenDelayMs: 80, models: ['gemma3'] })
    expect((await post(url, chat({ model: 'gemma3:latest' }))).atMs[0]).toBeGreaterThanOrEqual(80)
  })
})

describe('no tokens', () => {
  it('takes a generation, asks nobody, and waits until the client leaves', async () => {
    const server = await startServer((_, response) => stream(response, tokens(1), 0))
    const url = await startProxy(server.url, { noTokens: true })
    for (const call of [chat(), chat({ stream: false }), generate()]) {
      const request = fetch(`${url}${call.path}`, {
        method: 'POST',
        body: JSON.stringify(call.body),
        signal: AbortSignal.timeout(60),
      })
      await expect(request).rejects.toThrow('timeout')
    }
    expect(server.seen).toEqual([])
  })

  it('answers everything else', async () => {
    const server = await startServer((_, response) => response.end('{"version":"0.33.0"}'))
    const url = await startProxy(server.url, { noTokens: true })
    expect(await (await fetch(`${url}/api/version`)).json()).toEqual({ version: '0.33.0' })
  })

  it('closes at once with a client still waiting', async () => {
    const server = await startServer((_, response) => stream(response, tokens(1), 0))
    const proxy = await startSlowdownProxy({
      target: server.url,
      listen: { host: '127.0.0.1', port: 0 },
      firstTokenDelayMs: 0,
      chunkSlowdownRatio: 0,
      noTokens: true,
    })
    const waiting = post(proxy.url, chat())
    const failed = expect(waiting).rejects.toThrow()
    await wait(30)
    await proxy.close()
    await failed
  })
})

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
    const server = await startServer((_request, response, body) => response.end(body))
    const url = await startProxy(server.url)
    const headers = { 'Transfer-Encoding': 'chunked' }
    const blob = Buffer.from(Array.from({ length: 3_000_000 }, (_, i) => (i * 31) % 251))
    const { body } = await raw({ ...to(url, '/api/blobs/sha256:1'), method: 'POST', headers }, blob)
    expect(body.equals(blob)).toBe(true)
    expect(server.seen[0]?.body.equals(blob)).toBe(true)
  })

  it.each(['GET', 'HEAD', 'POST', 'DELETE', 'PUT'])(
    'passes %s with its query, headers and status',
    async (method) => {
      const server = await startServer((_, response) => {
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
      const url = await startProxy(`${server.url}/behind/`)
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
    const server = await startServer(async (_, response) => {
      response.flushHeaders()
      await finish.promise
      response.end('late')
    })
    const url = await startProxy(server.url)
    const response = await fetch(`${url}/api/tags`)
    finish.resolve()
    expect(await response.text()).toBe('late')
  })

  it('holds a sender back that is faster than its reader', async () => {
    let written = 0
    const server = await startServer((_, response) => {
      const more = () => {
        while (written < 64 * 2 ** 20 && response.write(Buffer.alloc(2 ** 16))) written += 2 ** 16
      }
      response.on('drain', more)
      more()
    })
    const url = await startProxy(server.url)
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
    const server = await startServer((_, response) => stream(response, tokens(1000), 10))
    const url = await startProxy(server.url, { firstTokenDelayMs: 20, chunkSlowdownRatio: 0.2 })
    const abort = new AbortController()
    const left = server.leaving()
    const { path, body } = chat()
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      signal: abort.signal,
    })
    await response.body?.getReader().read()
    abort.abort()
    await left
    expect(server.seen[0]?.left).toBe(true)
  })

  it('tells the server when the client leaves before the answer begins', async () => {
    const arrived = Promise.withResolvers<void>()
    const server = await startServer(() => arrived.resolve())
    const url = await startProxy(server.url)
    const abort = new AbortController()
    const left = server.leaving()
    const { path, body } = chat()
    const asked = fetch(`${url}${path}`, { method: 'POST', body: JSON.stringify(body), signal: abort.signal })
    await arrived.promise
    abort.abort()
    await expect(asked).rejects.toThrow()
    await left
  })

  it('breaks off where the server breaks off', async () => {
    const server = await startServer((_, response) => {
      response.write(tokens(2).join(''))
      setTimeout(() => response.destroy(), 50)
    })
    const url = await startProxy(server.url)
    await expect(post(url, chat())).rejects.toThrow('terminated')
  })

  it("is a 502 with Ollama's form of an error when nobody answers", async () => {
    const server = await startNdjsonServer(() => {})
    await server.close()
    const url = await startProxy(server.url)
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
    closing.push(async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    })
    const url = await startProxy(`http://127.0.0.1:${(server.address() as net.AddressInfo).port}`)
    for (let i = 0; i < 3; i++) expect((await post(url, chat())).text).toBe('ok')
  })

  it('asks on one connection as long as calls come in turn', async () => {
    const server = await startServer((_, response) => stream(response, tokens(2), 1))
    const url = await startProxy(server.url)
    for (const call of [chat(), generate(), { path: '/api/chat', body: { model: 'm' } }, chat()])
      await post(url, call)
    expect(new Set(server.seen.map(({ request }) => request.socket)).size).toBe(1)
  })

  it('leaves no connection open behind it', async () => {
    const server = await startServer((_, response) => stream(response, tokens(2), 1))
    const proxy = await startSlowdownProxy({
      target: server.url,
      listen: { host: '127.0.0.1', port: 0 },
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

describe('what it refuses to start with', () => {
  it.each([
    [
      'a target that is no URL',
      { target: 'localhost:11434' },
      '"localhost:11434" is not the URL of a server.',
    ],
    ['credentials in the URL', { target: 'http://me:secret@host:1' }, "The target's URL holds credentials."],
    ['a delay below zero', { firstTokenDelayMs: -1 }, 'A first token cannot come -1 ms later.'],
    ['a rate that falls to nothing', { chunkSlowdownRatio: 1 }, 'A token rate cannot fall by 100 %.'],
    ['a rate that is no number', { chunkSlowdownRatio: Number.NaN }, 'A token rate cannot fall by NaN %.'],
  ])('%s', async (_, options, words) => {
    const started = startProxy('http://127.0.0.1:1', options)
    await expect(started).rejects.toThrow(InputError)
    await expect(started).rejects.toThrow(words)
  })

  it('a port that is taken', async () => {
    const taken = Number(new URL(await startProxy('http://127.0.0.1:1')).port)
    const started = startProxy('http://127.0.0.1:1', { listen: { host: '127.0.0.1', port: taken } })
    await expect(started).rejects.toThrow(MachineError)
    await expect(started).rejects.toThrow(`Cannot listen on 127.0.0.1:${taken}: listen EADDRINUSE`)
  })
})
