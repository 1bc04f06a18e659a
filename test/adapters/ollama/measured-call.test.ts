/** What is sent for a measured call, and what happens while the server is busy. */
import { describe, expect, it } from 'vitest'
import type { Options } from '../../../src/model/options.ts'
import { explicitDefaults } from '../../../src/model/options.ts'
import { aChat, aClient } from './a-client.ts'
import { realClock } from './real-clock.ts'
import { type Answer, answerOf, startScriptedServer, streamOf } from './scripted-server.ts'
import { answerLine, generateLine, lastLine } from './stream-lines.ts'

const busy = answerOf(503, { error: 'server busy, please try again.  maximum pending requests exceeded' })
const well = streamOf(answerLine('a'), lastLine())

/** Busy for the first `times` requests. */
const busyFor =
  (times: number): Answer =>
  (response, asked, index) =>
    (index < times ? busy : well)(response, asked, index)

describe('a busy server', () => {
  it('is asked again, and the moments are those of the last attempt', async () => {
    await using server = await startScriptedServer(busyFor(3))
    await using client = aClient(server.url)
    const before = performance.now()
    const record = await client.chat(aChat())
    expect(record).toMatchObject({ failure: null, busyRetries: 3, chunks: 1 })
    // 250 + 500 + 1000 ms of waiting, a hundredth of it here, lie before the write.
    expect(Number(record.writeMs) - before).toBeGreaterThan(17)
    expect(server.asked).toHaveLength(4)
    expect(server.connections()).toBe(1)
  })

  it('that stays busy ends the call as server-busy', async () => {
    await using server = await startScriptedServer(busy)
    await using client = aClient(server.url, { clock: realClock(0.0001) })
    const record = await client.chat(aChat())
    expect(record).toMatchObject({
      busyRetries: 9,
      chunks: 0,
      failure: { kind: 'server-busy', status: 503, message: expect.stringContaining('maximum pending') },
    })
  })

  it('is not waited for beyond the limit of the whole call', async () => {
    await using server = await startScriptedServer(busy)
    await using client = aClient(server.url, { timeouts: { totalMs: 900 } })
    expect(await client.chat(aChat())).toMatchObject({ failure: { kind: 'server-busy' }, busyRetries: 2 })
  })

  it('is left alone when the call is aborted meanwhile', async () => {
    await using server = await startScriptedServer(busy)
    await using client = aClient(server.url, { clock: realClock(100) })
    const controller = new AbortController()
    const call = client.chat(aChat(), controller.signal)
    await expect.poll(() => server.asked.length).toBe(1)
    setTimeout(() => controller.abort(), 30)
    expect(await call).toMatchObject({ failure: { kind: 'aborted' }, busyRetries: 0 })
    expect(server.asked).toHaveLength(1)
  })
})

describe('the request', () => {
  const bodyOf = async (options: Options) => {
    await using server = await startScriptedServer(well)
    await using client = aClient(server.url)
    await client.chat(aChat({ options }))
    return server.asked[0]?.body
  }
  const common = { model: 'tiny', messages: [{ role: 'user', content: 'Hello' }], stream: true }

  it('has think and keep_alive at its top level and the rest in options', async () => {
    const { think, keep_alive, ...options } = explicitDefaults
    expect(await bodyOf(explicitDefaults)).toEqual({ ...common, think, keep_alive, options })
  })

  it.each<[string, Options, object]>([
    [
      'of a server-defaults agent has nothing but num_predict',
      { num_predict: 8 },
      { options: { num_predict: 8 } },
    ],
    ['without options has none', {}, {}],
    [
      'keeps values that are false or zero',
      { think: false, keep_alive: 0, seed: 0 },
      { think: false, keep_alive: 0, options: { seed: 0 } },
    ],
  ])('%s', async (_, options, expected) => {
    expect(await bodyOf(options)).toEqual({ ...common, ...expected })
  })

  it('of generate carries the prompt', async () => {
    await using server = await startScriptedServer(
      streamOf(generateLine({ response: 'a' }), generateLine({ done: true, eval_count: 1 })),
    )
    await using client = aClient(server.url)
    const call = { model: 'tiny', prompt: 'Hi', options: { seed: 1 }, mayLoad: false }
    expect(await client.generate(call)).toMatchObject({ failure: null, chunks: 1 })
    expect(server.asked[0]).toMatchObject({
      method: 'POST',
      path: '/api/generate',
      body: { model: 'tiny', prompt: 'Hi', stream: true, options: { seed: 1 } },
    })
  })

  it('asks for no compression, below the path prefix, with credentials that nobody sees', async () => {
    await using server = await startScriptedServer(answerOf(500, { error: 'no' }))
    await using client = aClient(`http://me:secret@127.0.0.1:${server.port}/ollama/`)
    const record = await client.chat(aChat())
    expect(server.asked[0]).toMatchObject({
      path: '/ollama/api/chat',
      headers: {
        'accept-encoding': 'identity',
        'content-type': 'application/json',
        authorization: `Basic ${btoa('me:secret')}`,
      },
    })
    expect(client.url).toBe(`http://127.0.0.1:${server.port}/ollama`)
    expect(JSON.stringify(record)).not.toContain('secret')
    await expect(client.version()).rejects.toThrow(/^(?!.*(secret|me:))/s)
  })
})
