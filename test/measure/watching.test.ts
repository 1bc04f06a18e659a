import { describe, expect, test } from 'vitest'
import { MachineError } from '../../src/errors.ts'
import type { Instruments, Rig } from '../../src/measure/bench-rig.ts'
import { beginWatching, endWatching } from '../../src/measure/watching.ts'
import type { GpuProcess } from '../../src/model/gpu.ts'
import { aHost } from '../model/a-machine.ts'
import { aGpuSpan, anEnvironment } from '../model/a-run.ts'
import { aRig, FakeClock, FakeServer, someInstruments, someStarted } from './a-rig.ts'

const python: GpuProcess = {
  uuid: 'GPU-11111111-2222-3333-4444-555555555555',
  pid: 7,
  name: 'python3',
  memoryUsedBytes: 1,
}
const runner: GpuProcess = { ...python, pid: 8, name: '/usr/local/bin/ollama' }

const quiet = { lap: () => [aGpuSpan()], trouble: () => null, stop: async () => {} }
const seeing = (processes: readonly GpuProcess[] | null): Partial<Instruments> => ({
  watch: quiet,
  gpu: { ...someInstruments().gpu, processes: async () => processes },
})

interface Bench {
  readonly instruments?: Partial<Instruments>
  readonly loaded?: readonly string[]
  readonly pids?: readonly number[]
  readonly rig?: Partial<Rig>
}

const rigOf = ({ instruments, loaded = [], pids, rig }: Bench): Rig => {
  const clock = new FakeClock()
  const server = new FakeServer(clock, { loaded })
  const head = pids ? someStarted([], 'head', { pids: async () => pids }) : null
  return aRig(
    clock,
    { head: [server], base: [] },
    { instruments: someInstruments(instruments), started: { head, base: null }, ...rig },
  )
}

describe('the GPU', () => {
  test.each<
    [string, Bench, { readonly gpus: unknown; readonly gpuTrouble: unknown; readonly foreign: unknown }]
  >([
    [
      'that nobody watches is not asked',
      { instruments: { ...seeing([python]), watch: null } },
      { gpus: null, gpuTrouble: null, foreign: null },
    ],
    [
      'that is quiet, and ours alone',
      { instruments: seeing([]) },
      { gpus: [aGpuSpan()], gpuTrouble: null, foreign: [] },
    ],
    [
      'whose watch fell silent, and whose tool is not asked more either',
      {
        instruments: {
          ...seeing([python]),
          watch: { ...quiet, lap: () => [], trouble: () => 'nvidia-smi ended with code 15.' },
        },
      },
      { gpus: [], gpuTrouble: 'nvidia-smi ended with code 15.', foreign: null },
    ],
    [
      'that somebody else uses',
      { instruments: seeing([python, runner]), loaded: ['tiny:latest'] },
      { gpus: [aGpuSpan()], gpuTrouble: null, foreign: [python] },
    ],
    [
      'with a runner though no server of ours holds a model',
      { instruments: seeing([runner]) },
      { gpus: [aGpuSpan()], gpuTrouble: null, foreign: [runner] },
    ],
    [
      'with processes that we started',
      { instruments: seeing([python, runner]), pids: [7, 8] },
      { gpus: [aGpuSpan()], gpuTrouble: null, foreign: [] },
    ],
    [
      'whose processes the tool does not tell',
      { instruments: seeing(null) },
      { gpus: [aGpuSpan()], gpuTrouble: null, foreign: null },
    ],
    [
      'on Windows, where the list tells nothing',
      {
        instruments: seeing([python]),
        rig: { environment: anEnvironment({ host: aHost({ os: 'Windows_NT' }) }) },
      },
      { gpus: [aGpuSpan()], gpuTrouble: null, foreign: null },
    ],
  ])('%s', async (_what, bench, watched) => {
    expect(await endWatching(rigOf(bench), { subject: 'head' })).toMatchObject(watched)
  })

  const failing = (error: Error, rig: Partial<Rig> = {}): Rig => {
    const bench = rigOf({ instruments: seeing([runner, python]), loaded: ['tiny:latest'], rig })
    for (const server of bench.servers.head) server.loaded = () => Promise.reject(error)
    return bench
  }
  const refused = new MachineError([{ what: 'connect ECONNREFUSED' }])

  test('a server that does not answer makes strangers unknown: its runner may be among them', async () => {
    expect((await endWatching(failing(refused), { subject: 'head' })).foreign).toBeNull()
  })

  test('an abort is none of those answers, and neither is a mistake of our own', async () => {
    const signal = AbortSignal.abort(new Error('SIGINT'))
    await expect(endWatching(failing(refused, { signal }), { subject: 'head' })).rejects.toThrow('SIGINT')
    await expect(endWatching(failing(new TypeError('a mistake')), { subject: 'head' })).rejects.toThrow(
      'a mistake',
    )
  })
})

describe('the memory of servers', () => {
  const measuring = (rss: number | null): Partial<Instruments> => {
    const { host } = someInstruments()
    return { host: { ...host, rssBytes: async (pids) => (rss === null ? null : rss * pids.length) } }
  }
  test.each<[string, Bench, number | null]>([
    ['of our own, all processes together', { instruments: measuring(1000), pids: [7, 8] }, 2000],
    ['of our own, where the system does not tell', { instruments: measuring(null), pids: [7] }, null],
    ['of our own, when none is left', { instruments: measuring(1000), pids: [] }, null],
    ['that were found is not ours to ask for', { instruments: measuring(1000) }, null],
  ])('%s', async (_what, bench, bytes) => {
    expect((await endWatching(rigOf(bench), { subject: 'head' })).serverRssBytes).toBe(bytes)
  })
})

describe('a lap', () => {
  test('begins with the trial, for GPU and host alike; the lag’s begins later, after the warm-up', () => {
    const laps: string[] = []
    const { host } = someInstruments()
    const lap = <T>(what: string, value: T): T => {
      laps.push(what)
      return value
    }
    beginWatching(
      rigOf({
        instruments: {
          watch: { ...quiet, lap: () => lap('gpu', []) },
          host: { ...host, lap: () => lap('host', { cpuUtilizationPercent: 1, governor: null }) },
          lag: { lap: () => lap('lag', { meanMs: 0, p99Ms: 0, maxMs: 0 }) },
        },
      }),
    )
    expect(laps.toSorted()).toEqual(['gpu', 'host'])
  })

  test('is what the host did meanwhile', async () => {
    const { host } = someInstruments()
    const span = { cpuUtilizationPercent: 42, governor: 'performance' }
    const watched = await endWatching(rigOf({ instruments: { host: { ...host, lap: () => span } } }), {
      subject: 'head',
    })
    expect(watched.host).toEqual(span)
  })
})
