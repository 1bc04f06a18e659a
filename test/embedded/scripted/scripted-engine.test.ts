/** What a script determines, over HTTP: figures by seed, placement, contention, stamps. */
import { describe, expect, it } from 'vitest'
import { ask, generate, last, loadedModels } from '../http-client.ts'
import { serveScript } from '../servers.ts'

const figures = async (url: string) => {
  const end = last(await generate(url, { options: { num_predict: 20 } }))
  return [end.prompt_eval_count, end.prompt_eval_duration, end.eval_count, end.eval_duration]
}

describe('the figures of a script', () => {
  it('are the same for the same seed, request by request', async () => {
    const [one, two, other] = await Promise.all([
      serveScript({ seed: 1 }),
      serveScript({ seed: 1 }),
      serveScript({ seed: 2 }),
    ])
    const firstFigures = await figures(one)
    expect(await figures(two)).toEqual(firstFigures)
    expect(await figures(other)).not.toEqual(firstFigures)
    const secondFigures = await figures(one)
    expect(secondFigures).not.toEqual(firstFigures)
    expect(await figures(two)).toEqual(secondFigures)
  })

  it('are exact without jitter', async () => {
    const url = await serveScript({ ttftMs: 3, tokensPerSecond: 500, jitterRatio: 0 })
    expect(await figures(url)).toEqual([2, 3_000_000, 20, 38_000_000])
  })

  it('grow with the uncached part of the prompt', async () => {
    const url = await serveScript({ ttftMs: 2, prefillTokensPerSecond: 1000, jitterRatio: 0 })
    const prompt = 'x'.repeat(40)
    const evaluated = async (text: string) =>
      Number(last(await generate(url, { prompt: text })).prompt_eval_duration)
    expect(await evaluated(prompt)).toBe(12_000_000)
    expect(await evaluated(`${prompt}${'y'.repeat(20)}`)).toBe(7_000_000)
    expect(await evaluated(`z${prompt}`)).toBe(13_000_000)
  })

  it('are slowed where the script says so', async () => {
    const slowdowns = [
      { of: 'decode', factor: 2, fromRequest: 2, toRequest: 2 },
      { of: 'prefill', factor: 3, fromRequest: 3 },
    ]
    const url = await serveScript({ ttftMs: 2, tokensPerSecond: 1000, jitterRatio: 0, slowdowns })
    const times = [await figures(url), await figures(url), await figures(url)]
    expect(times.map(([, prefill, , decode]) => [prefill, decode])).toEqual([
      [2_000_000, 19_000_000],
      [2_000_000, 38_000_000],
      [6_000_000, 19_000_000],
    ])
  })

  it('show contention among running requests', async () => {
    const script = { ttftMs: 5, tokensPerSecond: 200, jitterRatio: 0, contention: { shared: 1 } }
    const url = await serveScript(script, 2)
    await ask(url, '/api/generate', { body: { model: 'tiny' } })
    const alone = Number((await figures(url))[3])
    const [one, two] = await Promise.all([figures(url), figures(url)])
    expect(Number(one?.[3]) / alone).toBeGreaterThan(1.5)
    expect(Number(two?.[3]) / alone).toBeGreaterThan(1.5)
  })
})

describe('the length of an answer', () => {
  it('is that of the script when it is open-ended, and it ends with stop', async () => {
    const url = await serveScript({ replyTokens: 7 })
    const end = last(await generate(url, { options: { num_predict: -1 } }))
    expect(end).toMatchObject({ done_reason: 'stop', eval_count: 7 })
  })

  it('is num_predict otherwise, and it ends with length', async () => {
    const url = await serveScript({ replyTokens: 7 })
    const end = last(await generate(url, { options: { num_predict: 9 } }))
    expect(end).toMatchObject({ done_reason: 'length', eval_count: 9 })
  })
})

describe('the placement', () => {
  const loaded = async (script: object, options: object = {}) => {
    const url = await serveScript(script)
    await generate(url, { options })
    const [model] = await loadedModels(url)
    return {
      share: Number(model?.size_vram) / Number(model?.size),
      contextLength: model?.context_length,
    }
  }

  it.each([
    ['everything by default', {}, {}, 1, 4096],
    ['the layers of num_gpu', { model: { layers: 9 } }, { num_gpu: 5 }, 0.5, 4096],
    ['nothing for num_gpu 0', {}, { num_gpu: 0 }, 0, 4096],
    ['everything above the layers', { model: { layers: 9 } }, { num_gpu: 99 }, 1, 4096],
    ['what the script says instead', { placement: { vramShare: 0.25 } }, { num_gpu: 99 }, 0.25, 4096],
    ['the context of num_ctx', {}, { num_ctx: 512 }, 1, 512],
    ['no more than the trained context', { model: { contextLength: 1024 } }, { num_ctx: 4096 }, 1, 1024],
    ['the context of the script', { placement: { contextLength: 2048 } }, { num_ctx: 512 }, 1, 2048],
  ])('is %s', async (_, script, options, share, contextLength) => {
    const placement = await loaded(script, options)
    expect(placement.share).toBeCloseTo(share, 6)
    expect(placement.contextLength).toBe(contextLength)
  })
})

describe('the script', () => {
  it('stamps each chunk with the monotonic moment of its write', async () => {
    const url = await serveScript({ stamp: true })
    const before = process.hrtime.bigint()
    const answer = await generate(url)
    const stamps = answer.lines.map((line) => BigInt(String(line.sent_ns)))
    expect(stamps).toHaveLength(6)
    const moments = [before, ...stamps, process.hrtime.bigint()]
    expect(moments.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(moments)
  })

  it('names the model and its capabilities', async () => {
    const url = await serveScript({
      model: { name: 'big:70b', capabilities: ['completion', 'thinking'] },
    })
    expect(await generate(url)).toMatchObject({ status: 404 })
    expect(await generate(url, { model: 'big:70b', think: true })).toMatchObject({ status: 200 })
  })
})
