/** The legs that keep servers busy, and the repeated request: who asks what, how often, and when it ends. */
import { describe, expect, it } from 'vitest'
import { MachineError } from '../../src/errors.ts'
import type { Rig } from '../../src/measure/bench-rig.ts'
import {
  batchLeg,
  concurrentLeg,
  probeLeg,
  repeatLeg,
  soloLeg,
  sustainedLeg,
} from '../../src/measure/legs.ts'
import { nonceMaker } from '../../src/measure/prompt.ts'
import type { Stage } from '../../src/measure/turns/turn.ts'
import type { CellAgent } from '../../src/model/plan.ts'
import type { Leg } from '../../src/model/run.ts'
import type { ChatCall } from '../../src/ports/inference-server.ts'
import { aRig, FakeClock, type FakeServer, type FakeServerOptions, someServers } from './a-rig.ts'
import { agent, protocolOf } from './a-session.ts'

const truncated = { kind: 'truncated' as const, message: 'The stream ended early.' }
const aProgram = {
  ...agent,
  name: 'own',
  task: {
    kind: 'program' as const,
    command: ['x'],
    'setup-minutes': 1,
    'timeout-minutes': 1,
    metrics: false,
  },
}

/** A leg of so many agents, each on the server of its number, as far as there are as many. */
async function measured(
  leg: (rig: Rig, stage: Stage) => Promise<Leg>,
  scene: {
    readonly agents: readonly CellAgent[]
    readonly servers: readonly FakeServerOptions[]
    readonly protocol?: Record<string, unknown>
    readonly rig?: (servers: readonly FakeServer[]) => Partial<Rig>
  },
) {
  const clock = new FakeClock()
  const servers = someServers(clock, scene.servers)
  const agents = scene.agents.map((one, i) => ({ ...one, server: i % servers.length }))
  const rig = aRig(
    clock,
    { head: servers, base: [] },
    { protocol: protocolOf(scene.protocol ?? {}), nonce: nonceMaker('legs'), ...scene.rig?.(servers) },
  )
  const startMs = clock.ms
  const outcome = leg(rig, { subject: 'head', variant: { model: 'tiny:latest', agents } })
  return { outcome, servers, tookMs: () => clock.ms - startMs }
}

const three = [agent, { ...agent, name: 'b' }, { ...agent, name: 'c' }]
const workersOf = (leg: Leg): readonly number[] =>
  [...new Set(leg.calls.map((call) => call.agent))].toSorted()

describe('a queue', () => {
  it.each([1, 2, 3, 10, 24])('of %d requests is worked off exactly once', async (requests) => {
    const scene = { agents: three, servers: [{}, {}, {}], protocol: { 'batch-requests': requests } }
    const { outcome, servers } = await measured(batchLeg, scene)
    const leg = await outcome
    expect(leg).toMatchObject({ kind: 'batch', turns: [] })
    expect(leg.calls).toHaveLength(requests)
    expect(servers.flatMap(({ prompts }) => prompts)).toHaveLength(requests)
    expect(new Set(servers.flatMap(({ prompts }) => prompts)).size).toBe(requests)
    expect(workersOf(leg)).toHaveLength(Math.min(3, requests))
  })

  it('is shared by who is free, not dealt out', async () => {
    const slow = { hangs: (count: number) => count === 1 }
    const stop = new AbortController()
    const { outcome, servers } = await measured(batchLeg, {
      agents: three,
      servers: [slow, {}, {}],
      protocol: { 'batch-requests': 20 },
      rig: () => ({ signal: stop.signal }),
    })
    await expect.poll(() => servers.flatMap(({ prompts }) => prompts).length).toBe(20)
    expect(servers[0]?.prompts).toHaveLength(1)
    stop.abort(new Error('enough'))
    await outcome.catch(() => undefined)
  })

  it('ends for all when one request breaks', async () => {
    const onChat = (_call: ChatCall, count: number) => (count === 2 ? truncated : null)
    const { outcome } = await measured(batchLeg, {
      agents: three,
      servers: [{ onChat }, {}, {}],
      protocol: { 'batch-requests': 100 },
    })
    const { calls } = await outcome
    expect(calls.filter(({ record }) => record.failure !== null)).toHaveLength(1)
    expect(calls.length).toBeLessThan(12)
  })

  it('has one worker and one server just so', async () => {
    const scene = { agents: [agent], servers: [{}], protocol: { 'batch-requests': 5 } }
    const { outcome } = await measured(batchLeg, scene)
    expect(workersOf(await outcome)).toEqual([0])
  })

  it('keeps no gaps between chunks, which nobody reads', async () => {
    const { outcome } = await measured(batchLeg, { agents: [agent], servers: [{}] })
    expect((await outcome).calls.flatMap(({ record }) => record.chunkGapsUs)).toEqual([])
  })
})

describe('a sustained load', () => {
  it('ends with the first turn that ends after its time', async () => {
    const { outcome, tookMs } = await measured(sustainedLeg, {
      agents: [agent],
      servers: [{ callMs: 7000 }],
      protocol: { 'sustain-minutes': 0.5 },
    })
    const leg = await outcome
    expect(leg.kind).toBe('sustained')
    expect([leg.calls.length, tookMs()]).toEqual([5, 35_000])
  })

  it('keeps every agent busy all the time', async () => {
    const { outcome } = await measured(sustainedLeg, {
      agents: three,
      servers: [{}, {}, {}],
      protocol: { 'sustain-minutes': 1 },
    })
    const { calls } = await outcome
    const counts = [0, 1, 2].map((one) => calls.filter((call) => call.agent === one).length)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
    expect(counts.reduce((sum, one) => sum + one, 0)).toBeGreaterThanOrEqual(600)
  })

  it('ends for all when one turn breaks', async () => {
    const onChat = (_call: ChatCall, count: number) => (count === 4 ? truncated : null)
    const { outcome } = await measured(sustainedLeg, {
      agents: three,
      servers: [{}, { onChat }, {}],
      protocol: { 'sustain-minutes': 60 },
    })
    const { calls } = await outcome
    expect(calls.length).toBeLessThan(20)
    expect(calls.some(({ record }) => record.failure !== null)).toBe(true)
  })
})

describe('agents alone', () => {
  const contexts = (equal: boolean): readonly CellAgent[] =>
    [512, equal ? 512 : 1024].map((num_ctx) => ({ ...agent, options: { ...agent.options, num_ctx } }))

  it.each([
    [
      'one server that loads anew for each is asked to before they are measured',
      contexts(false),
      1,
      [512, 512, 1024, 1024],
    ],
    ['one server is asked no more where they have one context', contexts(true), 1, [512, 512]],
    ['a server of its own is asked no more', contexts(false), 2, [512, 1024]],
  ])('on %s', async (_, agents, servers, asked) => {
    for (const leg of [probeLeg, soloLeg]) {
      const seen: unknown[] = []
      const onChat = ({ options }: ChatCall) => {
        seen.push(options.num_ctx)
        return null
      }
      const { outcome } = await measured(leg, {
        agents,
        servers: Array.from({ length: servers }, () => ({ onChat })),
        protocol: { 'ttft-probes': 1 },
      })
      expect((await outcome).calls.map((call) => call.agent)).toEqual([0, 1])
      expect(seen).toEqual(asked)
    }
  })

  it('that a server cannot load break the trial', async () => {
    const { outcome } = await measured(soloLeg, {
      agents: contexts(false),
      servers: [{ onChat: (_, count) => (count === 1 ? truncated : null) }],
    })
    expect((await outcome).calls.map(({ record }) => record.failure?.kind)).toContain('truncated')
  })
})

describe('a repeated request', () => {
  const asked: ChatCall[] = []
  const onChat = (call: ChatCall) => {
    asked.push(call)
    return null
  }

  it('is the same each time, for every agent, at temperature 0 with a fixed seed', async () => {
    asked.length = 0
    const warm = { ...agent, options: { ...agent.options, temperature: 1 } }
    const seeded = { ...agent, options: { ...agent.options, seed: 7 } }
    const { outcome, servers } = await measured(repeatLeg, {
      agents: [warm, seeded],
      servers: [{ onChat }, { onChat }],
      protocol: { 'exact-repeats': 3 },
    })
    const leg = await outcome
    expect(leg.calls.map((call) => call.agent)).toEqual([0, 0, 0, 1, 1, 1])
    expect(leg.calls.every(({ fresh }) => !fresh)).toBe(true)
    for (const { prompts } of servers) expect(new Set(prompts).size).toBe(1)
    expect(asked.map(({ options }) => [options.temperature, options.seed])).toEqual([
      ...Array.from({ length: 3 }, () => [0, 42]),
      ...Array.from({ length: 3 }, () => [0, 7]),
    ])
  })

  it('is not asked for by default, nor of programs', async () => {
    const none = await measured(repeatLeg, { agents: [agent], servers: [{}] })
    expect((await none.outcome).calls).toEqual([])
    const program = await measured(repeatLeg, {
      agents: [aProgram],
      servers: [{}],
      protocol: { 'exact-repeats': 3 },
    })
    expect((await program.outcome).calls).toEqual([])
  })

  it('is not asked again once it broke', async () => {
    const { outcome } = await measured(repeatLeg, {
      agents: [agent],
      servers: [{ onChat: () => truncated }],
      protocol: { 'exact-repeats': 5 },
    })
    expect((await outcome).calls).toHaveLength(1)
  })
})

describe.each([
  ['batch', batchLeg],
  ['sustained', sustainedLeg],
  ['concurrent', concurrentLeg],
] as const)('a %s leg', (_, leg) => {
  const protocol = { 'batch-requests': 50, 'sustain-minutes': 60, requests: 4 }

  it('ends for all when the job is aborted', async () => {
    const stop = new AbortController()
    const onChat = (_call: ChatCall, count: number) => {
      if (count === 3) stop.abort(new Error('the job was stopped'))
      return null
    }
    const { outcome, servers } = await measured(leg, {
      agents: three,
      servers: [{ onChat }, {}, {}],
      protocol,
      rig: () => ({ signal: stop.signal }),
    })
    const { calls } = await outcome
    expect(calls.some(({ record }) => record.failure?.kind === 'aborted')).toBe(true)
    const asked = servers.flatMap(({ prompts }) => prompts).length
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(servers.flatMap(({ prompts }) => prompts)).toHaveLength(asked)
  })

  it('tells what one agent could not do only when nobody asks any more', async () => {
    const missing = new MachineError([{ what: 'There is no program x.' }])
    let isAsking = 0
    const { outcome } = await measured(leg, {
      agents: [aProgram, ...three],
      servers: [{}],
      protocol,
      rig: ([server]) => {
        const chat = server?.chat.bind(server)
        if (server && chat)
          server.chat = async (...args) => {
            isAsking += 1
            await new Promise((resolve) => setTimeout(resolve, 5))
            return chat(...args).finally(() => {
              isAsking -= 1
            })
          }
        return {
          programs: { setUp: async () => null, run: async () => Promise.reject(missing) },
        }
      },
    })
    await expect(outcome).rejects.toBe(missing)
    expect(isAsking).toBe(0)
  })
})
