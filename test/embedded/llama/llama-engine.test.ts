/** Real inference with a very small model, over HTTP: text, cache, options, slots. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { startServer } from '../../../src/embedded/api/server.ts'
import { createLlamaEngine } from '../../../src/embedded/llama/llama-engine.ts'
import { defaultShape } from '../../../src/embedded/llama/tiny-model.ts'
import { ask, type Fields, first, generate, last, loadedModels, responseText } from '../http-client.ts'
import { missingBuild } from './native-build.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'embedded-test-'))
afterAll(() => rmSync(dataDir, { recursive: true }))

const serveLlama = async (parallel = 1, seed: number | null = null): Promise<string> => {
  const shape = { ...defaultShape, layers: 2, width: 128, feedForward: 256, heads: 2 }
  const engine = await createLlamaEngine({ shape, dataDir, threads: 1, parallel, seed })
  const server = await startServer(engine, { host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  return server.url
}

const words = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => ` w${String((from + i) % 200).padStart(3, '0')}`).join('')

const ms = (answer: Awaited<ReturnType<typeof generate>>, name: string): number =>
  Number(last(answer)[name] ?? 0) / 1e6

describe.skipIf(missingBuild !== null)('the llama engine', () => {
  it('counts: the text is known, and never ends of itself', async () => {
    const url = await serveLlama()
    const answer = await generate(url, { prompt: 'w100 w007', options: { num_predict: 300 } })
    const begin = Number(responseText(answer).slice(2, 5))
    expect(responseText(answer)).toBe(words(begin, 300))
    expect(last(answer)).toMatchObject({ done_reason: 'length', eval_count: 300 })
  })

  it('reads a prompt word by word, and other text byte by byte', async () => {
    const url = await serveLlama()
    const count = async (prompt: string) => last(await generate(url, { prompt })).prompt_eval_count
    expect(await count('the report of the engineer')).toBe(6)
    expect(await count('the xyz')).toBe(6)
  })

  it('evaluates only what the cache does not hold', async () => {
    const url = await serveLlama()
    const prompt = 'the report of the engineer '.repeat(300)
    const cold = await generate(url, { prompt })
    const warm = await generate(url, { prompt })
    expect(last(warm).prompt_eval_count).toBe(last(cold).prompt_eval_count)
    expect(responseText(warm)).toBe(responseText(cold))
    expect(ms(warm, 'prompt_eval_duration')).toBeLessThan(ms(cold, 'prompt_eval_duration') / 3)
    const defeated = await generate(url, { prompt: `other ${prompt}` })
    expect(ms(defeated, 'prompt_eval_duration')).toBeGreaterThan(ms(cold, 'prompt_eval_duration') / 3)
  })

  it('honours seed and temperature', async () => {
    const url = await serveLlama()
    const text = async (options: Fields) =>
      responseText(await generate(url, { options: { num_predict: 20, top_p: 1, top_k: 0, ...options } }))
    const drawn = await text({ temperature: 3, seed: 1 })
    expect(await text({ temperature: 3, seed: 1 })).toBe(drawn)
    expect(await text({ temperature: 3, seed: 2 })).not.toBe(drawn)
    expect(await text({ temperature: 0, seed: 1 })).toBe(await text({ temperature: 0, seed: 2 }))
  })

  it('draws by its own seed where a request names none', async () => {
    const options = { num_predict: 20, temperature: 3, top_p: 1, top_k: 0 }
    const text = async (url: string) => responseText(await generate(url, { options }))
    const seeded = await serveLlama(1, 5)
    expect(await text(seeded)).toBe(await text(seeded))
    const unseeded = await serveLlama()
    expect(await text(unseeded)).not.toBe(await text(unseeded))
  })

  it('never ends of itself, at high temperatures either', async () => {
    const url = await serveLlama()
    const options = { num_predict: 400, temperature: 3, top_k: 0, top_p: 1, seed: 3 }
    expect(last(await generate(url, { options }))).toMatchObject({ done_reason: 'length', eval_count: 400 })
  })

  it('stops before a stop sequence', async () => {
    const url = await serveLlama()
    const start = Number(responseText(await generate(url)).slice(2, 5))
    const stop = [`x`, words(start + 4, 2)]
    const answer = await generate(url, { options: { num_predict: 50, stop } })
    expect(responseText(answer)).toBe(words(start, 4))
    expect(last(answer)).toMatchObject({ done_reason: 'stop' })
  })

  it('applies num_ctx, reloads for another, and lists the context of a slot', async () => {
    const url = await serveLlama(2)
    for (const num_ctx of [512, 1024]) {
      expect(ms(await generate(url, { options: { num_ctx } }), 'load_duration')).toBeGreaterThan(0)
      expect(await loadedModels(url)).toMatchObject([{ context_length: num_ctx, size_vram: 0 }])
    }
  })

  it('goes on beyond its context', async () => {
    const url = await serveLlama()
    const answer = await generate(url, { options: { num_ctx: 256, num_predict: 400 } })
    const begin = Number(responseText(answer).slice(2, 5))
    expect(responseText(answer)).toBe(words(begin, 400))
    expect(last(answer)).toMatchObject({ eval_count: 400, done_reason: 'length' })
  })

  it('cuts a prompt that is too long, or refuses it where it may not', async () => {
    const url = await serveLlama()
    const request = { prompt: 'the '.repeat(1000), options: { num_ctx: 256 } }
    const cut = last(await generate(url, request))
    expect(cut).toMatchObject({ done: true, eval_count: 5 })
    expect(cut.prompt_eval_count).toBeLessThan(256)
    const refused = await generate(url, { ...request, truncate: false })
    expect(refused.status).toBe(400)
    expect(first(refused).error).toContain('the prompt is longer than the context length')
  })

  it('serves as many at once as it has slots, each with its own text', async () => {
    const url = await serveLlama(3)
    const prompts = ['Hello', 'the report', 'You list', 'of the', 'engineer']
    const alone: string[] = []
    for (const prompt of prompts) alone.push(responseText(await generate(url, { prompt })))
    const together = await Promise.all(prompts.map((prompt) => generate(url, { prompt })))
    expect(together.map(responseText)).toEqual(alone)
  })

  it('loads with the threads, batch and mapping that are asked for', async () => {
    const url = await serveLlama()
    const options = { num_thread: 2, num_batch: 32, use_mmap: false, num_gpu: 5, num_predict: 3 }
    const answer = await generate(url, { prompt: 'the report '.repeat(50), options })
    expect(last(answer)).toMatchObject({ eval_count: 3 })
  })

  it('gives up a prefill whose client leaves', async () => {
    const url = await serveLlama()
    await ask(url, '/api/generate', { body: { model: 'tiny', options: { num_ctx: 16_384, num_batch: 64 } } })
    const gone = new AbortController()
    const body = { prompt: 'the report '.repeat(7000), options: { num_ctx: 16_384, num_batch: 64 } }
    const left = generate(url, body, { signal: gone.signal }).catch(() => null)
    setTimeout(() => gone.abort(), 100)
    await left
    const next = await generate(url, { options: { num_ctx: 16_384, num_batch: 64 } })
    expect(last(next)).toMatchObject({ eval_count: 5 })
  })
})
