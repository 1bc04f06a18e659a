import { describe, expect, test } from 'vitest'
import type { EarlierWork } from '../../src/measure/session-state.ts'
import type { Visit } from '../../src/model/plan.ts'
import type { Trial } from '../../src/model/run.ts'
import { aPause, aReason, aTrial } from '../model/a-run.ts'
import { someStarted } from './a-rig.ts'
import { measure, paired, planOf, protocolOf, rounds, type Scene, single, visitsOf } from './a-session.ts'

const minute = 60_000

/** What earlier processes measured, a second a trial, before a pause of a minute. */
const earlierOf = (
  visits: readonly Visit[],
  overrides: Partial<EarlierWork> & { readonly trial?: (visit: Visit) => Partial<Trial> } = {},
): EarlierWork => {
  const { trial, ...rest } = overrides
  const trials = visits.map((visit, i) =>
    aTrial({
      visit,
      startedMs: (i - visits.length) * 1000,
      endedMs: (i + 1 - visits.length) * 1000,
      ...trial?.(visit),
    }),
  )
  return { trials, resumed: [aPause({ atMs: 1000 })], spentMs: visits.length * 1000, ...rest }
}

const plan = planOf(single, rounds(5))
const pairs = planOf(paired, rounds(2, ['base', 'head']))

/** Goes on after the first visits of the plan. */
const goOn = (scene: Scene, done: number, overrides: Parameters<typeof earlierOf>[1] = {}) =>
  measure({ ...scene, earlier: earlierOf(scene.plan.visits.slice(0, done), overrides) })

const hot = { spoiled: [aReason({ rule: 'thermal-slowdown' })] }

describe('a session that goes on', () => {
  test('writes that it does, and no second header', async () => {
    const { journal } = await goOn({ plan }, 3)
    expect(journal.lines.map(({ kind }) => kind)).toEqual(['resumed', 'trial', 'trial', 'ended'])
    expect(journal.lines[0]).toEqual({ kind: 'resumed', resumed: aPause({ atMs: 1000 }) })
  })

  test('writes the last pause of several: the others are in the journal', async () => {
    const last = aPause({ atMs: 1000, pausedMs: 7 })
    const { journal } = await goOn({ plan }, 3, { resumed: [aPause({ atMs: -2500 }), last] })
    expect(journal.lines[0]).toEqual({ kind: 'resumed', resumed: last })
  })

  test('measures what is missing, in the order of the plan', async () => {
    const { trials, ended } = await goOn({ plan }, 3)
    expect(visitsOf(trials)).toEqual(['3-head', '4-head'])
    expect(ended).toMatchObject({ how: 'completed', message: 'Every planned trial was measured.' })
  })

  test('completes a pair of which one member is there', async () => {
    const { trials } = await goOn({ plan: pairs }, 1)
    expect(visitsOf(trials)).toEqual(['0-head', '1-base', '1-head'])
  })

  test('measures a pair again that a long pause tore apart', async () => {
    const { trials } = await goOn({ plan: pairs }, 1, {
      resumed: [aPause({ atMs: 1000, pausedMs: 11 * minute })],
    })
    expect(visitsOf(trials)).toEqual(['0-head', '1-base', '1-head', '2-base', '2-head'])
  })

  test('measures nothing when nothing is missing', async () => {
    const { trials, ended, servers } = await goOn({ plan }, 5)
    expect(trials).toEqual([])
    expect(servers[0]?.diary).toEqual([])
    expect(ended?.how).toBe('completed')
  })

  test('goes on with the repeats when the plan is through', async () => {
    const { trials, ended } = await goOn({ plan }, 5, { trial: ({ round }) => (round === 1 ? hot : {}) })
    expect(visitsOf(trials)).toEqual(['5-head'])
    expect(ended).toMatchObject({ message: 'Every planned trial was measured, and 1 trial again.' })
  })

  test('knows the repeats that were made already', async () => {
    const visits = [...plan.visits, ...rounds(6).slice(5)]
    const earlier = earlierOf(visits, { trial: ({ round }) => (round === 1 ? hot : {}) })
    const { trials, ended } = await measure({ plan, earlier })
    expect(trials).toEqual([])
    expect(ended).toMatchObject({ message: 'Every planned trial was measured, and 1 trial again.' })
  })

  test('leaves the cell that it goes on with on the servers that it just started', async () => {
    const diary: string[] = []
    const started = { head: someStarted(diary, 'head'), base: null }
    const cells = ['one', 'two'].map((id) => ({ ...single, id }))
    const visits = ['one', 'two'].flatMap((id) => rounds(2, ['head'], id))
    const { trials } = await goOn({ plan: planOf(cells, visits), rig: { restart: 'each-cell', started } }, 1)
    expect(trials).toHaveLength(3)
    expect(diary).toEqual(['restart head'])
  })

  test('tells progress of the whole plan', async () => {
    const told: string[] = []
    await goOn(
      {
        plan,
        onProgress: (event) => {
          if (event.kind === 'measured') told.push(`${event.done} of ${event.of}`)
        },
      },
      3,
    )
    expect(told).toEqual(['4 of 5', '5 of 5'])
  })
})

describe('what earlier processes spent and learned', () => {
  test('is off the budget', async () => {
    const scene = {
      plan,
      rig: { protocol: protocolOf({ 'budget-minutes': 1 }) },
      servers: [{ callMs: 1000 }],
    }
    const { trials, ended } = await goOn(scene, 2, { spentMs: minute - 5000 })
    // Four seconds with the warm-up for the first one; the next would end after the budget.
    expect(visitsOf(trials)).toEqual(['2-head'])
    expect(ended).toMatchObject({
      how: 'deadline',
      message: 'The budget of 1 minute ended after 3 of 5 trials.',
    })
  })

  test('may be all of it: nothing is begun', async () => {
    const rig = { protocol: protocolOf({ 'budget-minutes': 1 }) }
    const { trials, ended } = await goOn({ plan, rig }, 2, { spentMs: 2 * minute })
    expect(trials).toEqual([])
    expect(ended).toMatchObject({
      how: 'deadline',
      message: 'The budget of 1 minute ended after 2 of 5 trials.',
    })
  })

  test('a head that failed twice before gets one more attempt, not three', async () => {
    const onChat = () => ({ kind: 'truncated' as const, message: 'cut' })
    const { trials, ended } = await goOn({ plan, servers: [{ onChat }] }, 2, {
      trial: () => ({ failure: 'cut', legs: [] }),
    })
    expect(trials).toHaveLength(1)
    expect(ended).toMatchObject({ how: 'failed', message: 'No trial of head counts: a: cut' })
  })

  test('a head that worked before is measured to the end', async () => {
    const onChat = () => ({ kind: 'truncated' as const, message: 'cut' })
    const { trials, ended } = await goOn({ plan, servers: [{ onChat }] }, 1)
    expect(trials).toHaveLength(4)
    expect(ended?.how).toBe('completed')
  })
})
