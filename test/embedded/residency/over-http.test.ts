/** Loads, reloads, expiry and slots, over HTTP with the scripted engine. */
import { describe, expect, it } from 'vitest'
import { ask, generate, last, loadedModels, until } from '../http-client.ts'
import { serveScript } from '../servers.ts'

const load = (url: string, body: object = {}) =>
  ask(url, '/api/generate', { body: { model: 'tiny', ...body } })

const contextLengths = async (url: string) => (await loadedModels(url)).map((model) => model.context_length)

/** Ms of the load within the answer's figures; a model that was there costs next to nothing. */
const loadMs = (answer: Awaited<ReturnType<typeof generate>>) => Number(last(answer).load_duration) / 1e6

describe('a load', () => {
  it('is reported in the first answer only, and not listed before it is done', async () => {
    const url = await serveScript({ loadMs: 150 })
    const cold = generate(url)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await loadedModels(url)).toEqual([])
    expect(loadMs(await cold)).toBeGreaterThanOrEqual(150)
    expect(loadMs(await generate(url))).toBeLessThan(150)
  })

  it.each([
    ['num_ctx', { num_ctx: 1024 }, true],
    ['num_batch', { num_batch: 64 }, true],
    ['num_gpu', { num_gpu: 3 }, true],
    ['num_gpu -1', { num_gpu: -1 }, false],
    ['main_gpu', { main_gpu: 1 }, true],
    ['num_thread', { num_thread: 2 }, true],
    ['use_mmap', { use_mmap: false }, true],
    [
      'temperature, seed, num_predict and top_k',
      { temperature: 1, seed: 5, num_predict: 2, top_k: 3 },
      false,
    ],
  ])('is repeated for another %s: %o %s', async (_, options, reloads) => {
    const url = await serveScript({ loadMs: 100, faults: [{ kind: 'load-error', atRequest: 2 }] })
    expect((await generate(url)).status).toBe(200)
    expect((await generate(url, { options })).status).toBe(reloads ? 500 : 200)
  })

  it('waits for running requests to finish when options change', async () => {
    const url = await serveScript({ tokensPerSecond: 200 })
    const running = generate(url, { options: { num_predict: 40, num_ctx: 512 } })
    await until('the model is there', async () => (await loadedModels(url)).length === 1)
    const other = generate(url, { options: { num_ctx: 1024 } })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await contextLengths(url)).toEqual([512])
    expect(last(await running)).toMatchObject({ done: true, eval_count: 40 })
    expect(last(await other)).toMatchObject({ done: true })
    expect(await contextLengths(url)).toEqual([1024])
  })

  it('is given up when its client leaves, and the next one loads', async () => {
    const url = await serveScript({ faults: [{ kind: 'slow-load', atRequest: 1, ms: 60_000 }] })
    const gone = new AbortController()
    const left = generate(url, {}, { signal: gone.signal })
    setTimeout(() => gone.abort(), 50)
    await expect(left).rejects.toThrow()
    expect(last(await generate(url))).toMatchObject({ done: true })
  })

  it('fails with the text of the script, and may succeed the next time', async () => {
    const url = await serveScript({
      faults: [{ kind: 'load-error', atRequest: 1, message: 'out of memory' }],
    })
    expect(await generate(url)).toMatchObject({ status: 500, text: '{"error":"out of memory"}' })
    expect(await generate(url)).toMatchObject({ status: 200 })
  })
})

describe('a model in memory', () => {
  it('goes when its time is over', async () => {
    const url = await serveScript()
    await load(url, { keep_alive: '100ms' })
    expect(await loadedModels(url)).toHaveLength(1)
    await until('it is gone', async () => (await loadedModels(url)).length === 0)
  })

  it('goes at once after a request that says so', async () => {
    const url = await serveScript()
    expect(last(await generate(url, { keep_alive: 0 }))).toMatchObject({ eval_count: 5 })
    await until('it is gone', async () => (await loadedModels(url)).length === 0)
  })

  it('stays for centuries with a negative keep-alive', async () => {
    const url = await serveScript()
    await load(url, { keep_alive: -1 })
    const [model] = await loadedModels(url)
    expect(String(model?.expires_at)).toMatch(/^2[23]\d\d-/)
  })

  it('stays until running requests are done when it is to be unloaded', async () => {
    const url = await serveScript({ tokensPerSecond: 100 })
    const running = generate(url, { options: { num_predict: 30 } })
    await until('it is there', async () => (await loadedModels(url)).length === 1)
    await load(url, { keep_alive: 0 })
    expect(last(await running)).toMatchObject({ done: true, eval_count: 30 })
    await until('it is gone', async () => (await loadedModels(url)).length === 0)
  })

  it('answers an unload when nothing is loaded', async () => {
    const url = await serveScript()
    expect(last(await load(url, { keep_alive: 0 }))).toMatchObject({ done_reason: 'unload' })
  })
})

describe('slots', () => {
  const pair = async (parallel: number) => {
    const url = await serveScript({ tokensPerSecond: 100, jitterRatio: 0 }, parallel)
    await load(url)
    const answers = await Promise.all([0, 1].map(() => generate(url, { options: { num_predict: 30 } })))
    return answers.map((answer) => last(answer))
  }

  /** What neither load nor evaluation explains, in ms. */
  const waitMs = (end: Record<string, unknown>) =>
    (Number(end.total_duration) -
      Number(end.load_duration) -
      Number(end.prompt_eval_duration) -
      Number(end.eval_duration)) /
    1e6

  it('make the second request wait when there is one, and the wait is in neither duration', async () => {
    const waits = (await pair(1)).map(waitMs).sort((a, b) => a - b)
    expect(waits[1]).toBeGreaterThan(250)
    expect(waits[0]).toBeLessThan(250)
  })

  it('serve both at once when there are two', async () => {
    for (const end of await pair(2)) expect(waitMs(end)).toBeLessThan(250)
  })

  it('are freed by a client that leaves while it waits', async () => {
    const url = await serveScript({ tokensPerSecond: 100 })
    const running = generate(url, { options: { num_predict: 20 } })
    const gone = new AbortController()
    const waiting = generate(url, {}, { signal: gone.signal }).catch(() => null)
    setTimeout(() => gone.abort(), 50)
    await waiting
    expect(last(await running)).toMatchObject({ eval_count: 20 })
    expect(last(await generate(url))).toMatchObject({ eval_count: 5 })
  })
})
