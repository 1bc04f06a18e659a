import { describe, expect, test } from 'vitest'
import { MachineError } from '../../src/errors.ts'
import type { Rig } from '../../src/measure/bench-rig.ts'
import { FakeJournal, type FakeServer, someStarted } from './a-rig.ts'
import { measure, paired, planOf, rounds, type Scene, single } from './a-session.ts'

const cells = ['one', 'two'].map((id) => ({ ...single, id }))
const plan = planOf(cells, [...rounds(2, ['head'], 'one'), ...rounds(2, ['head'], 'two')])

/** The diary of a session: its visits, and the restarts between them. */
async function diaryOf(
  scene: Pick<Scene, 'plan' | 'isHot'>,
  rig: (diary: string[]) => Partial<Rig>,
): Promise<{ readonly diary: readonly string[]; readonly servers: readonly FakeServer[] }> {
  const diary: string[] = []
  const { servers } = await measure({
    ...scene,
    rig: rig(diary),
    onProgress: (event) => {
      if (event.kind === 'visiting') diary.push(event.visit.id)
    },
  })
  return { diary, servers }
}

const fresh = (diary: string[]): Partial<Rig> => ({
  restart: 'each-cell',
  started: { head: someStarted(diary, 'head'), base: null },
})

describe('servers of our own', () => {
  test('start anew once for each cell, before its first visit; the first one has them fresh already', async () => {
    const { diary } = await diaryOf({ plan }, fresh)
    expect(diary).toEqual(['one#0-head', 'one#1-head', 'restart head', 'two#0-head', 'two#1-head'])
  })

  test('of base too, after those of head', async () => {
    const two = planOf(
      ['one', 'two'].map((id) => ({ ...paired, id })),
      ['one', 'two'].flatMap((id) => rounds(1, ['base', 'head'], id)),
    )
    const { diary } = await diaryOf({ plan: two }, (own) => ({
      restart: 'each-cell',
      started: { head: someStarted(own, 'head'), base: someStarted(own, 'base') },
    }))
    expect(diary.slice(2)).toEqual(['restart head', 'restart base', 'two#0-base', 'two#0-head'])
  })

  test('start anew for what is measured again in a cell that was left', async () => {
    const isHot: Scene['isHot'] = ({ cellId, round }) => cellId === 'one' && round === 1
    const { diary } = await diaryOf({ plan, isHot }, fresh)
    expect(diary.slice(5)).toEqual(['restart head', 'one#2-head'])
  })

  test('have nothing warm after that, though the next cell wants the same set-up', async () => {
    const { servers } = await diaryOf({ plan }, fresh)
    expect(servers[0]?.diary.filter((line) => line === 'chat 8')).toHaveLength(4)
  })

  test.each<[string, (diary: string[]) => Partial<Rig>]>([
    ['where the policy lets them run on', (diary) => ({ ...fresh(diary), restart: 'never' })],
    ['where they are not ours', () => ({ restart: 'each-cell', started: { head: null, base: null } })],
  ])('are left running %s', async (_what, rig) => {
    const { diary, servers } = await diaryOf({ plan }, rig)
    expect(diary).toEqual(plan.visits.map(({ id }) => id))
    expect(servers[0]?.diary.filter((line) => line === 'chat 8')).toHaveLength(2)
  })

  test('that do not come back end the job; what was measured is on record', async () => {
    const journal = new FakeJournal()
    const problem = new MachineError([{ what: 'The server did not come back.' }])
    const restart = () => Promise.reject(problem)
    const started = { head: someStarted([], 'head', { restart }), base: null }
    await expect(measure({ plan, rig: { restart: 'each-cell', started } }, journal)).rejects.toBe(problem)
    expect(journal.lines.map(({ kind }) => kind)).toEqual(['header', 'trial', 'trial'])
  })
})
