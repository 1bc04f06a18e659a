import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { type GpuProbeOptions, openGpuProbe } from '../../../src/adapters/gpu/gpu-probe.ts'
import { type GpuSpan, gpuSpanSchema } from '../../../src/model/gpu.ts'
import type { GpuWatch } from '../../../src/ports/gpu-probe.ts'
import { stillRunning } from '../../entries/process-table.ts'
import { aFakeGpu, type FakeNvidiaSmi, type FakeScenario, makeFakeNvidiaSmi } from './fake-nvidia-smi.ts'

let smi: FakeNvidiaSmi | null = null
let watch: GpuWatch | null = null
afterEach(async () => {
  await watch?.stop()
  watch = null
  smi?.remove()
})

/** Watches a machine whose nvidia-smi shows this, every tenth of a second. */
function watching(scenario: FakeScenario, options: GpuProbeOptions = {}) {
  smi = makeFakeNvidiaSmi(scenario)
  const running = openGpuProbe({ env: smi.env, ...options }).watch(100)
  watch = running
  return running
}

/** Waits for what must come about, however busy the machine is. */
async function eventually<T>(look: () => T | null | undefined): Promise<T> {
  while (true) {
    const found = look()
    if (found !== null && found !== undefined) return found
    await wait(30)
  }
}

/** Laps until this many readings of each of `devices` have come together. */
async function laps(running: GpuWatch, { readings, devices = 1 }: { readings: number; devices?: number }) {
  const spans: GpuSpan[] = []
  const counted = () => new Map(spans.map(({ uuid }) => [uuid, spans.filter((span) => span.uuid === uuid)]))
  await eventually(() => {
    spans.push(...gpuSpanSchema.array().parse(running.lap()))
    const all = [...counted().values()].map((some) => some.reduce((sum, span) => sum + span.readings, 0))
    return all.length >= devices && all.every((count) => count >= readings) ? true : null
  })
  return spans
}

const streams = () => smi?.calls().filter(({ args }) => args.includes('-lms')) ?? []

const stillThere = () => stillRunning(smi?.calls().map(({ pid }) => pid) ?? [])

describe('a watch', () => {
  it('gives the span since the last lap, and starts anew', async () => {
    const temperatures = ['60', '70', '91', '70']
    const running = watching({ gpus: [aFakeGpu({ 'temperature.gpu': temperatures })] })
    const spans = await laps(running, { readings: 6 })
    expect(Math.max(...spans.map(({ temperatureCelsius }) => temperatureCelsius ?? 0))).toBe(91)
    const [later] = await laps(running, { readings: 1 })
    expect(later?.temperatureCelsius).toBe(70)
    expect(running.trouble()).toBeNull()
  })

  it('is one process, however many readings it makes', async () => {
    await laps(watching({}), { readings: 5 })
    expect(streams()).toHaveLength(1)
    expect(streams()[0]?.args.slice(-2)).toEqual(['-lms', '100'])
  })

  it('sees slowdowns come and go, and counts them', async () => {
    const masks = ['0x0000000000000000', '0x0000000000000060', '0x0000000000000060', '0x0000000000000001']
    const running = watching({ gpus: [aFakeGpu({ 'clocks_event_reasons.active': masks })] })
    const spans = await laps(running, { readings: 6 })
    const sum = (reason: 'hw-thermal' | 'sw-thermal' | 'sw-power-cap') =>
      spans.reduce((all, { slowdowns }) => all + (slowdowns?.[reason] ?? 0), 0)
    expect([sum('hw-thermal'), sum('sw-thermal'), sum('sw-power-cap')]).toEqual([2, 2, 0])
  })

  it('tells several devices apart', async () => {
    const gpus = [
      aFakeGpu(),
      aFakeGpu({
        uuid: 'GPU-bbbbbbbb-1111',
        index: '1',
        'temperature.gpu': '41',
        'utilization.gpu': '[N/A]',
      }),
    ]
    const spans = await laps(watching({ gpus }), { readings: 2, devices: 2 })
    const second = spans.find(({ uuid }) => uuid === 'GPU-bbbbbbbb-1111')
    expect(second).toMatchObject({ temperatureCelsius: 41, utilizationPercent: null })
    expect(spans.find(({ uuid }) => uuid === aFakeGpu().uuid)?.temperatureCelsius).toBe(64)
  })

  it('works with a version that does not know the newer names', async () => {
    const gpus = [aFakeGpu({ 'clocks_event_reasons.active': '0x0000000000000004' })]
    const unknownFields = ['clocks_event_reasons.active', 'clocks.sm', 'clocks.mem']
    const [span] = await laps(watching({ gpus, unknownFields }), { readings: 1 })
    expect(span).toMatchObject({ smClockMegahertz: 1695, memoryClockMegahertz: 9751 })
    expect(span?.slowdowns?.['sw-power-cap']).toBeGreaterThan(0)
  })

  it('has nothing to tell before the first reading, and no trouble', () => {
    const running = watching({ delayMs: 1000 })
    expect([running.lap(), running.trouble()]).toEqual([[], null])
  })

  it('ends its process when it is stopped, at any time, also twice', async () => {
    const running = watching({})
    await laps(running, { readings: 1 })
    await Promise.all([running.stop(), running.stop()])
    await running.stop()
    expect(stillThere()).toEqual([])
    running.lap()
    await wait(300)
    expect(running.lap()).toEqual([])

    const early = openGpuProbe({ env: smi?.env ?? {} }).watch(100)
    await early.stop()
    expect(stillThere()).toEqual([])
  })

  it('leaves lines alone that warn of something', async () => {
    const text = 'WARNING: infoROM is corrupted at gpu 0000:82:00.0'
    const running = watching({ failure: { kind: 'rubbish', text, afterTicks: 3 } })
    await laps(running, { readings: 3 })
    await wait(1000)
    expect(running.trouble()).toBeNull()
  })
})

describe('a watch in trouble', () => {
  it('says so when the device is lost, and gives what was seen before', async () => {
    const running = watching({ failure: { kind: 'lost', afterTicks: 4 } })
    const trouble = await eventually(() => running.trouble())
    expect(trouble).toMatch(/^nvidia-smi has lost a device: "GPU-3090aaaa.*\[GPU is lost\]/)
    expect(running.lap()).toMatchObject([{ readings: 4, temperatureCelsius: 64 }])
  })

  it('goes on with the devices that are left', async () => {
    const gpus = [aFakeGpu(), aFakeGpu({ uuid: 'GPU-bbbbbbbb-1111', index: '1' })]
    const running = watching({ gpus, failure: { kind: 'lost', afterTicks: 2, gpu: 1 } })
    await eventually(() => running.trouble())
    running.lap()
    const spans = await laps(running, { readings: 2 })
    expect(new Set(spans.map(({ uuid }) => uuid))).toEqual(new Set([aFakeGpu().uuid]))
    expect(running.trouble()).toContain('GPU-bbbbbbbb-1111')
    expect(running.trouble(['GPU-bbbbbbbb-1111'])).toContain('GPU-bbbbbbbb-1111')
    expect(running.trouble([aFakeGpu().uuid as string])).toBeNull()
  })

  it('watches the devices that are left when one was lost before', async () => {
    const gpus = [aFakeGpu(), aFakeGpu({ uuid: 'GPU-bbbbbbbb-1111', index: '1' })]
    const running = watching({ gpus, failure: { kind: 'lost', afterTicks: 0 } })
    const spans = await laps(running, { readings: 2 })
    expect(new Set(spans.map(({ uuid }) => uuid))).toEqual(new Set(['GPU-bbbbbbbb-1111']))
    expect(running.trouble()).toContain(aFakeGpu().uuid)
  })

  it('says so when the process ends, in its words, and sees again when it can be started again', async () => {
    const text = 'Unable to determine the device handle for GPU0000:08:00.0: GPU is lost.'
    const failure = { kind: 'ends', afterTicks: 3, code: 15, text } as const
    const running = watching({ failure }, { restartDelaysMs: [2500] })
    expect(await eventually(() => running.trouble())).toBe(
      `nvidia-smi failed (exit code 15, a GPU has fallen off the bus): "${text}".`,
    )
    running.lap()
    smi?.change({ failure: null })
    await laps(running, { readings: 2 })
    expect(running.trouble()).toBeNull()
    expect(streams()).toHaveLength(2)
  })

  it('gives up after a few starts', async () => {
    const failure = { kind: 'ends', afterTicks: 0, code: 1, text: 'no' } as const
    const running = watching({ failure }, { restartDelaysMs: [50, 50] })
    await eventually(() => (streams().length === 3 ? true : null))
    await wait(700)
    expect(streams()).toHaveLength(3)
    expect(running.trouble()).toBe('nvidia-smi failed (exit code 1): "no".')
  })

  it('says so when the process is killed by somebody', async () => {
    const running = watching({}, { restartDelaysMs: [] })
    await laps(running, { readings: 1 })
    process.kill(streams()[0]?.pid ?? 0, 'SIGKILL')
    expect(await eventually(() => running.trouble())).toMatch(/^nvidia-smi failed \(ended by SIGKILL\)/)
  })

  it('says so when it prints rubbish', async () => {
    const text = '\u0000\u0001%PDF-1.4 \u001b[2J'
    const running = watching({ failure: { kind: 'rubbish', text, afterTicks: 2 } })
    expect(await eventually(() => running.trouble())).toBe(
      'nvidia-smi printed what cannot be read: "%PDF-1.4 [2J; %PDF-1.4 [2J; %PDF-1.4 [2J".',
    )
  })

  it('says so when it is silent for long', async () => {
    const running = watching({ failure: { kind: 'silent', afterTicks: 2 } }, { silenceMs: 2000 })
    await laps(running, { readings: 2 })
    expect(running.trouble()).toBeNull()
    expect(await eventually(() => running.trouble())).toMatch(
      /^nvidia-smi has told no reading of GPU-3090aaaa\S+ for \d+ s\.$/,
    )
    smi?.change({ failure: null })
    await laps(running, { readings: 1 })
    expect(running.trouble()).toBeNull()
  })

  it('says so when the tool hangs from the start', async () => {
    const running = watching({ failure: { kind: 'hang' } }, { callLimitMs: 1000, silenceMs: 60_000 })
    expect(await eventually(() => running.trouble())).toBe('nvidia-smi did not answer within 1 s.')
  })

  it('says why at once on a machine that is known to have no GPU', async () => {
    smi = makeFakeNvidiaSmi({ failure: { kind: 'exit', code: 6, text: 'No devices were found' } })
    const gpu = openGpuProbe({ env: smi.env })
    const { detail } = await gpu.facts()
    const running = gpu.watch(100)
    expect([running.lap(), running.trouble()]).toEqual([[], detail])
    await running.stop()
  })

  it('says why on a machine without a tool that nobody asked before', async () => {
    const running = openGpuProbe({ env: { PATH: '' }, platform: 'linux' }).watch(100)
    expect(await eventually(() => running.trouble())).toContain('is on the PATH')
    expect(running.lap()).toEqual([])
    await running.stop()
  })
})
