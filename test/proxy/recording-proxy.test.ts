/** What a recording proxy tells of an exchange, and what passes through it. */
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { InputError, MachineError } from '../../src/errors.ts'
import { afterTheTest, aServer, chat, post, send, tokens } from './a-proxy.ts'
import { aRecording, ended, words } from './a-recording.ts'
import { stream } from './ndjson-server.ts'

describe('what is told', () => {
  it('is the request, and each moment of its answer in order', async () => {
    const server = await aServer((_, response) => stream(response, tokens(3), 40))
    const proxy = await aRecording(server.url)
    const startMs = performance.now()
    const { text: said } = await post(proxy.url, { ...chat(), path: '/api/chat?a=1' })
    const one = await ended(proxy)
    expect(one.request).toMatchObject({ method: 'POST', path: '/api/chat?a=1' })
    expect(JSON.parse(String(one.request.body))).toEqual(chat().body)
    expect(words(one)).toEqual([
      'wrote',
      'firstByte',
      'head 200 application/x-ndjson',
      'data',
      'data',
      'data',
      'end',
    ])
    const moments = [startMs, ...proxy.requestsMs, ...one.told.flatMap(({ atMs }) => atMs ?? [])]
    expect(moments).toEqual(moments.toSorted((a, b) => a - b))
    expect(String(Buffer.concat(one.body))).toBe(said)
    expect(said).toBe(tokens(3).join(''))
    expect(one.trouble).toBeNull()
  })

  it('is when bytes were there to be read, not when they were passed on', async () => {
    const server = await aServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).end(tokens(1)[0])
    })
    const proxy = await aRecording(server.url)
    await post(proxy.url, chat())
    const { told } = await ended(proxy)
    const at = (what: string) => told.find((one) => one.what === what)?.atMs
    expect(at('data')).toBe(at('firstByte'))
  })

  it('starts with an established connection', async () => {
    const server = await aServer((_, response) => response.end('{}'))
    const proxy = await aRecording(server.url)
    for (let i = 0; i < 3; i += 1) {
      await post(proxy.url, chat())
      expect(words(await ended(proxy, i))[0]).toBe('wrote')
    }
    expect(new Set(server.seen.map(({ request }) => request.socket)).size).toBe(1)
  })

  it('is nothing of other requests than POSTs that make a model work, but that there was one', async () => {
    const server = await aServer((_, response) => response.end('{}'))
    const proxy = await aRecording(server.url)
    for (const path of ['/api/show', '/api/embed', '/v1/models', '/api/chat/']) {
      await send(proxy.url, { path, body: {} })
    }
    await fetch(`${proxy.url}/api/chat`)
    expect(proxy.heard).toEqual([])
    expect(proxy.requestsMs).toHaveLength(5)
    for (const path of ['/api/generate', '/v1/chat/completions', '/v1/completions', '/v1/responses']) {
      await send(proxy.url, { path, body: {} })
    }
    expect(proxy.heard).toHaveLength(4)
  })

  it('is nothing where the observer declines', async () => {
    const server = await aServer((_, response) => response.end('said'))
    const proxy = await aRecording(server.url, { observe: () => null })
    expect((await post(proxy.url, chat())).text).toBe('said')
  })
})

describe('what passes', () => {
  it('a body that comes in chunks, whole and unchanged', async () => {
    const server = await aServer((_request, response, body) => response.end(body))
    const proxy = await aRecording(server.url)
    const body = JSON.stringify({ model: 'm', prompt: 'ü'.repeat(500_000) })
    const request = http.request(`${proxy.url}/api/generate`, { method: 'POST', agent: false })
    for (let at = 0; at < body.length; at += 100_000) {
      request.write(body.slice(at, at + 100_000))
      await wait(2)
    }
    request.end()
    const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
    expect((await text(answer)) === body).toBe(true)
    expect(String(server.seen[0]?.body) === body).toBe(true)
    expect(String((await ended(proxy)).request.body) === body).toBe(true)
  })

  it('an upload, without waiting for its end', async () => {
    const arrived = Promise.withResolvers<void>()
    const server = http.createServer(async (request, response) => {
      request.once('data', () => arrived.resolve())
      response.end(String((await buffer(request)).length))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    afterTheTest(async () => {
      server.closeAllConnections()
      server.close()
    })
    const proxy = await aRecording(`http://127.0.0.1:${(server.address() as net.AddressInfo).port}`)
    const request = http.request(`${proxy.url}/api/blobs/sha256:1`, { method: 'POST', agent: false })
    request.write('first')
    await arrived.promise
    request.end(' last')
    const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
    expect(await text(answer)).toBe('10')
  })

  it('each piece of a stream before the next one is there', async () => {
    const steps = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const server = await aServer(async (_, response) => {
      for (const [i, step] of steps.entries()) {
        response.write(tokens(2)[i])
        await step.promise
      }
      response.end()
    })
    const proxy = await aRecording(server.url)
    const response = await send(proxy.url, chat())
    const reader = response.body?.getReader()
    for (const [i, step] of steps.entries()) {
      expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(tokens(2)[i])
      step.resolve()
    }
    expect((await reader?.read())?.done).toBe(true)
  })

  it('no faster than its reader reads', async () => {
    let written = 0
    const server = await aServer((_, response) => {
      const more = () => {
        while (written < 64 * 2 ** 20 && response.write(Buffer.alloc(2 ** 16))) written += 2 ** 16
      }
      response.on('drain', more)
      more()
    })
    const proxy = await aRecording(server.url)
    const request = http.request(`${proxy.url}/api/chat`, { method: 'POST', agent: false }).end('{}')
    const [answer] = (await once(request, 'response')) as [http.IncomingMessage]
    answer.pause()
    await wait(300)
    expect(written).toBeLessThan(64 * 2 ** 20)
    answer.destroy()
    expect((await ended(proxy)).trouble?.kind).toBe('aborted')
  })

  it('requests that are sent before the one before is answered, answers in their order', async () => {
    const server = await aServer((_request, response, body) => {
      const { prompt } = JSON.parse(String(body)) as { prompt: string }
      setTimeout(() => response.end(prompt), prompt === 'one' ? 60 : 0)
    })
    const proxy = await aRecording(server.url)
    const requests = ['one', 'two'].map((prompt) => {
      const body = JSON.stringify({ prompt })
      return `POST /api/generate HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    })
    const socket = net.connect(Number(new URL(proxy.url).port), '127.0.0.1')
    socket.write(requests.join(''))
    let said = ''
    while (!/one.*two/s.test(said)) said += String((await once(socket, 'data'))[0])
    socket.destroy()
    for (const index of [0, 1]) {
      const { request, body, trouble } = await ended(proxy, index)
      expect(JSON.parse(String(request.body))).toEqual({ prompt: String(Buffer.concat(body)) })
      expect(trouble).toBeNull()
    }
  })
})

describe('what it refuses to start with', () => {
  it('a target that is no URL', async () => {
    await expect(aRecording('ftp://localhost')).rejects.toThrow(InputError)
  })

  it('a port that is taken', async () => {
    const port = Number(new URL((await aRecording('http://127.0.0.1:1')).url).port)
    const second = aRecording('http://127.0.0.1:1', { listen: { host: '127.0.0.1', port } })
    await expect(second).rejects.toThrow(MachineError)
  })
})
