/** The client against a real Ollama, where there is one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Options } from '../../../src/model/options.ts'
import type { InferenceServer } from '../../../src/ports/inference-server.ts'
import { aChat, aClient } from './a-client.ts'
import { realClock } from './real-clock.ts'
import { openRealOllama, type RealOllama, whyNoOllama } from './real-ollama.ts'

const reason = whyNoOllama()
if (reason !== null) console.info(reason)

const options: Options = { num_ctx: 512, num_predict: 12, seed: 1, temperature: 0, think: false }

const untilItAnswers = async (client: InferenceServer): Promise<void> => {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answers = await client.version().then(
      () => true,
      () => false,
    )
    if (answers) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

describe.skipIf(reason !== null)('a real Ollama', () => {
  let server: RealOllama
  let client: InferenceServer
  let model = ''
  let noEngine: string | null = null

  beforeAll(async () => {
    server = await openRealOllama()
    client = aClient(server.url, { clock: realClock() })
    await untilItAnswers(client)
    const local = (await client.available()).filter(({ remote }) => !remote)
    model = local.toSorted((a, b) => Number(a.sizeBytes) - Number(b.sizeBytes))[0]?.name ?? ''
    expect(model, 'the server has no model').not.toBe('')
    // A plain build of Ollama from 0.30 on answers everything but has no engine to run a model with.
    const { failure } = await client.chat(aChat({ model, messages: [], mayLoad: true }))
    noEngine = /llama-server binary not found/.exec(failure?.message ?? '')?.[0] ?? null
  })

  afterAll(async () => {
    await client.close()
    await server[Symbol.asyncDispose]()
  })

  it('tells its version and the facts of a model', async () => {
    expect(await client.version()).toMatch(/^\d+\.\d+/)
    const { facts, capabilities } = await client.show(model)
    expect(facts.blocks).toBeGreaterThan(0)
    expect(facts.trainContext).toBeGreaterThan(0)
    expect(facts.kvBytesPerToken).toBeGreaterThan(0)
    expect(facts.weightsDigest).toMatch(/^[0-9a-f]{64}$/)
    expect(facts.templateSha256).toMatch(/^[0-9a-f]{64}$/)
    expect(capabilities).toContain('completion')
  })

  it('loads with the options it is given, and unloads', async ({ skip }) => {
    skip(noEngine !== null, noEngine ?? '')
    await client.unload(model)
    expect((await client.loaded()).map(({ name }) => name)).not.toContain(model)
    await client.load(model, options)
    const loaded = (await client.loaded()).find(({ name }) => name === model)
    expect(loaded?.sizeBytes).toBeGreaterThan(0)
    expect([null, 512]).toContain(loaded?.contextLength)
    await client.unload(model)
    expect((await client.loaded()).map(({ name }) => name)).not.toContain(model)
  })

  it('chats, cold and warm', async ({ skip }) => {
    skip(noEngine !== null, noEngine ?? '')
    await client.unload(model)
    for (const mayLoad of [true, false]) {
      const record = await client.chat(aChat({ model, options, mayLoad }))
      expect(record).toMatchObject({ failure: null, server: { outputTokens: 12 }, doneReason: 'length' })
      expect(record.chunks).toBeGreaterThan(0)
      expect(record.chunkGapsUs).toHaveLength(record.chunks - 1)
      expect(record.server?.totalMs).toBeLessThan(record.endMs - Number(record.writeMs))
      expect(record.firstTokenLagMs).not.toBeNull()
    }
  })

  it('generates, two at a time', async ({ skip }) => {
    skip(noEngine !== null, noEngine ?? '')
    const call = { model, prompt: 'Hello world', options, mayLoad: true }
    const records = await Promise.all([client.generate(call), client.generate(call)])
    for (const record of records) {
      expect(record).toMatchObject({ failure: null, server: { outputTokens: 12 }, doneReason: 'length' })
    }
  })

  it('stops working when a call is aborted', async ({ skip }) => {
    skip(noEngine !== null, noEngine ?? '')
    const controller = new AbortController()
    const long = { ...options, num_predict: 4000 }
    const call = client.chat(aChat({ model, options: long, mayLoad: true }), controller.signal)
    setTimeout(() => controller.abort(), 50)
    expect((await call).failure?.kind).toBe('aborted')
    expect((await client.chat(aChat({ model, options, mayLoad: true }))).failure).toBeNull()
  })

  it('refuses in the ways that the client knows', async () => {
    const missing = await client.chat(aChat({ model: 'no-such-model' }))
    expect(missing.failure).toMatchObject({ kind: 'model-missing', status: 404 })
    const thinking = await client.chat(aChat({ model, options: { think: true } }))
    expect(thinking.failure).toMatchObject({ kind: 'http-status', status: 400 })
    await expect(client.show('no-such-model')).rejects.toThrow(/ollama pull no-such-model/)
    await expect(client.load('no-such-model', {})).rejects.toThrow(/ollama pull no-such-model/)
  })

  it('treats empty messages as a load', async ({ skip }) => {
    skip(noEngine !== null, noEngine ?? '')
    const record = await client.chat(aChat({ model, messages: [], options, mayLoad: true }))
    expect(record).toMatchObject({ failure: null, chunks: 0, doneReason: 'load' })
  })
})
