/** Which requests of a program become records, and whether those agree with what the program itself sees. */
import { describe, expect, it } from 'vitest'
import { serveScript } from '../../embedded/servers.ts'
import { aChat, aClient } from './a-client.ts'
import { type Call, calls, observe, send, withoutMoments } from './an-observed-server.ts'
import { answerOf, startScriptedServer, streamOf } from './scripted-server.ts'
import { answerLine, lastLine } from './stream-lines.ts'

describe('what is a call', () => {
  const rows: readonly { readonly says: string; readonly call: Call; readonly count: number }[] = [
    { says: 'a load', call: { path: '/api/chat', body: { model: 'm', messages: [] } }, count: 0 },
    { says: 'an unload', call: { path: '/api/generate', body: { model: 'm', keep_alive: 0 } }, count: 0 },
    { says: 'a load by the other API', call: { path: '/v1/completions', body: { prompt: '' } }, count: 0 },
    { says: 'an embedding', call: { path: '/api/embed', body: { model: 'm', input: 'a' } }, count: 0 },
    {
      says: 'a chat without messages of the other API, which is refused',
      call: { path: '/v1/chat/completions', body: {} },
      count: 1,
    },
    { says: 'messages of a wrong type', call: { path: '/api/chat', body: { messages: 'Hello' } }, count: 1 },
    { says: 'a body that is no object', call: { path: '/api/chat', body: [1] }, count: 1 },
  ]

  it.each(rows)('$says: $count', async ({ call, count }) => {
    await using server = await startScriptedServer(answerOf(200, {}))
    await using observed = await observe(server.url)
    await send(observed.url, call)
    expect(observed.records()).toHaveLength(count)
    expect(server.asked).toHaveLength(1)
  })

  it('two at once are two records in the order of their writes', async () => {
    const first = Promise.withResolvers<void>()
    await using server = await startScriptedServer(async (response, asked, index) => {
      if (index === 0) await first.promise
      await streamOf(...Array.from({ length: index + 1 }, () => answerLine('a')), lastLine())(
        response,
        asked,
        index,
      )
    })
    await using observed = await observe(server.url)
    const slow = send(observed.url, calls.chat)
    while (server.asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await send(observed.url, calls.chat)
    first.resolve()
    await slow
    const [one, two] = observed.records()
    expect([one?.chunks, two?.chunks]).toEqual([1, 2])
    expect(Number(one?.writeMs)).toBeLessThan(Number(two?.writeMs))
    expect(Number(one?.endMs)).toBeGreaterThan(Number(two?.endMs))
  })
})

describe('the same call seen by its client and from between', () => {
  const scripts: readonly (readonly [string, object])[] = [
    ['a call that ends well', {}],
    ['a model that was not loaded', { loadMs: 30 }],
    ['a server that gives up', { faults: [{ kind: 'error-line' }] }],
    ['a stream without an end', { faults: [{ kind: 'no-done' }] }],
    ['a line that is none', { faults: [{ kind: 'malformed-line' }] }],
    ['empty chunks', { faults: [{ kind: 'empty-chunks' }] }],
    ['an error', { faults: [{ kind: 'http-500' }] }],
  ]

  it.each(scripts)('%s', async (_, script) => {
    await using observed = await observe(await serveScript(script))
    await using client = aClient(observed.url)
    const seen = await client.chat(aChat({ model: 'tiny:latest', options: { num_predict: 12 } }))
    const [record] = observed.records()
    expect(record).toBeDefined()
    if (!record) return
    expect(withoutMoments(record)).toEqual(withoutMoments(seen))
    // One process and one clock: what the proxy saw lies within what the client saw.
    expect(Number(record.writeMs)).toBeGreaterThanOrEqual(Number(seen.writeMs))
    expect(Number(record.firstByteMs)).toBeLessThanOrEqual(Number(seen.firstByteMs))
    if (seen.firstTokenMs === null) expect(record.firstTokenMs).toBeNull()
    else expect(record.firstTokenMs).toBeLessThanOrEqual(seen.firstTokenMs)
    if (seen.failure === null) expect(record.endMs).toBeLessThanOrEqual(seen.endMs)
  })

  it('a connection that breaks', async () => {
    await using observed = await observe(await serveScript({ faults: [{ kind: 'cut' }] }))
    await using client = aClient(observed.url)
    const seen = await client.chat(aChat({ model: 'tiny:latest', options: { num_predict: 12 } }))
    expect(seen.failure?.kind).toBe('connection-lost')
    expect(observed.records()).toMatchObject([{ chunks: seen.chunks, failure: { kind: 'connection-lost' } }])
  })
})
