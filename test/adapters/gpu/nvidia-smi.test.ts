import { afterEach, describe, expect, it } from 'vitest'
import { openGpuProbe } from '../../../src/adapters/gpu/gpu-probe.ts'
import { gpuFactsSchema, gpuProcessSchema, gpuReadingSchema } from '../../../src/model/gpu.ts'
import { aFakeGpu, type FakeNvidiaSmi, type FakeScenario, makeFakeNvidiaSmi } from './fake-nvidia-smi.ts'
import { recordedGpus, recordedProcesses } from './recordings.ts'

const mib = 1024 ** 2
const masked = 'GPU-00000000-0000-0000-0000-000000000000'

let smi: FakeNvidiaSmi | null = null
afterEach(() => smi?.remove())

/** A probe on a machine whose nvidia-smi shows this. */
function probe(scenario: FakeScenario) {
  smi = makeFakeNvidiaSmi(scenario)
  return openGpuProbe({ env: smi.env })
}

const factsOf = async (scenario: FakeScenario) => gpuFactsSchema.parse(await probe(scenario).facts())
const readingsOf = async (scenario: FakeScenario) =>
  gpuReadingSchema.array().parse(await probe(scenario).readings())

describe('devices', () => {
  it('knows a data-centre card in MIG mode', async () => {
    expect(await factsOf({ gpus: recordedGpus('h200-mig-load') })).toEqual({
      tool: 'nvidia-smi',
      state: 'present',
      detail: null,
      driver: '590.48.01',
      devices: [
        {
          uuid: masked,
          index: 0,
          name: 'NVIDIA H200',
          memoryTotalBytes: 143_771 * mib,
          powerLimitWatts: 700,
          mig: true,
          computeCapability: null,
        },
      ],
    })
  })

  it.each([
    [
      'a consumer card',
      'rtx-4080-super-load',
      { memoryTotalBytes: 16_376 * mib, powerLimitWatts: 320, mig: false, computeCapability: null },
    ],
    [
      'a card on Windows',
      'rtx-2080-super-windows-idle',
      { name: 'NVIDIA GeForce RTX 2080 SUPER', mig: false, computeCapability: null },
    ],
    ['a laptop, whose power limit is not told', 'laptop-throttled', { powerLimitWatts: null }],
    ['unified memory, whose size is not told', 'gb10', { name: 'NVIDIA GB10', memoryTotalBytes: null }],
    ['Tegra, which tells its name only', 'jetson-orin', { name: 'Orin (nvgpu)', memoryTotalBytes: null }],
    [
      'a container that may not ask for memory',
      'container-no-permission',
      { memoryTotalBytes: null, mig: true, computeCapability: null },
    ],
  ])('knows %s', async (_what, fixture, expected) => {
    const facts = await factsOf({ gpus: recordedGpus(fixture) })
    expect(facts).toMatchObject({ state: 'present', devices: [expected] })
  })

  it('takes a driver version that is not told for none', async () => {
    expect((await factsOf({ gpus: recordedGpus('jetson-orin') })).driver).toBeNull()
  })

  it('keeps a name with commas whole', async () => {
    const gpus = [aFakeGpu({ name: 'NVIDIA A100-SXM4-40GB, MIG 1g.5gb, odd' })]
    expect((await factsOf({ gpus })).devices[0]?.name).toBe('NVIDIA A100-SXM4-40GB, MIG 1g.5gb, odd')
  })

  it('tells several devices apart by UUID, whatever their index', async () => {
    const gpus = [
      { ...recordedGpus('l40s-load')[0], uuid: 'GPU-bbbbbbbb-0000', index: '1' },
      { ...recordedGpus('rtx-4080-super-load')[0], uuid: 'GPU-aaaaaaaa-0000', index: '0' },
    ]
    const { devices } = await factsOf({ gpus })
    expect(devices.map(({ uuid, index, name }) => ({ uuid, index, name }))).toEqual([
      { uuid: 'GPU-bbbbbbbb-0000', index: 1, name: 'NVIDIA L40S' },
      { uuid: 'GPU-aaaaaaaa-0000', index: 0, name: 'NVIDIA GeForce RTX 4080 SUPER' },
    ])
  })

  it('knows a device without a UUID by its index', async () => {
    const { devices } = await factsOf({ gpus: [aFakeGpu({ uuid: '[N/A]' })] })
    expect(devices[0]?.uuid).toBe('index-0')
  })
})

describe('versions', () => {
  it.each([
    ['the newer name of the reasons', [], 'clocks_event_reasons.active'],
    ['the older name of the reasons', ['clocks_event_reasons.active'], 'clocks_throttle_reasons.active'],
  ])('finds slowdowns under %s', async (_what, unknownFields, field) => {
    const gpus = [aFakeGpu({ 'clocks_event_reasons.active': '0x0000000000000044' })]
    const [reading] = await readingsOf({ gpus, unknownFields })
    expect(reading?.slowdowns).toEqual(['hw-thermal', 'sw-power-cap'])
    expect(smi?.calls().at(-1)?.args[0]).toContain(field)
  })

  it('tells everything else where the reasons are unknown under both names', async () => {
    const unknownFields = ['clocks_event_reasons.active', 'clocks_throttle_reasons.active']
    const [reading] = await readingsOf({ unknownFields })
    expect(reading).toMatchObject({ temperatureCelsius: 64, smClockMegahertz: 1695, slowdowns: null })
  })

  it('loses no other column to one that this version does not know', async () => {
    const unknownFields = ['clocks.sm', 'clocks.current.sm', 'power.draw', 'mig.mode.current', 'power.limit']
    const gpu = probe({ unknownFields })
    expect(await gpu.facts()).toMatchObject({
      state: 'present',
      devices: [
        {
          name: 'NVIDIA GeForce RTX 3090',
          memoryTotalBytes: 24_576 * mib,
          powerLimitWatts: null,
          mig: false,
          computeCapability: '8.6',
        },
      ],
    })
    expect(await gpu.readings()).toMatchObject([
      {
        temperatureCelsius: 64,
        smClockMegahertz: null,
        powerWatts: null,
        memoryClockMegahertz: 9751,
        slowdowns: [],
      },
    ])
  })

  it('learns once which fields a version knows', async () => {
    const gpu = probe({ unknownFields: ['clocks_event_reasons.active'] })
    await gpu.readings()
    const before = smi?.calls().length ?? 0
    await gpu.readings()
    expect(smi?.calls().length).toBe(before + 1)
  })
})

describe('readings', () => {
  it('reads a card under load', async () => {
    expect(await readingsOf({ gpus: recordedGpus('l40s-load') })).toEqual([
      {
        uuid: masked,
        temperatureCelsius: 54,
        utilizationPercent: 9,
        memoryUsedBytes: 1235 * mib,
        smClockMegahertz: 2520,
        memoryClockMegahertz: 9001,
        powerWatts: 110.23,
        slowdowns: [],
      },
    ])
  })

  it.each([
    ['idle is no slowdown', 'rtx-2080-super-windows-idle', { slowdowns: [], utilizationPercent: 0 }],
    ['heat and power cap of a laptop', 'laptop-throttled', { slowdowns: ['sw-thermal', 'sw-power-cap'] }],
    ['MIG has no utilization', 'h200-mig-load', { utilizationPercent: null, memoryUsedBytes: 16_959 * mib }],
    ['unified memory has none of its own', 'gb10', { memoryUsedBytes: null, memoryClockMegahertz: null }],
    [
      'what may not be asked, or is gone, is not told',
      'container-no-permission',
      {
        memoryUsedBytes: null,
        powerWatts: null,
        smClockMegahertz: null,
        memoryClockMegahertz: null,
        temperatureCelsius: 41,
      },
    ],
  ])('%s', async (_what, fixture, expected) => {
    expect(await readingsOf({ gpus: recordedGpus(fixture) })).toMatchObject([expected])
  })

  it('tells nothing of Tegra, and 0 of nothing', async () => {
    const [reading] = await readingsOf({ gpus: recordedGpus('jetson-orin') })
    const { uuid: _uuid, ...values } = reading ?? {}
    expect(new Set(Object.values(values))).toEqual(new Set([null]))
  })
})

describe('processes', () => {
  const processesOf = async (scenario: FakeScenario) => {
    const processes = await probe(scenario).processes()
    return processes === null ? null : gpuProcessSchema.array().parse(processes)
  }

  it('lists those of a card, with bytes', async () => {
    expect(await processesOf({ processes: recordedProcesses('h200-mig-processes') })).toEqual([
      { uuid: masked, pid: 12249, name: '/root/tools/memhog', memoryUsedBytes: 2194 * mib },
      { uuid: masked, pid: 12250, name: '/root/tools/memhog', memoryUsedBytes: 1170 * mib },
      { uuid: masked, pid: 12267, name: './gpu_burn', memoryUsedBytes: 13_526 * mib },
    ])
  })

  it('lists those of Windows, whose memory is not told', async () => {
    const processes = await processesOf({ processes: recordedProcesses('rtx-2080-super-windows-processes') })
    expect(processes?.map(({ pid, memoryUsedBytes }) => [pid, memoryUsedBytes])).toEqual([
      [2056, null],
      [12332, null],
      [20372, null],
      [4680, null],
    ])
    expect(processes?.[2]?.name).toBe('C:\\Program Files\\NZXT CAM\\NZXT CAM.exe')
  })

  it('keeps a name with commas whole', async () => {
    const processes = await processesOf({ processes: [{ pid: 7, name: '/opt/a, b, 12, c' }] })
    expect(processes?.[0]?.name).toBe('/opt/a, b, 12, c')
  })

  it('asks under the older name of the memory where the newer is unknown', async () => {
    const processes = await processesOf({ processes: [{ pid: 7 }], unknownFields: ['used_memory'] })
    expect(processes).toMatchObject([{ pid: 7, memoryUsedBytes: 4096 * mib }])
  })

  it('is empty when there are none', async () => {
    expect(await processesOf({ processes: [] })).toEqual([])
  })

  it('is unknown when one of them may not be seen: it might be the foreign one', async () => {
    const processes = [{ pid: 7 }, { pid: '[Insufficient Permissions]', name: '[Insufficient Permissions]' }]
    expect(await processesOf({ processes })).toBeNull()
  })
})
