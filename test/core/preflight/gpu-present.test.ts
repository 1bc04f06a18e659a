import { describe, expect, test } from 'vitest'
import { judgeCpuFallback } from '../../../src/core/preflight/cpu-fallback.ts'
import { judgeDriverFloor } from '../../../src/core/preflight/driver-floor.ts'
import { judgeGpuPresent } from '../../../src/core/preflight/gpu-present.ts'
import type { PreflightFacts } from '../../../src/core/preflight/preflight-facts.ts'
import type { Environment } from '../../../src/model/environment.ts'
import {
  aDevice,
  aFoundServer,
  aGpu,
  aHost,
  aMachine,
  aServer,
  noGpu,
  unknownGpu,
} from '../../model/a-machine.ts'
import { aLoaded, someFacts, told, withServers } from './some-facts.ts'

const anywhere = aLoaded({ protocol: { placement: 'any' } })
const found = { head: [aFoundServer()], base: [] }
const without = (overrides: Partial<Environment> = {}): Partial<PreflightFacts> => ({
  environment: aMachine({ gpu: noGpu, servers: found, ...overrides }),
})
const broken = aGpu({
  state: 'broken',
  detail: 'Failed to initialize NVML: Driver/library version mismatch',
  driver: null,
  devices: [],
})

describe('a GPU', () => {
  test.each<[string, Partial<PreflightFacts>, string]>([
    ['is there', {}, 'ok: NVIDIA GeForce RTX 4080 Laptop GPU (12.9 GB), driver 570.133.20 (nvidia-smi)'],
    [
      'is there, of a kind that tells no memory and no driver',
      {
        environment: aMachine({
          gpu: aGpu({ driver: null, devices: [aDevice({ memoryTotalBytes: null })] }),
        }),
      },
      'ok: NVIDIA GeForce RTX 4080 Laptop GPU, driver unknown (nvidia-smi)',
    ],
    [
      'is seen by no tool here, where a server that was found may see more',
      without(),
      'unknown: none is seen from here (No tool of a GPU is installed), and the policy asks for all of the model on one: where the model lies shows when it is loaded',
    ],
    [
      'is seen by no tool here, where no server could be asked',
      without({ servers: { head: [], base: [] } }),
      'unknown: none is seen from here (No tool of a GPU is installed), and the policy asks for all of the model on one: where the model lies shows when it is loaded',
    ],
    [
      'is missing for a server that we started, whose log tells of none',
      without({ servers: { head: [aServer({ library: null })], base: [] } }),
      'fail: none (No tool of a GPU is installed), but the policy asks for all of the model on one',
    ],
    [
      'is missing for a server that we started, beside one that was found',
      without({
        servers: { head: [aServer({ library: 'cpu' })], base: [aFoundServer({ url: 'http://b' })] },
      }),
      'fail: none (No tool of a GPU is installed), but the policy asks for all of the model on one',
    ],
    [
      'is there beside one that is lost',
      { environment: aMachine({ gpu: aGpu({ detail: 'nvidia-smi has lost a device: "x".' }) }) },
      'warn: NVIDIA GeForce RTX 4080 Laptop GPU (12.9 GB), driver 570.133.20 (nvidia-smi); nvidia-smi has lost a device: "x".',
    ],
    [
      'is missing, where any placement will do',
      { ...without(), policy: anywhere },
      'note: none (No tool of a GPU is installed); the policy allows any placement',
    ],
    [
      'of Apple has no tool to ask',
      without({ host: aHost({ os: 'Darwin' }) }),
      'note: not watched (No tool of a GPU is installed)',
    ],
    [
      'of another maker shows in the log of a server that we started',
      without({ servers: { head: [aServer({ library: 'Vulkan' })], base: [] } }),
      'note: not watched (No tool of a GPU is installed), but http://127.0.0.1:11434 computes on Vulkan',
    ],
    [
      'that a log does not show is missing',
      without({ servers: { head: [aServer({ library: 'cpu' })], base: [] } }),
      'fail: none (No tool of a GPU is installed), but the policy asks for all of the model on one',
    ],
    [
      'shows in a model that a server holds there',
      {
        ...without(),
        loadedModels: [
          {
            url: 'http://127.0.0.1:11434',
            models: [{ name: 'x', sizeBytes: 9, sizeVramBytes: 9, contextLength: 4096 }],
          },
        ],
      },
      'note: not watched (No tool of a GPU is installed), but http://127.0.0.1:11434 holds a model on one',
    ],
    [
      'whose driver fails, in the driver’s words',
      { environment: aMachine({ gpu: broken }) },
      'fail: the driver fails: Failed to initialize NVML: Driver/library version mismatch',
    ],
    [
      'whose driver fails, where any placement will do',
      { environment: aMachine({ gpu: broken }), policy: anywhere },
      'warn: the driver fails: Failed to initialize NVML: Driver/library version mismatch',
    ],
    [
      'of another host is unknown',
      { environment: aMachine({ gpu: unknownGpu }) },
      'unknown: The servers are on another host.',
    ],
    [
      'is nothing to the embedded engine, not even a broken one',
      { environment: aMachine({ engine: 'embedded', gpu: broken }) },
      'note: not used by the embedded engine',
    ],
  ])('%s', (_, overrides, expected) => {
    expect(told(judgeGpuPresent(someFacts(overrides)), 'GPU')).toBe(expected)
  })

  test.each([
    [broken.detail, /reboot, or load its kernel module again/],
    ['nvidia-smi has lost a device: "[GPU is lost]".', /^Reboot the machine; .* Xid in the kernel’s log/],
    ['nvidia-smi did not answer in 10 s.', /^Run `nvidia-smi` by hand and mend what it says/],
    [null, /^Run `nvidia-smi` by hand/],
  ])('that is broken comes with what to do: %s', (detail, words) => {
    const [line] = judgeGpuPresent(someFacts({ environment: aMachine({ gpu: aGpu({ ...broken, detail }) }) }))
    expect(line?.fix).toMatch(words)
    expect(line?.fix).toMatch(/ Then restart Ollama, which looks for GPUs only once\.$/)
  })
})

const withDriver = (driver: string | null, version: string): Partial<PreflightFacts> => ({
  environment: aMachine({ gpu: aGpu({ driver }), servers: { head: [aServer({ version })], base: [] } }),
})
const withCards = (driver: string, ...capabilities: (string | null)[]): Partial<PreflightFacts> => ({
  environment: aMachine({
    gpu: aGpu({ driver, devices: capabilities.map((computeCapability) => aDevice({ computeCapability })) }),
  }),
})

describe('the floor of the NVIDIA driver', () => {
  test.each<[string, Partial<PreflightFacts>, string | null]>([
    ['kept', withDriver('550.54.15', '0.30.8'), 'ok: 550.54.15, at least 550'],
    [
      'missed',
      withDriver('535.183.01', '0.30.8'),
      'warn: 535.183.01: from 0.30.8 on Ollama wants 550, and computes on the CPU with less',
    ],
    [
      'kept by a new card, missed by an old one beside it',
      withCards('560.35.03', '8.9', '6.1'),
      'warn: 560.35.03: from 0.30.8 on Ollama wants 570, and computes on the CPU with less',
    ],
    [
      'of a card that does not tell its kind',
      withCards('560.35.03', null),
      'unknown: 560.35.03, at least 550; a card before compute capability 7 wants 570, and this one does not tell',
    ],
    ['high enough for every card', withCards('570.86.15', null, '6.1'), 'ok: 570.86.15, at least 570'],
    [
      'too low for every card',
      withCards('535.183.01', null),
      'warn: 535.183.01: from 0.30.8 on Ollama wants 550, and computes on the CPU with less',
    ],
    ['older Ollamas have none', withDriver('535.183.01', '0.30.7'), null],
    ['of an unknown build nothing is known', withDriver('535.183.01', '0.0.0'), null],
    ['a driver that is not told is unknown', withDriver(null, '0.32.13'), 'unknown: not told'],
    ['a driver that is no number is unknown', withDriver('beta', '0.32.13'), 'unknown: beta'],
    ['AMD has another', { environment: aMachine({ gpu: aGpu({ tool: 'amd-smi', driver: '6.8.5' }) }) }, null],
    ['no card, no floor', without(), null],
  ])('%s', (_, overrides, expected) => {
    expect(told(judgeDriverFloor(someFacts(overrides)), 'NVIDIA driver')).toBe(expected)
  })
})

const fallbacks = [{ url: 'http://127.0.0.1:11434', lines: ['NVIDIA driver too old'] }]

const onCpu = ['http://a', 'http://b'].map((url) => aServer({ url, library: 'cpu' }))
const cpuOnBoth = withServers(...onCpu)
const saidByBoth = onCpu.map(({ url }) => ({
  url,
  lines: ['inference compute id=cpu library=cpu name=cpu', 'NVIDIA driver too old'],
}))

describe('the compute library', () => {
  test.each<[string, Partial<PreflightFacts>, string | null]>([
    ['of a GPU', {}, 'ok: CUDA on both servers'],
    ['of one server', withServers(aServer()), 'ok: CUDA'],
    ['of three', withServers(...['a', 'b', 'c'].map((url) => aServer({ url }))), 'ok: CUDA on all 3 servers'],
    [
      'a fallback that a log tells of',
      { fallbacks },
      'fail: CUDA on both servers; http://127.0.0.1:11434: NVIDIA driver too old',
    ],
    [
      'a fallback, where any placement will do',
      { fallbacks, policy: anywhere },
      'note: CUDA on both servers; http://127.0.0.1:11434: NVIDIA driver too old',
    ],
    [
      'the CPU, without a word of why',
      withServers(aServer(), aServer({ url: 'http://b', library: 'cpu' })),
      'fail: CUDA on http://127.0.0.1:11434, cpu on http://b',
    ],
    [
      'the CPU of both, with the same reason, and the lines that say no more than that',
      { ...cpuOnBoth, fallbacks: saidByBoth },
      'fail: cpu on both servers; NVIDIA driver too old',
    ],
    [
      'the CPU beside a GPU, where any placement will do, is rarely meant',
      { ...cpuOnBoth, policy: anywhere },
      'warn: cpu on both servers',
    ],
    [
      'the CPU on a machine that has no GPU, where any placement will do, is what there is',
      {
        environment: aMachine({ gpu: noGpu, servers: { head: onCpu, base: [] } }),
        policy: anywhere,
        fallbacks: saidByBoth.map(({ url, lines }) => ({ url, lines: lines.slice(0, 1) })),
      },
      'note: cpu on both servers',
    ],
    [
      'of a server that was found is unknown',
      withServers(aFoundServer()),
      'unknown: not known for http://127.0.0.1:11434',
    ],
    ['an embedded engine has none', { ...withServers(aServer({ engine: 'embedded' })), fallbacks }, null],
  ])('%s', (_, overrides, expected) => {
    expect(told(judgeCpuFallback(someFacts(overrides)), 'Compute library')).toBe(expected)
  })
})
