import { describe, expect, test } from 'vitest'
import type { PreflightFacts } from '../../../src/core/preflight/preflight-facts.ts'
import { judgeVramBudget } from '../../../src/core/preflight/vram-budget.ts'
import { greatestDemands } from '../../../src/core/preflight/vram-demand.ts'
import type { ModelFacts, ServerFacts } from '../../../src/model/environment.ts'
import type { GpuDevice } from '../../../src/model/gpu.ts'
import type { Options } from '../../../src/model/options.ts'
import {
  aDevice,
  aFoundServer,
  aGpu,
  aMachine,
  aModel,
  aServer,
  noGpu,
  unknownGpu,
} from '../../model/a-machine.ts'
import { aCellOf, aLoaded, aPlan, aReading, aVariant, someFacts, told } from './some-facts.ts'

const [one, two] = ['http://127.0.0.1:11434', 'http://127.0.0.1:11435']
const gigabyte = 1e9

/** A model whose figures can be added up in the head: 4 GB of weights, 1 MB a token. */
const round = (overrides: Partial<ModelFacts> = {}): ModelFacts =>
  aModel({ sizeBytes: 4 * gigabyte, kvBytesPerToken: 1e6, blocks: 9, ...overrides })

const server = (url: string, overrides: Partial<ServerFacts> = {}): ServerFacts =>
  aServer({ url, models: [round()], ...overrides })

const setting = (servers: readonly ServerFacts[], vramTotalBytes = 12 * gigabyte) => ({
  servers: { head: servers, base: [] },
  vramTotalBytes,
})

describe('the greatest demand on a server', () => {
  const demand = (options: Options, own: ServerFacts, vramTotalBytes?: number) =>
    greatestDemands(aPlan([aCellOf(aVariant(options))]), setting([own], vramTotalBytes))[0]

  test.each<[string, Options, ServerFacts, number, number, number]>([
    ['num_ctx of the request', { num_ctx: 1000 }, server(one), 1000, 1, 1e9],
    [
      'times the slots of the server',
      { num_ctx: 1000 },
      server(one, { settings: { OLLAMA_NUM_PARALLEL: '4' } }),
      1000,
      4,
      4e9,
    ],
    [
      'one slot, where the server does not tell',
      { num_ctx: 1000 },
      server(one, { settings: null }),
      1000,
      1,
      1e9,
    ],
    [
      'the model’s own context, where the request is silent',
      {},
      server(one, { models: [round({ parameters: 'num_ctx                        2000' })] }),
      2000,
      1,
      2e9,
    ],
    [
      'then the server’s variable',
      {},
      server(one, { settings: { OLLAMA_CONTEXT_LENGTH: '3000' } }),
      3000,
      1,
      3e9,
    ],
    ['then the default', {}, server(one), 4096, 1, 4.096e9],
    [
      'never more than the model was trained for',
      { num_ctx: 9000 },
      server(one, { models: [round({ trainContext: 512 })] }),
      512,
      1,
      0.512e9,
    ],
    ['only the layers that go to the GPU', { num_ctx: 1000, num_gpu: 5 }, server(one), 1000, 1, 0.5e9],
    ['all of them for a num_gpu above them', { num_ctx: 1000, num_gpu: 80 }, server(one), 1000, 1, 1e9],
    ['nothing on the CPU', { num_ctx: 1000, num_gpu: 0 }, server(one), 1000, 1, 0],
  ])('%s', (_, options, own, context, parallel, kvBytes) => {
    expect(demand(options, own)).toMatchObject({ context, parallel, kvBytes })
  })

  test.each([
    ['small cards', '0.32.13', 12 * 2 ** 30, 4096],
    ['24 GB', '0.32.13', 24 * 2 ** 30, 32_768],
    ['48 GB', '0.32.13', 48 * 2 ** 30, 131_072],
    ['48 GB with an older Ollama', '0.15.4', 48 * 2 ** 30, 4096],
  ])('the default goes by the memory of the cards: %s, %s', (_, version, vram, context) => {
    expect(demand({}, server(one, { version }), vram)?.context).toBe(context)
  })

  test('of several cells only the largest counts, of several servers each', () => {
    const cells = [512, 2048, 1024].map((num_ctx, i) =>
      aCellOf(aVariant({ num_ctx }, { num_ctx: 256 }), { id: `cell-${i}` }),
    )
    const demands = greatestDemands(aPlan(cells), setting([server(one), server(two)]))
    expect(demands.map(({ url, context }) => [url, context])).toEqual([
      [one, 2048],
      [two, 256],
    ])
  })

  test('base on head’s own server is no second copy', () => {
    const cell = aCellOf(aVariant({ num_ctx: 512 }), { base: aVariant({ num_ctx: 4096 }) })
    const servers = { head: [server(one)], base: [server(one)] }
    const demands = greatestDemands(aPlan([cell]), { servers, vramTotalBytes: 12e9 })
    expect(demands.map(({ url, context }) => [url, context])).toEqual([[one, 4096]])
  })

  test('servers of another host use another card', () => {
    const away = server(two, { location: 'other-host' })
    const plan = aPlan([aCellOf(aVariant({ num_ctx: 512 }, { num_ctx: 512 }))])
    expect(greatestDemands(plan, setting([server(one), away])).map(({ url }) => url)).toEqual([one])
  })
})

const card = (totalGb: number | null, overrides: Partial<GpuDevice> = {}) =>
  aDevice({ memoryTotalBytes: totalGb === null ? null : totalGb * gigabyte, ...overrides })

interface Machine {
  readonly servers?: readonly ServerFacts[]
  readonly devices?: readonly GpuDevice[]
  readonly usedGb?: number | null
  readonly facts?: Partial<PreflightFacts>
}

/** Two servers that want 4 GB of weights and 1 GB of cache each, on a card of 13 GB of which 0.5 GB are used. */
const machine = ({ servers, devices = [card(13)], usedGb = 0.5, facts }: Machine = {}) =>
  someFacts({
    plan: aPlan([aCellOf(aVariant({ num_ctx: 1000 }, { num_ctx: 1000 }))]),
    environment: aMachine({
      gpu: aGpu({ devices: [...devices] }),
      servers: { head: [...(servers ?? [server(one), server(two)])], base: [] },
    }),
    gpuReadings: devices.map(({ uuid }) =>
      aReading({ uuid, memoryUsedBytes: usedGb === null ? null : usedGb * gigabyte }),
    ),
    ...facts,
  })

const heldBy = (url: string, gb: number, name = 'gemma3:latest') => ({
  url,
  models: [{ name, sizeBytes: gb * gigabyte, sizeVramBytes: gb * gigabyte, contextLength: 1000 }],
})

const wants = '8 GB of weights, at most 2 GB of KV cache and 2.1 GB to spare'
const both = '(gemma3:latest at a context of 1000 on 2 servers)'
const second = card(13, { uuid: 'GPU-9', index: 1 })

describe('the budget', () => {
  test.each<[string, PreflightFacts, string | null]>([
    ['fits', machine(), `ok: ${wants}; 12.5 GB of 13 GB free ${both}`],
    [
      'fits, but not beside what others use',
      machine({ usedGb: 2 }),
      `warn: may not fit: ${wants}; 11 GB of 13 GB free ${both}`,
    ],
    [
      'fits beside what the plan’s own models use already',
      machine({ usedGb: 10, facts: { loadedModels: [heldBy(one, 5), heldBy(two, 5)] } }),
      `ok: ${wants}; 13 GB of 13 GB free ${both}`,
    ],
    [
      'does not fit beside a model that nobody asks for',
      machine({ usedGb: 5, facts: { loadedModels: [heldBy(one, 4.5, 'llama3:8b'), heldBy(two, 0)] } }),
      `warn: too much: ${wants}; 8 GB of 13 GB free ${both}`,
    ],
    [
      'room for one margin, but each server wants its own',
      machine({ usedGb: 1.5 }),
      `warn: may not fit: ${wants}; 11.5 GB of 13 GB free ${both}`,
    ],
    [
      'weights above the card: all of the model cannot be there',
      machine({ devices: [card(7)] }),
      'fail: 2 agents on 2 servers need 2 copies of gemma3:latest: 8 GB of weights, at least 62.5 MB of KV cache, 1.1 GB that the server keeps free; the card has 7 GB, which is room for 1 (cell)',
    ],
    [
      'weights above the card, where any placement will do',
      machine({ devices: [card(7)], facts: { policy: aLoaded({ protocol: { placement: 'any' } }) } }),
      'warn: 2 agents on 2 servers need 2 copies of gemma3:latest: 8 GB of weights, at least 62.5 MB of KV cache, 1.1 GB that the server keeps free; the card has 7 GB, which is room for 1 (cell)',
    ],
    [
      'a cache that the model does not tell: unknown, not well',
      machine({
        servers: [one, two].map((url) => server(url, { models: [round({ kvBytesPerToken: null })] })),
      }),
      `unknown: 8 GB of weights, a KV cache that the model does not tell and 2.1 GB to spare; 12.5 GB of 13 GB free ${both}`,
    ],
    [
      'a cache that is not told, and too much without it',
      machine({
        usedGb: 4,
        servers: [one, two].map((url) => server(url, { models: [round({ kvBytesPerToken: null })] })),
      }),
      `warn: too much: 8 GB of weights, a KV cache that the model does not tell and 2.1 GB to spare; 9 GB of 13 GB free ${both}`,
    ],
    [
      'how much is free is not told: unknown, not well',
      machine({ usedGb: null }),
      `unknown: ${wants}; 13 GB in all, how much of it is free is unknown ${both}`,
    ],
    [
      'how much is free is not told, and even all of it is too little',
      machine({ usedGb: null, devices: [card(11)] }),
      `warn: may not fit: ${wants}; 11 GB in all, how much of it is free is unknown ${both}`,
    ],
    [
      'weights that are not told',
      machine({ servers: [server(one, { models: [round({ sizeBytes: null })] })] }),
      'unknown: a server does not tell the size of gemma3:latest at a context of 1000',
    ],
    [
      'memory that is shared with the processor',
      machine({ devices: [card(null)] }),
      'unknown: the card does not tell its memory (shared with the processor?)',
    ],
    [
      'a card that is cut into instances',
      machine({ devices: [card(80, { mig: true })] }),
      'unknown: the card is cut into instances (MIG), whose memory is not told',
    ],
    [
      'two cards together',
      machine({ devices: [card(13), second] }),
      `ok: ${wants}; 25 GB of 26 GB on 2 cards free ${both}`,
    ],
    [
      'servers on another host',
      machine({ facts: { environment: aMachine({ gpu: unknownGpu }) } }),
      'unknown: the memory of the GPU is unknown',
    ],
    [
      'a card here, and servers elsewhere',
      machine({ servers: [aFoundServer({ location: 'other-host' })] }),
      'unknown: no server on this host was asked',
    ],
    [
      'one copy above the card',
      machine({ servers: [server(one)], devices: [card(3)] }),
      'fail: gemma3:latest does not fit: 4 GB of weights, at least 31.3 MB of KV cache, 1.1 GB that the server keeps free; the card has 3 GB (cell)',
    ],
    ['no GPU: no line', machine({ facts: { environment: aMachine({ gpu: noGpu }) } }), null],
  ])('%s', (_, facts, expected) => {
    expect(told(judgeVramBudget(facts), 'VRAM budget')).toBe(expected)
  })
})

const four = [11434, 11435, 11436, 11437].map((port) => `http://127.0.0.1:${port}`)
const options = { num_ctx: 1000 }

/** So many agents on the first server. */
const shared = (agents: number, own: Options) => {
  const variant = aVariant(...Array.from({ length: agents }, () => own))
  return aCellOf({ ...variant, agents: variant.agents.map((agent) => ({ ...agent, server: 0 })) })
}

/** As many agents with a server each, on a card of so many GB that is otherwise empty. */
const manyAgents = (agents: number, gb: number, own: Partial<Machine> & { options?: Options } = {}) =>
  machine({
    servers: four.slice(0, agents).map((url) => server(url)),
    devices: [card(gb)],
    usedGb: 0,
    ...own,
    facts: {
      plan: aPlan([
        aCellOf(aVariant(...Array.from({ length: agents }, () => own.options ?? options)), {
          id: 'many',
          workload: 'many-agents',
        }),
      ]),
      ...own.facts,
    },
  })

describe('a server for each of many agents', () => {
  test.each<[string, PreflightFacts, string]>([
    [
      'three fit',
      manyAgents(3, 20),
      'ok: 12 GB of weights, at most 3 GB of KV cache and 3.2 GB to spare; 20 GB of 20 GB free (gemma3:latest at a context of 1000 on 3 servers)',
    ],
    [
      'four do not fit on the same card by their caches',
      manyAgents(4, 20),
      'warn: too much: 16 GB of weights, at most 4 GB of KV cache and 4.3 GB to spare; 20 GB of 20 GB free (gemma3:latest at a context of 1000 on 4 servers)',
    ],
    [
      'four on a card with room for three',
      manyAgents(4, 14),
      'fail: 4 agents on 4 servers need 4 copies of gemma3:latest: 16 GB of weights, at least 125 MB of KV cache, 1.1 GB that the server keeps free; the card has 14 GB, which is room for 3 (many)',
    ],
    [
      'three on a card with room for two',
      manyAgents(3, 12),
      'fail: 3 agents on 3 servers need 3 copies of gemma3:latest: 12 GB of weights, at least 93.8 MB of KV cache, 1.1 GB that the server keeps free; the card has 12 GB, which is room for 2 (many)',
    ],
    [
      'three of which each leaves half of its layers to the CPU: half of the weights',
      manyAgents(3, 9, {
        options: { num_ctx: 1000, num_gpu: 5 },
        facts: { policy: aLoaded({ protocol: { placement: 'any' } }) },
      }),
      'warn: too much: 6 GB of weights, at most 1.5 GB of KV cache and 3.2 GB to spare; 9 GB of 9 GB free (gemma3:latest at a context of 1000 on 3 servers)',
    ],
    [
      'four who share one server need one copy, and a cache for each slot',
      machine({
        servers: [server(one, { settings: { OLLAMA_NUM_PARALLEL: '4' } })],
        devices: [card(10)],
        usedGb: 0,
        facts: { plan: aPlan([shared(4, { num_ctx: 1000 })]) },
      }),
      'ok: 4 GB of weights, at most 4 GB of KV cache and 1.1 GB to spare; 10 GB of 10 GB free (gemma3:latest at a context of 1000 × 4)',
    ],
    [
      'four who share one server, whose slots alone are too much',
      machine({
        servers: [
          server(one, {
            settings: { OLLAMA_NUM_PARALLEL: '4' },
            models: [round({ trainContext: 131_072 })],
          }),
        ],
        devices: [card(10)],
        usedGb: 0,
        facts: { plan: aPlan([shared(4, { num_ctx: 100_000 })]) },
      }),
      'fail: gemma3:latest does not fit: 4 GB of weights, at least 12.5 GB of KV cache, 1.1 GB that the server keeps free; the card has 10 GB (cell)',
    ],
    [
      'several cells: the fullest is named',
      manyAgents(3, 7, {
        facts: {
          plan: aPlan([
            aCellOf(aVariant(options), { id: 'one' }),
            aCellOf(aVariant(options, options), { id: 'two' }),
            aCellOf(aVariant(options, options, options), { id: 'three' }),
          ]),
        },
      }),
      'fail: 3 agents on 3 servers need 3 copies of gemma3:latest: 12 GB of weights, at least 93.8 MB of KV cache, 1.1 GB that the server keeps free; the card has 7 GB, which is room for 1 (three, and 1 more cell)',
    ],
    [
      'models of other cells make room for each other',
      machine({
        servers: [one, two].map((url) =>
          server(url, { models: [round(), round({ name: 'large:latest', sizeBytes: 9 * gigabyte })] }),
        ),
        devices: [card(12)],
        usedGb: 0,
        facts: {
          plan: aPlan([
            aCellOf(aVariant(options, options), { id: 'two' }),
            aCellOf({ ...aVariant(options), model: 'large:latest' }, { id: 'large' }),
          ]),
        },
      }),
      'warn: may not fit: 8 GB of weights, at most 2 GB of KV cache and 2.1 GB to spare; 12 GB of 12 GB free (gemma3:latest at a context of 1000 on 2 servers)',
    ],
    [
      'base on servers of its own needs copies of its own',
      manyAgents(2, 12, {
        facts: {
          plan: aPlan([aCellOf(aVariant(options, options), { base: aVariant(options, options) })]),
          environment: aMachine({
            gpu: aGpu({ devices: [card(12)] }),
            servers: {
              head: four.slice(0, 2).map((url) => server(url)),
              base: four.slice(2).map((url) => server(url)),
            },
          }),
        },
      }),
      'fail: 2 agents on 4 servers need 4 copies of gemma3:latest: 16 GB of weights, at least 125 MB of KV cache, 1.1 GB that the server keeps free; the card has 12 GB, which is room for 2 (cell)',
    ],
  ])('%s', (_, facts, expected) => {
    expect(told(judgeVramBudget(facts), 'VRAM budget')).toBe(expected)
  })

  test('what does not fit stops the job with what to do, and only warns where the CPU may help', () => {
    const [line] = judgeVramBudget(manyAgents(4, 14))
    expect(line?.fix).toBe(
      'Measure at most 3 agents with a server each, let them share a server (topology: one-server), or give them a smaller model or quantization, a smaller num_ctx or OLLAMA_NUM_PARALLEL, or fewer layers (num_gpu, with `placement: any`) (appendix AM, heuristic 2, and Y.3).',
    )
    const facts = manyAgents(4, 14, { facts: { policy: aLoaded({ protocol: { placement: 'any' } }) } })
    expect(judgeVramBudget(facts).map(({ verdict }) => verdict)).toEqual(['warn'])
  })
})
