import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type GpuProbeOptions, openGpuProbe } from '../../../src/adapters/gpu/gpu-probe.ts'
import { stillRunning } from '../../entries/process-table.ts'
import { aFakeGpu, type FakeNvidiaSmi, type FakeScenario, makeFakeNvidiaSmi } from './fake-nvidia-smi.ts'
import { failureWords } from './recordings.ts'

let smi: FakeNvidiaSmi | null = null
const folders: string[] = []
afterEach(() => {
  smi?.remove()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function probe(scenario: FakeScenario, options: GpuProbeOptions = {}) {
  smi = makeFakeNvidiaSmi(scenario)
  return openGpuProbe({ env: smi.env, ...options })
}

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gpu-probe-'))
  folders.push(folder)
  return folder
}

const running = () => stillRunning(smi?.calls().map(({ pid }) => pid) ?? [])

describe('a tool that fails', () => {
  it.each([
    [
      9,
      'broken',
      /^nvidia-smi failed \(exit code 9, the driver is not loaded\): "NVIDIA-SMI has failed because/,
    ],
    [
      18,
      'broken',
      /exit code 18, .*: "Failed to initialize NVML: Driver\/library version mismatch; NVML library version: 535\.161"\.$/,
    ],
    [12, 'broken', /exit code 12, the NVML library is not there\)/],
    [255, 'broken', /^nvidia-smi failed \(exit code 255\): "Failed to initialize NVML: Unknown Error"\.$/],
    [15, 'broken', /exit code 15, a GPU has fallen off the bus\): "Unable to determine the device handle/],
    [6, 'absent', /^nvidia-smi found no device: "No devices were found"\.$/],
  ])('with code %i is a fact', async (code, state, detail) => {
    const gpu = probe({ failure: { kind: 'exit', code, text: failureWords(code) } })
    expect(await gpu.facts()).toEqual({
      tool: 'nvidia-smi',
      state,
      detail: expect.stringMatching(detail),
      driver: null,
      devices: [],
    })
    expect(await gpu.readings()).toBeNull()
    expect(await gpu.processes()).toBeNull()
  })

  it('is not absent where a device cannot be reached and none is left', async () => {
    const text =
      'Unable to determine the device handle for GPU0: 0000:01:00.0: Unknown Error\nNo devices were found'
    const { state, detail } = await probe({ failure: { kind: 'exit', code: 6, text } }).facts()
    expect(state).toBe('broken')
    expect(detail).toContain('Unable to determine the device handle')
  })

  it('is present beside a warning about its infoROM', async () => {
    const gpu = aFakeGpu()
    const fields = [
      'uuid',
      'index',
      'driver_version',
      'memory.total',
      'power.limit',
      'mig.mode.current',
      'compute_cap',
      'name',
    ]
    const row = fields.map((field) => gpu[field]).join(', ')
    const text = `${row}\nWARNING: infoROM is corrupted at gpu 0000:82:00.0`
    const facts = await probe({ failure: { kind: 'exit', code: 14, text } }).facts()
    expect(facts).toMatchObject({ state: 'present', detail: null, devices: [{ uuid: gpu.uuid }] })
  })

  it('cuts long words, and joins lines, so that the detail stays one sentence', async () => {
    const text = `${'word '.repeat(200)}\n\u001b[31mred\u0007`
    const { detail } = await probe({ failure: { kind: 'exit', code: 1, text } }).facts()
    expect(detail?.length).toBeLessThan(400)
    expect(['\n', '\u001b', '\u0007'].filter((unprintable) => detail?.includes(unprintable))).toEqual([])
  })

  it.each([
    [
      'rubbish',
      { kind: 'rubbish', text: '<html>\n<b>404, not, found, at, all, here, 1</b>' },
      /printed what cannot be read: "<html>/,
    ],
    ['nothing', { kind: 'exit', code: 0, text: '' }, /^nvidia-smi printed nothing\.$/],
    [
      'another version, that knows none of the fields',
      { kind: 'exit', code: 2, text: 'Field "zzz" is not a valid field to query.' },
      /exit code 2\): "Field "zzz" is not/,
    ],
  ] as const)('prints %s', async (_what, failure, detail) => {
    const gpu = probe({ failure })
    expect(await gpu.facts()).toMatchObject({ state: 'broken', detail: expect.stringMatching(detail) })
    expect(await gpu.readings()).toBeNull()
    expect(await gpu.processes()).toEqual(failure.text === '' ? [] : null)
  })

  it('keeps the devices that are left when one is lost, and says which words told so', async () => {
    const other = aFakeGpu({ uuid: 'GPU-bbbbbbbb-1111', index: '1' })
    const gpu = probe({ gpus: [aFakeGpu(), other], failure: { kind: 'lost', afterTicks: 0 } })
    expect(await gpu.facts()).toMatchObject({
      state: 'present',
      detail: expect.stringMatching(/^nvidia-smi has lost a device: ".*\[GPU is lost\]/),
      devices: [{ uuid: 'GPU-bbbbbbbb-1111' }],
    })
    expect(await gpu.readings()).toMatchObject([{ uuid: 'GPU-bbbbbbbb-1111' }])
  })

  it('is broken when no device is left', async () => {
    const gpu = probe({ failure: { kind: 'lost', afterTicks: 0 } })
    expect(await gpu.facts()).toMatchObject({ state: 'broken', devices: [] })
    expect(await gpu.readings()).toBeNull()
  })

  it('is present beside a device that is a row of errors', async () => {
    const errors = Object.fromEntries(Object.keys(aFakeGpu()).map((field) => [field, '[Unknown Error]']))
    const facts = await probe({ gpus: [aFakeGpu(), errors] }).facts()
    expect(facts).toMatchObject({
      state: 'present',
      detail: expect.stringContaining('[Unknown Error]'),
      devices: [{ uuid: aFakeGpu().uuid }],
    })
  })
})

describe('a tool that hangs', () => {
  it('is broken after its limit, and is ended', async () => {
    const gpu = probe({ failure: { kind: 'hang' } }, { callLimitMs: 1500 })
    expect(await gpu.facts()).toMatchObject({
      tool: 'nvidia-smi',
      state: 'broken',
      detail: 'nvidia-smi did not answer within 1.5 s.',
    })
    expect(running()).toEqual([])
  })

  it('is left to itself where it cannot even be killed', async () => {
    const gpu = probe({ failure: { kind: 'unkillable' } }, { callLimitMs: 1500 })
    expect((await gpu.facts()).detail).toBe('nvidia-smi did not answer within 1.5 s.')
  })

  it('may take long at first, as it does where no daemon keeps the driver loaded, and as long again later', async () => {
    const gpu = probe({ delayMs: 2500 }, { callLimitMs: 1000, firstCallLimitMs: 60_000 })
    expect((await gpu.facts()).state).toBe('present')
    expect(await gpu.readings()).toHaveLength(1)
  })

  it('is ended when the job is, with the reason of that', async () => {
    const gpu = probe({ failure: { kind: 'hang' } })
    const job = new AbortController()
    setTimeout(() => job.abort(new Error('SIGINT')), 700)
    await expect(gpu.facts(job.signal)).rejects.toThrow('SIGINT')
    expect(running()).toEqual([])
    smi?.change({ failure: null })
    expect((await gpu.facts()).state).toBe('present')
  })
})

describe('no tool', () => {
  const nothing = { tool: 'none', state: 'absent', driver: null, devices: [] }

  it('is a fact with a reason', async () => {
    const gpu = openGpuProbe({ env: { PATH: aFolder() }, platform: 'linux' })
    expect(await gpu.facts()).toEqual({ ...nothing, detail: expect.stringContaining('is on the PATH') })
    expect(await gpu.readings()).toBeNull()
    expect(await gpu.processes()).toBeNull()
  })

  it.each([
    ['an empty PATH', { PATH: '' }],
    ['no PATH', {}],
    ['folders that are not there', { PATH: `/nowhere${delimiter}/nowhere/else` }],
  ])('is found with %s', async (_what, env) => {
    expect(await openGpuProbe({ env, platform: 'linux' }).facts()).toMatchObject(nothing)
  })

  it('is what a file is that cannot be run, and a folder of that name', async () => {
    const [file, folder] = [aFolder(), aFolder()]
    writeFileSync(join(file, 'nvidia-smi'), '')
    mkdirSync(join(folder, 'nvidia-smi'))
    const env = { PATH: [file, folder].join(delimiter) }
    expect(await openGpuProbe({ env, platform: 'linux' }).facts()).toMatchObject(nothing)
  })

  it('says on a Mac that there cannot be one', async () => {
    const { detail } = await openGpuProbe({ env: { PATH: aFolder() }, platform: 'darwin' }).facts()
    expect(detail).toMatch(/Apple GPU shares the machine's memory/)
  })

  it('is not a tool that is there and cannot start', async () => {
    const folder = aFolder()
    writeFileSync(join(folder, 'nvidia-smi'), '#!/no/such/interpreter\n', { mode: 0o755 })
    const facts = await openGpuProbe({ env: { PATH: folder } }).facts()
    expect(facts).toMatchObject({ tool: 'nvidia-smi', state: 'broken' })
    expect(facts.detail).toMatch(/^nvidia-smi could not be started: ".*ENOENT/)
  })
})
