import { describe, expect, test } from 'vitest'
import type { Cell } from '../../src/model/plan.ts'
import { anEnvironment, aVisit, someServerFacts } from '../model/a-run.ts'
import { someInstruments, someStarted } from './a-rig.ts'
import { agent, measure, paired, pairOfAgents, planOf, rounds, single } from './a-session.ts'

const truncated = () => ({ kind: 'truncated' as const, message: 'The stream ended early.' })

describe('what a visit asks of a server', () => {
  test('a cold one unloads, takes one token, then loads, warms up, probes and generates', async () => {
    const { servers } = await measure({ plan: planOf(single, [aVisit({ cold: true })]) })
    // The last unload gives the server back as it was found.
    expect(servers[0]?.diary).toEqual([
      'unload',
      'chat 1',
      'load',
      'chat 8',
      'chat 8',
      'chat 1',
      'chat 16',
      'unload',
    ])
  })

  test('a second visit of the same set-up asks for the load again, and warms up no more', async () => {
    const { servers } = await measure({
      plan: planOf(single, rounds(2)),
      servers: [{ loaded: ['tiny:latest'] }],
    })
    expect(servers[0]?.diary).toEqual([
      'load',
      'chat 8',
      'chat 8',
      'chat 1',
      'chat 16',
      'load',
      'chat 1',
      'chat 16',
    ])
  })

  test('without a number of layers the old runner goes first: a server would keep it, whatever its layers', async () => {
    const head = {
      ...single.head,
      agents: [{ ...agent, options: { num_ctx: 1024, num_predict: 16 } }],
    }
    const { servers } = await measure({
      plan: planOf({ ...single, head }, [aVisit()]),
      servers: [{ loaded: ['tiny:latest'] }],
    })
    expect(servers[0]?.diary.slice(0, 2)).toEqual(['unload', 'load'])
  })
})

describe('the legs of a visit', () => {
  test('two agents go alone first, then together, each on its own server', async () => {
    const { trials } = await measure({ plan: planOf(pairOfAgents, [aVisit()]), servers: [{}, {}] })
    expect(trials[0]?.legs.map(({ kind, calls }) => [kind, calls.map((call) => call.agent)])).toEqual([
      ['probe', [0, 1]],
      ['solo', [0, 1]],
      ['concurrent', [0, 1]],
    ])
    expect(trials[0]?.residency.map(({ server }) => server)).toEqual([0, 1])
  })

  test('agents of one concurrent leg start in the same turn, whatever a call takes', async () => {
    const slow = { callMs: 5000 }
    const { trials } = await measure({ plan: planOf(pairOfAgents, [aVisit()]), servers: [slow, slow] })
    const concurrent = trials[0]?.legs.find(({ kind }) => kind === 'concurrent')
    expect(new Set(concurrent?.calls.map(({ record }) => record.writeMs)).size).toBe(1)
  })
})

describe('a visit that fails', () => {
  test('ends with the failed call, with the reason and the agent', async () => {
    const { trials } = await measure({
      plan: planOf(single, [aVisit()]),
      servers: [{ onChat: truncated }],
    })
    expect(trials[0]?.failure).toBe('a: The stream ended early.')
    expect(trials[0]?.legs).toHaveLength(1)
  })

  test('has no reasons against it beside its failure, whatever was watched', async () => {
    const { trials } = await measure({
      plan: planOf(single, [aVisit()]),
      servers: [{ onChat: truncated }],
      isHot: () => true,
    })
    expect(trials[0]).toMatchObject({ spoiled: [], watched: { gpus: [{ slowdowns: { 'hw-thermal': 1 } }] } })
  })

  test('says what became of a server of our own, and of the GPU', async () => {
    let isDead = false
    const onChat = () => {
      isDead = true
      return truncated()
    }
    const trouble = () => (isDead ? 'http://127.0.0.1:11434 ended by itself with signal SIGKILL.' : null)
    const gpuTrouble = () => 'nvidia-smi: GPU is lost.'
    const instruments = someInstruments({
      watch: { lap: () => [], trouble: gpuTrouble, stop: async () => {} },
    })
    const started = { head: someStarted([], 'head', { trouble }), base: null }
    const { trials } = await measure({
      plan: planOf(single, [aVisit()]),
      servers: [{ onChat }],
      rig: { started, instruments },
    })
    expect(trials[0]?.failure).toBe(
      'a: The stream ended early. http://127.0.0.1:11434 ended by itself with signal SIGKILL. nvidia-smi: GPU is lost.',
    )
  })

  test('is one on a server that is another version by now: nothing of it is a figure', async () => {
    const { trials, servers } = await measure({
      plan: planOf(single, rounds(2)),
      onProgress: ({ kind }, [server]) => {
        if (kind === 'measured' && server) server.ownVersion = '0.24.1'
      },
    })
    expect(trials.map(({ failure }) => failure)).toEqual([
      null,
      'http://127.0.0.1:11434 was version 0.24.0 when the job began, and is 0.24.1 now. Measure again, and let nobody upgrade it meanwhile.',
    ])
    expect(trials[1]?.legs).toEqual([])
    expect(servers[0]?.diary.filter((line) => line === 'load')).toHaveLength(1)
  })

  test('is none on a base of another version: each server is asked for its own', async () => {
    const [head, base] = [
      someServerFacts(),
      someServerFacts({ url: 'http://127.0.0.1:11435', version: '0.23.0' }),
    ]
    const cell: Cell = { ...paired, base: { ...paired.head, agents: [{ ...agent, server: 1 }] } }
    const { trials } = await measure({
      plan: planOf(cell, rounds(1, ['base', 'head'])),
      servers: [{}, {}],
      rig: { environment: anEnvironment({ servers: { head: [head, base], base: [head, base] } }) },
      onProgress: ({ kind }, servers) => {
        if (kind === 'visiting' && servers[1]) servers[1].ownVersion = '0.23.0'
      },
    })
    expect(trials.map(({ failure }) => failure)).toEqual([null, null])
  })
})

describe('a server that has lost the model between two visits', () => {
  const lose = () =>
    measure({
      plan: planOf(pairOfAgents, rounds(3)),
      servers: [{}, {}],
      onProgress: (event, [, second]) => {
        if (event.kind === 'measured' && event.trial.visit.round === 0) second?.forget()
      },
    })

  test('is warmed up again, and the other one is not', async () => {
    const { servers } = await lose()
    const warmUps = servers.map(({ diary }) => diary.filter((line) => line === 'chat 8').length)
    expect(warmUps).toEqual([2, 4])
  })

  test('is a mark on that trial, which counts; none on the next', async () => {
    const { trials } = await lose()
    expect(trials.map(({ visit, watched }) => [visit.round, watched.lostModel])).toEqual([
      [0, []],
      [1, ['http://127.0.0.1:11435']],
      [2, []],
    ])
    expect(trials[1]?.spoiled).toMatchObject([{ rule: 'lost-model', leftOut: false }])
  })

  test('is none when it was unloaded for a cold start', async () => {
    const visits = [aVisit(), aVisit({ round: 1, cold: true })]
    const { trials } = await measure({ plan: planOf(single, visits) })
    expect(trials.flatMap(({ watched }) => watched.lostModel)).toEqual([])
  })
})

describe('the record of a visit', () => {
  test('has both clocks at its beginning and its end', async () => {
    const { trials } = await measure({ plan: planOf(single, [aVisit()]) })
    const [trial] = trials
    // Two warm-up requests, a probe and a generation of 100 ms each.
    expect(trial).toMatchObject({
      startedMs: 1000,
      endedMs: 1400,
      startedAt: '2026-01-01T00:00:01.000Z',
      endedAt: '2026-01-01T00:00:01.400Z',
    })
  })

  test('has a broken placement and a changed context as reasons against it', async () => {
    const { trials } = await measure({
      plan: planOf(single, [aVisit()]),
      servers: [{ residence: { sizeVramBytes: 5, contextLength: 512 } }],
    })
    expect(trials[0]?.spoiled.map(({ rule }) => rule)).toEqual(['partial-residency', 'changed-context'])
    expect(trials).toHaveLength(1)
  })
})
