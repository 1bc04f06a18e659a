/** What the verb `doctor` says of a GPU: one that is busy, broken, lost, missing, or not what the servers compute with. */
import { describe, expect, it, vi } from 'vitest'
import type { PreflightLine } from '../../src/model/preflight.ts'
import type { FakeScenario } from '../adapters/gpu/fake-nvidia-smi.ts'
import { anywherePolicy, doctor, idle, onGpuPolicy, two } from './doctor-visit.ts'
import { gpuWith, guest, lost } from './gpu-scenes.ts'
import { anOllamaBinary } from './ollama-stand-in.ts'

vi.setConfig({ testTimeout: 60_000 })

const mismatch: FakeScenario = {
  failure: {
    kind: 'exit',
    code: 18,
    text: 'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 570.86',
  },
}

describe.concurrent('a GPU', () => {
  it('that is hot, busy and shared is warned of, three times over', async () => {
    const gpu = { ...gpuWith({ 'temperature.gpu': '83' }), ...guest }
    const told = await doctor({ gpu, line: await two() })
    expect(told.all('warn')).toEqual(['GPU idle', 'GPU temperature', 'Other GPU processes'])
    expect(told.line('GPU idle').value).toBe('97 % in use, before anything is measured')
    expect(told.line('GPU temperature').value).toBe('83 °C, above 80 °C')
    expect(told.line('Other GPU processes').value).toBe('/usr/bin/python3 (process 4242, 2.1 GB)')
    expect(told.code).toBe(0)
  })

  it.each<[string, FakeScenario | null, string, PreflightLine['verdict'], number, RegExp]>([
    ['whose driver is broken', mismatch, onGpuPolicy, 'fail', 4, /Driver\/library version mismatch/],
    [
      'whose driver is broken',
      mismatch,
      anywherePolicy,
      'warn',
      0,
      /the driver was updated without a restart/,
    ],
    ['that is lost', lost, onGpuPolicy, 'fail', 4, /nvidia-smi has lost a device/],
    [
      'that is not there to see',
      null,
      onGpuPolicy,
      'unknown',
      0,
      /^none is seen from here \(.*\), and the policy asks/,
    ],
    ['that is not there', null, anywherePolicy, 'note', 0, /^none \(.*\); the policy allows any placement$/],
  ])('%s', async (_, gpu, policy, verdict, code, value) => {
    const told = await doctor({ policy, gpu, line: await two() })
    expect(told.line('GPU')).toMatchObject({ verdict, value: expect.stringMatching(value) })
    expect(told.code).toBe(code)
    // What cannot be read of a GPU that is there is never well.
    if (gpu !== null)
      for (const what of [
        'GPU idle',
        'GPU temperature',
        'GPU slowdowns',
        'Other GPU processes',
        'VRAM budget',
      ])
        expect(told.line(what).verdict).toBe('unknown')
  })

  const old = 'time=x level=WARN source=gpu.go:1 msg="NVIDIA driver too old" have=470.1'
  it.each<[string, FakeScenario | null, string, PreflightLine, number]>([
    [
      'that a started server does not use, though it should',
      idle,
      onGpuPolicy,
      {
        what: 'Compute library',
        value: 'cpu on both servers; NVIDIA driver too old have=470.1',
        verdict: 'fail',
        fix: 'See the server’s log and the driver, and restart Ollama; or write `placement: any` to measure on the CPU.',
      },
      4,
    ],
    [
      'that a started server does not use, though it could',
      idle,
      anywherePolicy,
      {
        what: 'Compute library',
        value: 'cpu on both servers; NVIDIA driver too old have=470.1',
        verdict: 'warn',
        fix: 'See the server’s log and the driver, and restart Ollama, unless the CPU is to be measured.',
      },
      0,
    ],
  ])('%s', async (_, gpu, policy, line, code) => {
    const binary = anOllamaBinary({ library: 'cpu', logLines: [old] })
    const told = await doctor({ policy, gpu, line: ['--ollama', binary] })
    expect(told.line('Compute library')).toEqual(line)
    expect(told.code).toBe(code)
  })

  it('that is not there stops a job that starts servers for it', async () => {
    const told = await doctor({ gpu: null, line: ['--ollama', anOllamaBinary({ library: 'cpu' })] })
    expect(told.all('fail')).toEqual(['GPU', 'Compute library'])
    expect(told.line('GPU').value).toMatch(/^none \(.*\), but the policy asks for all of the model on one$/)
    expect(told.code).toBe(4)
  })

  it('whose tool is too old to tell of slowdowns is not taken for one that has none', async () => {
    const unknownFields = ['clocks_event_reasons.active', 'clocks_throttle_reasons.active']
    const told = await doctor({ gpu: { ...idle, unknownFields }, line: await two() })
    expect(told.line('GPU slowdowns')).toMatchObject({
      verdict: 'unknown',
      value: expect.stringContaining('would not be noticed'),
    })
    expect([told.all('fail'), told.code]).toEqual([[], 0])
  })

  it('that is not there leaves nothing to do about a server on the CPU', async () => {
    const binary = anOllamaBinary({ library: 'cpu' })
    const told = await doctor({ policy: anywherePolicy, gpu: null, line: ['--ollama', binary] })
    expect(told.line('Compute library')).toEqual({
      what: 'Compute library',
      value: 'cpu on both servers',
      verdict: 'note',
      fix: null,
    })
    expect(told.code).toBe(0)
  })
})
