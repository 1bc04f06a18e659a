import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { InputError, MachineError } from '../../src/errors.ts'
import { aProxy, aServer, chat, generate, post, send, tokens } from './a-proxy.ts'
import { stream } from './ndjson-server.ts'

describe('what is slowed', () => {
  it('delays the first token of a stream', async () => {
    const server = await aServer((_, response) => stream(response, tokens(3), 5))
    const { url } = await aProxy(server.url, { firstTokenDelayMs: 150 })
    const { text, atMs } = await post(url, chat())
    expect(atMs[0]).toBeGreaterThanOrEqual(150)
    expect(text).toBe(tokens(3).join(''))
  })

  it('lowers the token rate of a stream', async () => {
    const server = await aServer((_, response) => stream(response, tokens(20), 10))
    const { url } = await aProxy(server.url, { chunkSlowdownRatio: 0.5 })
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
    const server = await aServer((_, response) => stream(response, parts, 1))
    const { url } = await aProxy(server.url, { firstTokenDelayMs: 20, chunkSlowdownRatio: 0.2 })
    expect((await post(url, chat())).text).toBe(all.toString())
  })

  it('passes on a last line without its newline', async () => {
    const server = await aServer((_, response) => stream(response, ['{"a":1}\n{"b"', ':2}'], 1))
    const { url } = await aProxy(server.url, { firstTokenDelayMs: 20 })
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
    const server = await aServer((_, response) => stream(response, tokens(1), 0))
    const { url } = await aProxy(server.url, { firstTokenDelayMs: 60_000, models: ['gemma3:latest'] })
    expect((await post(url, call)).text).toBe(tokens(1).join(''))
    expect(JSON.parse(String(server.seen[0]?.body))).toEqual(call.body)
  })

  it('slows a named model however its tag is written', async () => {
    const server = await aServer((_, response) => stream(response, tokens(1), 0))
    const { url } = await aProxy(server.url, { firstTokenDelayMs: 80, models: ['gemma3'] })
    expect((await post(url, chat({ model: 'gemma3:latest' }))).atMs[0]).toBeGreaterThanOrEqual(80)
  })
})

describe('no tokens', () => {
  it('takes a generation, asks nobody, and waits until the client leaves', async () => {
    const server = await aServer((_, response) => stream(response, tokens(1), 0))
    const { url } = await aProxy(server.url, { noTokens: true })
    for (const call of [chat(), chat({ stream: false }), generate()]) {
      const request = send(url, call, AbortSignal.timeout(60))
      await expect(request).rejects.toThrow('timeout')
    }
    expect(server.seen).toEqual([])
  })

  it('answers everything else', async () => {
    const server = await aServer((_, response) => response.end('{"version":"0.33.0"}'))
    const { url } = await aProxy(server.url, { noTokens: true })
    expect(await (await fetch(`${url}/api/version`)).json()).toEqual({ version: '0.33.0' })
  })

  it('closes at once with a client still waiting', async () => {
    const server = await aServer((_, response) => stream(response, tokens(1), 0))
    const proxy = await aProxy(server.url, { firstTokenDelayMs: 0, chunkSlowdownRatio: 0, noTokens: true })
    const waiting = post(proxy.url, chat())
    const failed = expect(waiting).rejects.toThrow()
    await wait(30)
    await proxy.close()
    await failed
  })
})

describe('what it refuses to start with', () => {
  it.each([
    [
      'a target that is no URL',
      { target: 'ftp://localhost:11434' },
      '"ftp://localhost:11434" is not the URL of a server.',
    ],
    ['credentials in the URL', { target: 'http://me:secret@host:1' }, "The target's URL holds credentials."],
    ['a delay below zero', { firstTokenDelayMs: -1 }, 'A first token cannot come -1 ms later.'],
    ['a rate that falls to nothing', { chunkSlowdownRatio: 1 }, 'A token rate cannot fall by 100 %.'],
    ['a rate that is no number', { chunkSlowdownRatio: Number.NaN }, 'A token rate cannot fall by NaN %.'],
  ])('%s', async (_, options, words) => {
    const started = aProxy('http://127.0.0.1:1', options)
    await expect(started).rejects.toThrow(InputError)
    await expect(started).rejects.toThrow(words)
  })

  it('a port that is taken', async () => {
    const taken = Number(new URL((await aProxy('http://127.0.0.1:1')).url).port)
    const started = aProxy('http://127.0.0.1:1', { listen: { host: '127.0.0.1', port: taken } })
    await expect(started).rejects.toThrow(MachineError)
    await expect(started).rejects.toThrow(`Cannot listen on 127.0.0.1:${taken}: listen EADDRINUSE`)
  })
})
