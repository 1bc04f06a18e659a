import { describe, expect, test } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { examine, type GateRequest } from '../../src/measure/examination.ts'
import type { World } from '../../src/measure/world.ts'
import { embeddedVersions } from '../../src/model/environment.ts'
import type { GpuProcess } from '../../src/model/gpu.ts'
import { aGpu } from '../model/a-machine.ts'
import { aPolicy, aRunHeader, aTrial } from '../model/a-run.ts'
import { FakeClock, FakeServer, noAgentFiles, someInstruments } from './a-rig.ts'

const policy = aPolicy({
  matrix: [{ workload: 'single-agent', agents: ['chimera'] }],
  limits: [{ metric: 'warmTtftMs', fail: 1000 }],
})

const aRequest = (overrides: Partial<GateRequest> = {}): GateRequest => ({
  policy: { policy, file: 'p.yml', sha256: '0'.repeat(64), positions: {} },
  agents: { head: policy.agents ?? {}, base: null },
  baseline: null,
  published: null,
  against: 'none',
  baseModel: null,
  seed: 7,
  earlier: null,
  ...overrides,
})

const stranger: GpuProcess = {
  uuid: 'GPU-11111111-2222-3333-4444-555555555555',
  pid: 7,
  name: 'python3',
  memoryUsedBytes: 1,
}

/** One server on this host, whose GPU somebody else uses. */
const aWorld = (overrides: Partial<World> = {}): World & { readonly asked: readonly string[] } => {
  const clock = new FakeClock()
  const { gpu, host, lag } = someInstruments()
  const asked: string[] = []
  const answering = <T>(what: string, value: T) => {
    return async () => {
      asked.push(what)
      return value
    }
  }
  return {
    servers: { head: [new FakeServer(clock)], base: [] },
    started: { head: null, base: null },
    isThisHost: () => true,
    installedVersion: async () => null,
    clock,
    lag,
    gpu: {
      ...gpu,
      facts: answering('facts', aGpu()),
      readings: answering('readings', []),
      processes: answering('processes', [stranger]),
    },
    host,
    ...noAgentFiles,
    progress: () => {},
    machine: 'rtx4080-a',
    job: 'run 7',
    tool: { name: 'ollama-perf-gate', version: '0.1.0' },
    orphans: [],
    folder: 'out',
    stateFolder: 'state',
    signal: new AbortController().signal,
    asked,
    ...overrides,
  }
}

const withVersion = (version: string): World['servers'] => {
  const server = new FakeServer(new FakeClock())
  server.ownVersion = version
  return { head: [server], base: [] }
}

describe('what is known before the first trial', () => {
  test('is the journal’s first line: who measures what, where, for which job', async () => {
    const { header, preflight } = await examine(aRequest(), aWorld())
    expect(header).toMatchObject({
      startedAt: '2026-01-01T00:00:01.000Z',
      startedMs: 1000,
      against: 'none',
      job: 'run 7',
      plan: { seed: 7 },
      environment: { engine: 'ollama', machine: 'rtx4080-a', gpu: { state: 'present' } },
    })
    expect(header.plan.visits).toHaveLength(5)
    expect(header.preflight).toEqual(preflight)
  })

  test('is planned with the seed of the run that it goes on with', async () => {
    const header = aRunHeader({ plan: { ...aRunHeader().plan, seed: 99 } })
    const earlier = { header, trials: [aTrial()], resumed: [], repaired: false }
    expect((await examine(aRequest({ earlier }), aWorld())).header.plan.seed).toBe(99)
  })

  test('base and head that are the same thing are a control, and the report says so', async () => {
    const [head] = aWorld().servers.head
    const servers = { head: head ? [head] : [], base: head ? [head] : [] }
    const agents = { head: policy.agents ?? {}, base: policy.agents ?? {} }
    const noted = async (request: Partial<GateRequest>, world: Partial<World>) =>
      (await examine(aRequest(request), aWorld(world))).header.notes.join().includes('A/A control')
    expect(await noted({ agents, against: 'pair' }, { servers })).toBe(true)
    expect(await noted({}, {})).toBe(false)
  })
})

describe('the GPU', () => {
  test.each<[string, Partial<World>, { readonly state: string }, readonly string[]]>([
    ['of servers on this host is asked', {}, { state: 'present' }, ['facts', 'readings', 'processes']],
    [
      'of servers elsewhere is unknown: nobody is asked',
      { isThisHost: () => false },
      { state: 'unknown' },
      [],
    ],
    [
      'of the embedded engine is none: it computes on the CPU',
      { servers: withVersion(embeddedVersions.embedded) },
      { state: 'absent' },
      [],
    ],
  ])('%s', async (_what, overrides, gpu, asked) => {
    const world = aWorld(overrides)
    const { header } = await examine(aRequest(), world)
    expect(header.environment.gpu).toMatchObject(gpu)
    expect(world.asked).toEqual(asked)
  })

  test('is not asked for its state where its driver fails', async () => {
    const world = aWorld()
    const facts = async () => aGpu({ state: 'broken', detail: 'Driver/library version mismatch' })
    const examined = await examine(aRequest(), { ...world, gpu: { ...world.gpu, facts } })
    expect(world.asked).toEqual([])
    expect(examined.facts).toMatchObject({ gpuReadings: null, gpuProcesses: null })
  })

  test('has strangers only in what is not ours', async () => {
    expect((await examine(aRequest(), aWorld())).facts.gpuProcesses).toEqual([stranger])
  })
})

describe('an examination that cannot be', () => {
  test('names the model that is missing, before anything is measured', async () => {
    const missing = aPolicy({ ...policy, models: ['absent:7b'] })
    const request = aRequest({ policy: { ...aRequest().policy, policy: missing } })
    await expect(examine(request, aWorld())).rejects.toThrow(InputError)
    await expect(examine(request, aWorld())).rejects.toThrow('does not have the model absent:7b')
  })
})
