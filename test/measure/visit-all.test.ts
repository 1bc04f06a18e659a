import { describe, expect, test } from 'vitest'
import { MachineError } from '../../src/errors.ts'
import { type FakeServer, someStarted } from './a-rig.ts'
import { measure, planOf, protocolOf, rounds, type Scene, single } from './a-session.ts'

describe('a disturbance', () => {
  // Four seconds with the warm-up for the first trial, two for each of the others; a quarter of the budget are fifteen.
  const scene = {
    plan: planOf(single, rounds(9)),
    servers: [{ callMs: 1000 }],
    rig: { protocol: protocolOf({ 'budget-minutes': 1 }) },
  }

  test('that does not pass within a quarter of the budget ends the job, and says what it was', async () => {
    const { ended, trials } = await measure({ ...scene, isHot: () => true })
    expect(ended).toMatchObject({
      how: 'failed',
      message: expect.stringMatching(
        /^No trial counts after 16 seconds: the GPU slowed down because of its temperature/,
      ),
    })
    expect(trials).toHaveLength(7)
  })

  test.each<[string, Partial<Scene>]>([
    ['that passed once', { isHot: ({ round }) => round !== 2 }],
    ['in a job with time to wait for its end', { isHot: () => true, rig: {} }],
    [
      'that the policy only marks',
      {
        isHot: () => true,
        rig: { protocol: protocolOf({ validity: { 'mark-only': ['thermal-slowdown'] } }) },
      },
    ],
  ])('%s does not', async (_what, changes) => {
    const { ended, trials } = await measure({ ...scene, ...changes })
    expect(ended?.how).toBe('completed')
    expect(trials.length).toBeGreaterThanOrEqual(9)
  })
})

describe('a sustained trial', () => {
  const cell = { ...single, workload: 'sustained' as const }
  const measured = (minutes: number) =>
    measure({
      plan: planOf(cell, rounds(3)),
      servers: [{ callMs: 10_000 }],
      rig: {
        protocol: protocolOf({ 'sustain-minutes': 2, 'budget-minutes': minutes, 'warmup-requests': 0 }),
      },
    })

  test('is not begun when the budget would cut it off', async () => {
    const { ended, trials } = await measured(5)
    expect(trials.map(({ legs }) => legs.map(({ kind }) => kind))).toEqual([['sustained'], ['sustained']])
    expect(ended).toMatchObject({
      how: 'deadline',
      message: 'The budget of 5 minutes ended after 2 of 3 trials.',
    })
  })

  test('is measured as often as planned where there is time', async () => {
    expect((await measured(7)).trials).toHaveLength(3)
  })
})

describe('the models of other cells', () => {
  const cellOf = (id: string, model: string) => ({ ...single, id, head: { ...single.head, model } })
  const both = planOf(
    [cellOf('a', 'a:latest'), cellOf('b', 'b:latest')],
    [...rounds(2, ['head'], 'a'), ...rounds(1, ['head'], 'b')],
  )

  /** What the first server holds when each visit begins, and at the end; by visit. */
  async function heldIn(scene: Scene): Promise<Record<string, readonly string[]>> {
    const held: [string, ReturnType<FakeServer['loaded']>][] = []
    const { servers } = await measure({
      ...scene,
      onProgress: (event, [server]) => {
        if (event.kind === 'visiting' && server) held.push([event.visit.id, server.loaded()])
      },
    })
    if (servers[0]) held.push(['end', servers[0].loaded()])
    const names = held.map(
      async ([id, models]) => [id, (await models).map(({ name }) => name).toSorted()] as const,
    )
    return Object.fromEntries(await Promise.all(names))
  }

  test('make room when a cell is entered, and no sooner', async () => {
    expect(await heldIn({ plan: both })).toEqual({
      'a#0-head': [],
      'a#1-head': ['a:latest'],
      'b#0-head': [],
      end: [],
    })
  })

  test('stay where they were found before the job', async () => {
    expect(await heldIn({ plan: both, servers: [{ loaded: ['a:latest', 'x:latest'] }] })).toEqual({
      'a#0-head': ['a:latest', 'x:latest'],
      'a#1-head': ['a:latest', 'x:latest'],
      'b#0-head': ['a:latest', 'x:latest'],
      end: ['a:latest', 'x:latest'],
    })
  })

  test('stay where the next cell wants them too, be it for its base', async () => {
    const pair = { ...cellOf('b', 'b:latest'), base: cellOf('a', 'a:latest').head }
    const visits = [...rounds(1, ['head'], 'a'), ...rounds(1, ['base', 'head'], 'b')]
    expect(await heldIn({ plan: planOf([cellOf('a', 'a:latest'), pair], visits) })).toEqual({
      'a#0-head': [],
      'b#0-base': ['a:latest'],
      'b#0-head': ['a:latest'],
      end: [],
    })
  })

  test('on a server that does not answer meanwhile: the trial tells of it, and the job goes on', async () => {
    const silent = () => Promise.reject(new MachineError([{ what: 'The server does not answer.' }]))
    const { trials, ended } = await measure({
      plan: both,
      onProgress: (event, servers) => {
        if (event.kind === 'measured' && event.trial.visit.id === 'a#1-head')
          for (const server of servers) server.loaded = silent
      },
    })
    expect(trials.map(({ failure }) => failure)).toEqual([null, null, 'The server does not answer.'])
    expect(ended?.how).toBe('completed')
  })
})

describe('a server of ours that died', () => {
  const dieAfterFirst = async (restart: 'never' | 'each-cell') => {
    let isDead = false
    const trouble = () => (isDead ? 'http://127.0.0.1:11434 ended by itself with code 1.' : null)
    return measure({
      plan: planOf(single, rounds(3)),
      rig: { restart, started: { head: someStarted([], 'head', { trouble }), base: null } },
      onProgress: ({ kind }) => {
        if (kind === 'measured') isDead = true
      },
    })
  }

  test('and that nobody starts again ends the job, with how it died', async () => {
    const { ended, trials } = await dieAfterFirst('never')
    expect(ended).toMatchObject({
      how: 'failed',
      message: 'The job could not go on: http://127.0.0.1:11434 ended by itself with code 1.',
    })
    expect(trials).toHaveLength(1)
  })

  test('and that starts anew for the next cell does not', async () => {
    expect((await dieAfterFirst('each-cell')).trials).toHaveLength(3)
  })
})
