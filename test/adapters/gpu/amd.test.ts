import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { openGpuProbe } from '../../../src/adapters/gpu/gpu-probe.ts'
import { gpuFactsSchema, gpuReadingSchema, gpuSpanSchema } from '../../../src/model/gpu.ts'
import { type FakeAmdTool, type FakeAnswers, makeFakeAmdTool } from './fake-amd-tool.ts'
import { type FakeNvidiaSmi, makeFakeNvidiaSmi } from './fake-nvidia-smi.ts'
import { recording } from './recordings.ts'

const mib = 1024 ** 2

let tool: FakeAmdTool | null = null
let nvidia: FakeNvidiaSmi | null = null
afterEach(() => {
  tool?.remove()
  nvidia?.remove()
  nvidia = null
})

/** A probe on a machine with nothing but this tool. */
function probe(name: 'amd-smi' | 'rocm-smi', answers: FakeAnswers) {
  tool = makeFakeAmdTool(name, answers)
  return openGpuProbe({ env: tool.env, leastIntervalMs: 0 })
}

const amdAnswers = (overrides: FakeAnswers = {}): FakeAnswers => ({
  list: { text: recording('amd-smi-list') },
  static: { text: recording('amd-smi-static-rocm72') },
  metric: { text: recording('amd-smi-metric-rocm72') },
  process: { text: recording('amd-smi-process') },
  ...overrides,
})

const first = '6eff74a0-0000-1000-808f-7e20764e2714'

describe('amd-smi', () => {
  it('knows devices by UUID, or by where they sit, and partitions as what MIG is', async () => {
    const facts = gpuFactsSchema.parse(await probe('amd-smi', amdAnswers()).facts())
    expect(facts).toEqual({
      tool: 'amd-smi',
      state: 'present',
      detail: null,
      driver: '6.16.6',
      devices: [
        {
          uuid: first,
          index: 0,
          name: 'AMD Instinct MI300X',
          memoryTotalBytes: 196_592 * mib,
          powerLimitWatts: 750,
          mig: false,
          computeCapability: null,
        },
        {
          uuid: '0000:15:00.0',
          index: 1,
          name: 'AMD Instinct MI300X',
          memoryTotalBytes: 196_592 * mib,
          powerLimitWatts: null,
          mig: true,
          computeCapability: null,
        },
      ],
    })
  })

  it('reads them, with the violations as reasons', async () => {
    const readings = await probe('amd-smi', amdAnswers()).readings()
    expect(gpuReadingSchema.array().parse(readings)).toEqual([
      {
        uuid: first,
        temperatureCelsius: 86,
        utilizationPercent: 98,
        memoryUsedBytes: 121_344 * mib,
        smClockMegahertz: 1842,
        memoryClockMegahertz: 1300,
        powerWatts: 742,
        slowdowns: ['sw-thermal', 'sw-power-cap'],
      },
      {
        uuid: '0000:15:00.0',
        temperatureCelsius: null,
        utilizationPercent: null,
        memoryUsedBytes: 0,
        smClockMegahertz: null,
        memoryClockMegahertz: null,
        powerWatts: null,
        slowdowns: [],
      },
    ])
  })

  it('reads the plain list of older versions; that a Radeon is throttled is no reason', async () => {
    const metric = { text: recording('amd-smi-metric-radeon-rocm63') }
    expect(await probe('amd-smi', amdAnswers({ metric })).readings()).toMatchObject([
      { uuid: first, temperatureCelsius: 54, utilizationPercent: 91, powerWatts: 203, slowdowns: null },
    ])
  })

  it('lists processes by device, and none where it says that there are none', async () => {
    expect(await probe('amd-smi', amdAnswers()).processes()).toEqual([
      {
        uuid: first,
        pid: 213_952,
        name: '/usr/local/lib/ollama/llama-server',
        memoryUsedBytes: 21_008_920_000,
      },
    ])
  })

  it.each([
    ['a process without a PID', '[{"gpu": 0, "process_list": [{"process_info": {"name": "x"}}]}]'],
    ['words that are new', '[{"gpu": 0, "process_list": [{"process_info": "Permission denied"}]}]'],
    ['no list', '[{"gpu": 0}]'],
    ['rubbish', 'Traceback (most recent call last):'],
  ])('does not know the processes from %s', async (_what, text) => {
    expect(await probe('amd-smi', amdAnswers({ process: { text } })).processes()).toBeNull()
  })

  it('reads what stands behind a warning', async () => {
    const list = {
      text: `WARNING: User is missing the following groups: render, video.\n${recording('amd-smi-list')}`,
    }
    expect((await probe('amd-smi', amdAnswers({ list })).facts()).state).toBe('present')
  })

  it.each([
    ['finds none', { text: '[]' }, 'absent', /^amd-smi found no device\.$/],
    [
      'says that there are none',
      { text: 'Unable to detect any GPU devices, check amdgpu version', code: 255 },
      'absent',
      /Unable to detect/,
    ],
    [
      'fails',
      { text: 'AMDSMI_STATUS_INIT_ERROR - Device not initialized', code: 1 },
      'broken',
      /^amd-smi failed \(exit code 1\): "AMDSMI_STATUS_INIT/,
    ],
    ['prints rubbish', { text: '[{"gpu": 0' }, 'broken', /^amd-smi printed what cannot be read/],
    ['knows no JSON', { text: 'usage: amd-smi', code: 2 }, 'broken', /exit code 2/],
  ])('is a fact when it %s', async (_what, list, state, detail) => {
    const gpu = probe('amd-smi', amdAnswers({ list }))
    expect(await gpu.facts()).toMatchObject({ tool: 'amd-smi', state, detail: expect.stringMatching(detail) })
    expect(await gpu.readings()).toBeNull()
  })
})

describe('rocm-smi', () => {
  const answers = (name: string): FakeAnswers => ({
    '--showproductname': { text: recording(name) },
    '--showpids': { text: recording('rocm-smi-processes') },
  })

  it('knows two data-centre cards', async () => {
    const facts = gpuFactsSchema.parse(await probe('rocm-smi', answers('rocm-smi-mi100')).facts())
    const card = { name: 'Arcturus GL-XL [Instinct MI100]', memoryTotalBytes: 34_342_961_152 }
    expect(facts).toEqual({
      tool: 'rocm-smi',
      state: 'present',
      detail: null,
      driver: '6.3.6',
      devices: [
        {
          uuid: '0x79ccd55167a2124a',
          index: 0,
          ...card,
          powerLimitWatts: 290,
          mig: false,
          computeCapability: null,
        },
        {
          uuid: '0x4edfb117a17a07d',
          index: 1,
          ...card,
          powerLimitWatts: 290,
          mig: false,
          computeCapability: null,
        },
      ],
    })
  })

  it.each([
    ['of ROCm 6, by where it sits', 'rocm-smi-rx6700xt-rocm612', 'Navi 22 [Radeon RX 6700/6700 XT / 6800M]'],
    ['of ROCm 4, by its number of stock', 'rocm-smi-rx6700xt-rocm430', '67XA6S'],
  ])('knows a consumer card %s', async (_what, fixture, name) => {
    const { devices } = await probe('rocm-smi', answers(fixture)).facts()
    expect(devices).toMatchObject([{ uuid: '0000:07:00.0', name, powerLimitWatts: 211 }])
  })

  it('reads them; of slowdowns it tells nothing', async () => {
    const readings = await probe('rocm-smi', answers('rocm-smi-mi100')).readings()
    expect(gpuReadingSchema.array().parse(readings)[0]).toEqual({
      uuid: '0x79ccd55167a2124a',
      temperatureCelsius: 53,
      utilizationPercent: 0,
      memoryUsedBytes: 6_750_208,
      smClockMegahertz: 300,
      memoryClockMegahertz: 1200,
      powerWatts: 36,
      slowdowns: null,
    })
  })

  it('lists processes, whose names may hold commas, without a device', async () => {
    expect(await probe('rocm-smi', answers('rocm-smi-mi100')).processes()).toEqual([
      { uuid: null, pid: 28_389, name: 'llama-server', memoryUsedBytes: 2_353_860_608 },
      { uuid: null, pid: 31_000, name: 'odd, name', memoryUsedBytes: null },
    ])
  })

  it.each([
    ['none', 'WARNING: No JSON data to report', []],
    ['rubbish', '<html>', null],
    ['nothing', '', null],
    ['a process of another form', '{"system": {"PID12": "llama-server"}}', null],
  ])('tells of processes: %s', async (_what, text, expected) => {
    const gpu = probe('rocm-smi', { ...answers('rocm-smi-mi100'), '--showpids': { text } })
    expect(await gpu.processes()).toEqual(expected)
  })

  it.each([
    ['has no card', '{"system": {"Driver version": "6.3.6"}}', 'absent'],
    ['has nothing to report', 'WARNING: No JSON data to report', 'absent'],
    ['prints rubbish', 'ERROR: GPU[0]: sclk clock is unsupported', 'broken'],
  ])('is a fact when it %s', async (_what, text, state) => {
    const facts = await probe('rocm-smi', { '--showproductname': { text } }).facts()
    expect(facts).toMatchObject({ tool: 'rocm-smi', state, devices: [] })
  })
})

describe('a watch of AMD', () => {
  it('asks again and again, never twice at once, and gives spans', async () => {
    const gpu = probe('amd-smi', amdAnswers())
    tool?.slow(0.15)
    const watch = gpu.watch(50)
    while ((tool?.log() ?? []).length < 12) await wait(30)
    const spans = gpuSpanSchema.array().parse(watch.lap())
    await watch.stop()
    expect(spans[0]).toMatchObject({ uuid: first, temperatureCelsius: 86, readings: expect.any(Number) })
    // The last call may have been cut off by the stop; before it, each ended before the next began.
    const calls = tool?.log() ?? []
    const kinds = calls.map((line) => line.split(' ')[0])
    expect(kinds.length).toBeGreaterThan(8)
    expect(kinds).toEqual(kinds.map((_, index) => (index % 2 === 0 ? 'start' : 'end')))
  })

  it('says what is wrong while it is, and goes on', async () => {
    const gpu = probe('amd-smi', amdAnswers())
    const watch = gpu.watch(50)
    const until = async (holds: () => boolean, everyMs = 30) => {
      while (!holds()) await wait(everyMs)
    }
    // A lap while the tool is being asked does without that answer.
    const seesSomething = () => until(() => watch.lap().length > 0, 1000)
    await seesSomething()
    tool?.answer({ metric: { text: 'driver is gone', code: 3 } })
    await until(() => watch.trouble() === 'amd-smi failed (exit code 3): "driver is gone".')
    watch.lap()
    tool?.answer(amdAnswers())
    await seesSomething()
    await until(() => watch.trouble() === null)
    tool?.answer({ metric: { text: recording('amd-smi-metric-radeon-rocm63') } })
    await until(() => watch.trouble() === '0000:15:00.0 is listed no longer.')
    await watch.stop()
  })
})

describe('a watch of AMD, however often it is to read', () => {
  it('starts the tool no more often than every five seconds', async () => {
    tool = makeFakeAmdTool('amd-smi', amdAnswers())
    const gpu = openGpuProbe({ env: tool.env })
    await gpu.facts()
    const before = tool.log().length
    const startedMs = performance.now()
    const watch = gpu.watch(50)
    while (tool.log().length < before + 4) await wait(30)
    await wait(1500)
    await watch.stop()
    const passedMs = performance.now() - startedMs
    const starts = tool
      .log()
      .slice(before)
      .filter((line) => line.startsWith('start'))
    // `list`, which says who is who, and a `metric` every five seconds.
    expect(starts.length).toBeLessThanOrEqual(2 + passedMs / 5000)
  })
})

describe('several tools', () => {
  const both = (failure: Parameters<FakeNvidiaSmi['change']>[0]['failure']) => {
    nvidia = makeFakeNvidiaSmi({ failure: failure ?? null })
    tool = makeFakeAmdTool('amd-smi', amdAnswers())
    return openGpuProbe({ env: { ...process.env, PATH: `${tool.folder}:${nvidia.env.PATH}` } })
  }

  it('asks NVIDIA first', async () => {
    expect((await both(null).facts()).tool).toBe('nvidia-smi')
  })

  it('asks AMD where NVIDIA finds no device', async () => {
    const gpu = both({ kind: 'exit', code: 6, text: 'No devices were found' })
    expect(await gpu.facts()).toMatchObject({ tool: 'amd-smi', state: 'present' })
    expect(await gpu.readings()).toHaveLength(2)
  })

  it('does not hide a broken NVIDIA behind an AMD that works', async () => {
    const gpu = both({
      kind: 'exit',
      code: 18,
      text: 'Failed to initialize NVML: Driver/library version mismatch',
    })
    expect(await gpu.facts()).toMatchObject({ tool: 'nvidia-smi', state: 'broken' })
  })
})
