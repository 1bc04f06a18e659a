import { describe, expect, test } from 'vitest'
import { gpuReasons } from '../../../src/core/validity/gpu-rules.ts'
import { aDevice, aGpu, unknownGpu } from '../../model/a-machine.ts'
import { aGpuSpan, anEnvironment, aWatch } from '../../model/a-run.ts'
import { anEvidence, type EvidenceParts, slowedSpan, wordsOf } from './some-evidence.ts'

const stranger = (pid: number) => ({ uuid: 'GPU-1', pid, name: 'python3', memoryUsedBytes: 2e9 })
const on = (...gpus: ReturnType<typeof aGpuSpan>[]): EvidenceParts => ({ watched: { gpus } })
const lasting = (endedMs: number, watched: EvidenceParts['watched'] = { gpus: [] }): EvidenceParts => ({
  trial: { startedMs: 0, endedMs },
  watched: watched ?? {},
  protocol: { watch: { 'interval-seconds': 1 } },
})

describe('reasons of the GPU', () => {
  test.each<[string, EvidenceParts, string[]]>([
    ['a cool GPU at its clocks that nobody else uses', {}, []],
    [
      'one reading of ten with the hardware’s thermal slowdown',
      on(slowedSpan({ 'hw-thermal': 1 }, { temperatureCelsius: 91 })),
      ['thermal-slowdown: the GPU slowed down because of its temperature (1 of 10 readings, up to 91 °C)'],
    ],
    [
      'the driver’s own thermal slowdown; the tool tells no temperature',
      on(slowedSpan({ 'sw-thermal': 3 }, { temperatureCelsius: null })),
      ['thermal-slowdown: the GPU slowed down because of its temperature (3 of 10 readings)'],
    ],
    [
      'both at once are one reason, as long as the longer of them',
      on(slowedSpan({ 'sw-thermal': 3, 'hw-thermal': 2 })),
      ['thermal-slowdown: the GPU slowed down because of its temperature (3 of 10 readings, up to 64 °C)'],
    ],
    [
      'the power brake of the supply',
      on(slowedSpan({ 'hw-power-brake': 10 })),
      ['power-slowdown: the GPU slowed down because of its power supply (10 of 10 readings, up to 64 °C)'],
    ],
    [
      'a hardware slowdown that names no heat',
      on(slowedSpan({ 'hw-slowdown': 1 }, { readings: 1 })),
      ['power-slowdown: the GPU slowed down because of its power supply (1 of 1 reading, up to 64 °C)'],
    ],
    [
      'the hardware’s slowdown beside the heat that explains it is no matter of power',
      on(slowedSpan({ 'hw-slowdown': 2, 'hw-thermal': 2 })),
      ['thermal-slowdown: the GPU slowed down because of its temperature (2 of 10 readings, up to 64 °C)'],
    ],
    [
      'more of it than heat explains',
      on(slowedSpan({ 'hw-slowdown': 5, 'hw-thermal': 2 })),
      [
        'thermal-slowdown: the GPU slowed down because of its temperature (2 of 10 readings, up to 64 °C)',
        'power-slowdown: the GPU slowed down because of its power supply (3 of 10 readings, up to 64 °C)',
      ],
    ],
    [
      'a hardware slowdown beside its brake is one reason',
      on(slowedSpan({ 'hw-slowdown': 4, 'hw-power-brake': 4 })),
      ['power-slowdown: the GPU slowed down because of its power supply (4 of 10 readings, up to 64 °C)'],
    ],
    [
      'a hardware slowdown beside its heat is no matter of the supply',
      on(slowedSpan({ 'hw-slowdown': 4, 'hw-thermal': 4 }, { temperatureCelsius: 93 })),
      ['thermal-slowdown: the GPU slowed down because of its temperature (4 of 10 readings, up to 93 °C)'],
    ],
    [
      'a hardware slowdown that lasts longer than its heat is both',
      on(slowedSpan({ 'hw-slowdown': 4, 'hw-thermal': 3 })),
      [
        'thermal-slowdown: the GPU slowed down because of its temperature (3 of 10 readings, up to 64 °C)',
        'power-slowdown: the GPU slowed down because of its power supply (1 of 10 readings, up to 64 °C)',
      ],
    ],
    [
      'at the power cap half of the time',
      on(slowedSpan({ 'sw-power-cap': 5 })),
      ['power-cap: the GPU was at its power cap 50 % of the time'],
    ],
    ['at the power cap less than half of the time', on(slowedSpan({ 'sw-power-cap': 4 })), []],
    ['a tool that tells no slowdowns', on(slowedSpan(null)), []],
    [
      'the second GPU alone',
      on(aGpuSpan(), slowedSpan({ 'hw-thermal': 2 }, { uuid: 'GPU-2' })),
      ['thermal-slowdown: the GPU slowed down because of its temperature (2 of 10 readings, up to 64 °C)'],
    ],
    [
      'somebody else computes',
      { watched: { foreign: [stranger(7)] } },
      ['foreign-process: another process computed on the GPU: python3 (pid 7, 2 GB)'],
    ],
    [
      'five others: three are named; one does not tell its memory',
      { watched: { foreign: [{ ...stranger(1), memoryUsedBytes: null }, ...[2, 3, 4, 5].map(stranger)] } },
      [
        'foreign-process: another process computed on the GPU: python3 (pid 1), python3 (pid 2, 2 GB), python3 (pid 3, 2 GB) and 2 more',
      ],
    ],
    ['who computes cannot be told', { watched: { foreign: null } }, []],
    [
      'the watch is silent',
      { watched: { gpus: [], gpuTrouble: 'nvidia-smi ended with code 15.' } },
      ['unwatched: the GPU was not watched: nvidia-smi ended with code 15.'],
    ],
    [
      'the watch fell silent in the middle: what it saw before is not the trial',
      { watched: { gpuTrouble: 'nvidia-smi said nothing for 10 s.' } },
      ['unwatched: the GPU was not watched: nvidia-smi said nothing for 10 s.'],
    ],
    ['five intervals without a reading', lasting(5000), ['unwatched: the GPU was not read once']],
    [
      'a trial too short for readings, that was not glanced at either',
      lasting(4999),
      ['unwatched: the GPU was not read once'],
    ],
    ['a short trial with one reading', lasting(4999, { gpus: [aGpuSpan({ readings: 1 })] }), []],
    ['a long trial with half of its readings', lasting(20_999, {}), []],
    [
      'a long trial with less than half of them: the tool died and was started again',
      lasting(70_000, { gpus: [aGpuSpan({ readings: 11 })] }),
      ['unwatched: the GPU was not watched all the time: 11 readings of 70 that were due'],
    ],
    [
      'a device that was read beside one that was not',
      {
        ...lasting(20_000, { gpus: [aGpuSpan({ readings: 20 })] }),
        evidence: {
          environment: anEnvironment({ gpu: aGpu({ devices: [aDevice(), aDevice({ uuid: 'GPU-2' })] }) }),
        },
      },
      ['unwatched: the GPU was not read once'],
    ],
    [
      'a tool that can be asked only every five seconds',
      {
        ...lasting(50_000, { gpus: [aGpuSpan({ readings: 6 })] }),
        evidence: { environment: anEnvironment({ gpu: aGpu({ tool: 'amd-smi' }) }) },
      },
      [],
    ],
    [
      'such a tool that was not even asked that often',
      {
        ...lasting(50_000, { gpus: [aGpuSpan({ readings: 4 })] }),
        evidence: { environment: anEnvironment({ gpu: aGpu({ tool: 'rocm-smi' }) }) },
      },
      ['unwatched: the GPU was not watched all the time: 4 readings of 10 that were due'],
    ],
    ['no GPU takes part', lasting(60_000, aWatch()), []],
  ])('%s', (_what, parts, words) => {
    expect(wordsOf(gpuReasons(anEvidence(parts)))).toEqual(words)
  })

  test('a watch at the playbook’s five seconds is given five times as long', () => {
    const at = (endedMs: number) =>
      gpuReasons(
        anEvidence({
          trial: { startedMs: 0, endedMs },
          watched: { gpus: [aGpuSpan({ readings: 1 })] },
          protocol: { watch: { 'interval-seconds': 5 } },
        }),
      )
    expect(at(24_999)).toEqual([])
    expect(wordsOf(at(25_000))).toEqual([
      'unwatched: the GPU was not watched all the time: 1 reading of 5 that were due',
    ])
  })

  test.each([
    ['broken', aGpu({ state: 'broken', detail: 'The driver fails.' })],
    ['on another host', unknownGpu],
  ])('a GPU that is %s from the start cannot be unwatched: the report says what it is', (_what, gpu) => {
    const environment = anEnvironment({ gpu })
    const watched = { gpus: [], gpuTrouble: 'it said nothing' }
    expect(gpuReasons(anEvidence({ watched, evidence: { environment } }))).toEqual([])
  })
})
