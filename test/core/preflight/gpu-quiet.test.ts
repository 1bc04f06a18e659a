import { describe, expect, test } from 'vitest'
import { judgeGpuCool, judgeGpuIdle, judgeGpuSlowdowns } from '../../../src/core/preflight/gpu-quiet.ts'
import { judgeForeignProcesses, judgeOtherModels } from '../../../src/core/preflight/gpu-sharing.ts'
import type { PreflightFacts } from '../../../src/core/preflight/preflight-facts.ts'
import type { GpuFacts, SlowdownReason } from '../../../src/model/gpu.ts'
import { aDevice, aGpu, aHost, aMachine, noGpu, unknownGpu } from '../../model/a-machine.ts'
import { aLoaded, aReading, someFacts, told } from './some-facts.ts'

const two = aGpu({ devices: [aDevice(), aDevice({ uuid: 'GPU-9', index: 1, name: 'RTX 3090' })] })
const onGpu = (gpu: GpuFacts): Partial<PreflightFacts> => ({ environment: aMachine({ gpu }) })
const limits = (own: object) => aLoaded({ limits: [{ metric: 'gpuTemperatureCelsius', ...own }] })

describe('idle', () => {
  test.each<[string, Partial<PreflightFacts>, string | null]>([
    ['idle', {}, 'ok: 2 % in use'],
    ['just idle', { gpuReadings: [aReading({ utilizationPercent: 10 })] }, 'ok: 10 % in use'],
    [
      'busy',
      { gpuReadings: [aReading({ utilizationPercent: 11 })] },
      'warn: 11 % in use, before anything is measured',
    ],
    [
      'one of two is busy',
      { ...onGpu(two), gpuReadings: [aReading(), aReading({ uuid: 'GPU-9', utilizationPercent: 97 })] },
      'warn: NVIDIA GeForce RTX 4080 Laptop GPU: 2 %, RTX 3090: 97 % in use, before anything is measured',
    ],
    [
      'one that does not tell is unknown, not idle',
      { ...onGpu(two), gpuReadings: [aReading(), aReading({ uuid: 'GPU-9', utilizationPercent: null })] },
      'unknown: the utilization cannot be read',
    ],
    ['no reading', { gpuReadings: null }, 'unknown: the utilization cannot be read'],
    ['an empty reading', { gpuReadings: [] }, 'unknown: the utilization cannot be read'],
    [
      'on another host',
      { ...onGpu(unknownGpu), gpuReadings: null },
      'unknown: the utilization cannot be read',
    ],
    ['no GPU: no line', { ...onGpu(noGpu), gpuReadings: null }, null],
    ['an engine that uses none: no line', { environment: aMachine({ engine: 'scripted' }) }, null],
  ])('%s', (_, overrides, expected) => {
    expect(told(judgeGpuIdle(someFacts(overrides)), 'GPU idle')).toBe(expected)
  })
})

describe('temperature', () => {
  const at = (temperatureCelsius: number | null) => ({ gpuReadings: [aReading({ temperatureCelsius })] })
  test.each<[string, Partial<PreflightFacts>, string]>([
    ['cool', {}, 'ok: 48 °C'],
    ['at the limit of appendix H.2', at(80), 'ok: 80 °C'],
    ['above it', at(81), 'warn: 81 °C, above 80 °C'],
    [
      'above the critical one: still a warning, since it cools',
      at(86),
      'warn: 86 °C, above 85 °C, where a trial breaks its limit',
    ],
    [
      'above the policy’s own',
      { ...at(71), policy: limits({ warn: 70, fail: 90 }) },
      'warn: 71 °C, above 70 °C',
    ],
    ['within the policy’s own', { ...at(84), policy: limits({ warn: 85, fail: 90 }) }, 'ok: 84 °C'],
    [
      'a policy with a critical one alone, below what H.2 warns of',
      { ...at(76), policy: limits({ fail: 75 }) },
      'warn: 76 °C, above 75 °C, where a trial breaks its limit',
    ],
    ['not told', at(null), 'unknown: the temperature cannot be read'],
  ])('%s', (_, overrides, expected) => {
    expect(told(judgeGpuCool(someFacts(overrides)), 'GPU temperature')).toBe(expected)
  })
})

const python = { uuid: null, pid: 4711, name: '/usr/bin/python3', memoryUsedBytes: 3.2e9 }

describe('slowdowns', () => {
  const slowedBy = (...all: readonly (readonly SlowdownReason[] | null)[]): Partial<PreflightFacts> => ({
    gpuReadings: all.map((slowdowns) => aReading({ slowdowns })),
  })

  test.each<[string, Partial<PreflightFacts>, string | null]>([
    ['none', {}, 'ok: none'],
    ['the power cap is no matter', slowedBy(['sw-power-cap']), 'ok: none'],
    [
      'heat, told twice, on one of two',
      slowedBy([], ['hw-thermal', 'sw-thermal']),
      'warn: the GPU is slowed down by its heat, before anything is measured',
    ],
    [
      'the hardware, for its power supply',
      slowedBy(['hw-slowdown', 'hw-power-brake']),
      'warn: the GPU is slowed down by its hardware and its power supply, before anything is measured',
    ],
    [
      'of a tool that tells none are unknown',
      slowedBy([], null),
      'unknown: nvidia-smi does not tell them: a GPU that is slowed down in a trial would not be noticed',
    ],
    ['of a GPU that cannot be read are unknown', { gpuReadings: null }, 'unknown: cannot be read'],
    ['no GPU, no line', onGpu(noGpu), null],
  ])('%s', (_, overrides, expected) => {
    expect(told(judgeGpuSlowdowns(someFacts(overrides)), 'GPU slowdowns')).toBe(expected)
  })
})

describe('other processes', () => {
  const inside = { environment: aMachine({ host: aHost({ virtualization: 'docker' }) }) }
  test.each<[string, Partial<PreflightFacts>, string | null]>([
    ['none', {}, 'ok: none'],
    ['one', { gpuProcesses: [python] }, 'warn: /usr/bin/python3 (process 4711, 3.2 GB)'],
    [
      'one whose memory is not told',
      { gpuProcesses: [{ ...python, memoryUsedBytes: null }] },
      'warn: /usr/bin/python3 (process 4711)',
    ],
    [
      'many: some are named',
      {
        gpuProcesses: [1, 2, 3, 4, 5, 6, 7, 8].map((pid) => ({
          uuid: null,
          pid,
          name: 'x',
          memoryUsedBytes: null,
        })),
      },
      'warn: x (process 1), x (process 2), x (process 3), x (process 4), x (process 5), x (process 6) and 2 more',
    ],
    ['cannot be listed', { gpuProcesses: null }, 'unknown: the list of processes cannot be read'],
    [
      'an empty list within a container says little',
      inside,
      'unknown: none are listed, but from within docker those of the host may not be seen',
    ],
    [
      'a process that shows within a container is there',
      { ...inside, gpuProcesses: [python] },
      'warn: /usr/bin/python3 (process 4711, 3.2 GB)',
    ],
    [
      'a virtual machine sees its own card whole',
      { environment: aMachine({ host: aHost({ virtualization: 'kvm' }) }) },
      'ok: none',
    ],
    ['no GPU: no line', { ...onGpu(noGpu), gpuProcesses: null }, null],
  ])('%s', (_, overrides, expected) => {
    expect(told(judgeForeignProcesses(someFacts(overrides)), 'Other GPU processes')).toBe(expected)
  })
})

describe('other models', () => {
  const holding = (...names: readonly string[]) => ({
    loadedModels: ['http://127.0.0.1:11434', 'http://127.0.0.1:11435'].map((url, i) => ({
      url,
      models:
        i === 0
          ? names.map((name) => ({ name, sizeBytes: 4.7e9, sizeVramBytes: 4.7e9, contextLength: null }))
          : [],
    })),
  })
  test.each<[string, Partial<PreflightFacts>, string]>([
    ['none', {}, 'ok: none'],
    ['the plan’s own', holding('gemma3:latest'), 'ok: none'],
    [
      'another one',
      holding('gemma3:latest', 'llama3:8b'),
      'note: llama3:8b (4.7 GB) on http://127.0.0.1:11434',
    ],
    [
      'a server that was not asked',
      { loadedModels: [{ url: 'http://127.0.0.1:11434', models: [] }] },
      'unknown: not asked: http://127.0.0.1:11435',
    ],
  ])('%s', (_, overrides, expected) => {
    expect(told(judgeOtherModels(someFacts(overrides)), 'Other loaded models')).toBe(expected)
  })
})
