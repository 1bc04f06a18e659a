import { describe, expect, test } from 'vitest'
import { agent, measure, paired, planOf, protocolOf, rounds, single, visitsOf } from './a-session.ts'

const cut = { kind: 'truncated' as const, message: 'cut' }

describe('the journal of a session', () => {
  test('has the header, every trial and the end, in this order', async () => {
    const { journal } = await measure({ plan: planOf(single, rounds(3)) })
    expect(journal.lines.map(({ kind }) => kind)).toEqual(['header', 'trial', 'trial', 'trial', 'ended'])
  })

  test('an abort in the middle keeps the finished trials and says why it ended', async () => {
    const controller = new AbortController()
    const onChat = (_call: unknown, count: number) => {
      if (count === 6) controller.abort(new Error('SIGINT'))
      return null
    }
    const { ended, trials } = await measure({
      plan: planOf(single, rounds(5)),
      servers: [{ onChat }],
      rig: { signal: controller.signal },
    })
    expect(ended).toMatchObject({ how: 'interrupted', message: 'The job was stopped: SIGINT.' })
    expect(trials).toHaveLength(1)
  })

  test('servers keep the models that they had', async () => {
    const { servers } = await measure({
      plan: planOf(single, rounds(1)),
      servers: [{ loaded: ['tiny:latest', 'other:latest'] }],
    })
    const names = (await servers[0]?.loaded())?.map(({ name }) => name).toSorted()
    expect(names).toEqual(['other:latest', 'tiny:latest'])
  })
})

describe('the budget', () => {
  test('ends it cleanly, with what there is', async () => {
    const { ended } = await measure({
      plan: planOf(single, rounds(50)),
      servers: [{ callMs: 5000 }],
      rig: { protocol: protocolOf({ 'budget-minutes': 1 }) },
    })
    expect(ended).toMatchObject({
      how: 'deadline',
      message: expect.stringMatching(/^The budget of 1 minute ended after [1-9]\d? of 50 trials\.$/),
    })
  })

  test('a server that never answers cannot hold the job beyond it', async () => {
    const { ended } = await measure({
      plan: planOf(single, rounds(5)),
      servers: [{ hangs: () => true }],
      rig: { protocol: protocolOf({ 'budget-minutes': 0.001 }) },
    })
    expect(ended).toMatchObject({
      how: 'deadline',
      message: 'The budget of 0 seconds ended after 0 of 5 trials.',
    })
  })
})

describe('a head without hope', () => {
  const twoCells = ['broken', 'cell'].flatMap((cellId) => rounds(5, ['head'], cellId))
  const broken = { ...single, id: 'broken', head: { ...single.head, model: 'broken:latest' } }

  test('a cell whose head fails three times is given up, and the others are measured', async () => {
    const onChat = ({ model }: { readonly model: string }) => (model === 'broken:latest' ? cut : null)
    const { trials, ended } = await measure({
      plan: planOf([broken, single], twoCells),
      servers: [{ onChat }],
    })
    expect(trials.map(({ visit }) => visit.cellId)).toEqual([
      ...Array(3).fill('broken'),
      ...Array(5).fill('cell'),
    ])
    expect(ended).toMatchObject({
      how: 'completed',
      message: 'Cells in which 3 trials of head did not count were given up.',
    })
  })

  test('so is one of which three trials are left out for what would be the same again', async () => {
    const head = { ...single.head, agents: [{ ...agent, server: 1 }] }
    const { trials } = await measure({
      plan: planOf([{ ...single, id: 'broken', head }, single], twoCells),
      servers: [{}, { residence: { sizeVramBytes: 5 } }],
    })
    expect(trials.filter(({ visit }) => visit.cellId === 'broken')).toHaveLength(3)
    expect(trials.filter(({ visit }) => visit.cellId === 'cell')).toHaveLength(5)
  })

  test('one that is only disturbed is not: that may pass', async () => {
    const { trials, ended } = await measure({
      plan: planOf([broken, single], twoCells),
      isHot: ({ cellId, round }) => cellId === 'broken' && round < 5,
    })
    expect(trials.filter(({ visit }) => visit.cellId === 'broken')).toHaveLength(10)
    expect(ended).toMatchObject({ message: 'Every planned trial was measured, and 5 trials again.' })
  })

  test('three failures in a row, and nothing that ever worked, end the job', async () => {
    const onChat = () => ({ kind: 'first-token-timeout' as const, message: 'No token came.' })
    const { ended, trials } = await measure({ plan: planOf(single, rounds(9)), servers: [{ onChat }] })
    expect(ended).toMatchObject({ how: 'failed', message: 'No trial of head counts: a: No token came.' })
    expect(trials).toHaveLength(3)
  })

  test('so do three trials that are left out for what would be the same again', async () => {
    const { ended, trials } = await measure({
      plan: planOf(single, rounds(9)),
      servers: [{ residence: { sizeVramBytes: 5 } }],
    })
    expect(ended).toMatchObject({
      how: 'failed',
      message: expect.stringMatching(/^No trial of head counts: .*50 %/),
    })
    expect(trials).toHaveLength(3)
  })

  test('a head that worked once is measured to the end', async () => {
    const onChat = (_call: unknown, count: number) => (count > 4 ? cut : null)
    const { ended, trials } = await measure({ plan: planOf(single, rounds(6)), servers: [{ onChat }] })
    expect(ended?.how).toBe('completed')
    expect(trials).toHaveLength(6)
  })

  test('a base that does not count is no reason to give up', async () => {
    const { trials, ended } = await measure({
      plan: planOf(paired, rounds(4, ['base', 'head'])),
      isHot: ({ subject }) => subject === 'base',
    })
    expect(ended?.how).toBe('completed')
    expect(visitsOf(trials).filter((visit) => visit.endsWith('head'))).toHaveLength(8)
  })
})

describe('trials that are left out', () => {
  test('are measured again when the plan is through, and the end says so', async () => {
    const { trials, ended } = await measure({
      plan: planOf(single, rounds(3)),
      isHot: ({ round }) => round === 1,
    })
    expect(visitsOf(trials)).toEqual(['0-head', '1-head', '2-head', '3-head'])
    expect(trials.map(({ spoiled }) => spoiled.map(({ rule }) => rule))).toEqual([
      [],
      ['thermal-slowdown'],
      [],
      [],
    ])
    expect(ended).toMatchObject({
      how: 'completed',
      message: 'Every planned trial was measured, and 1 trial again.',
    })
  })

  test('take their pair with them', async () => {
    const { trials } = await measure({
      plan: planOf(paired, rounds(2, ['base', 'head'])),
      isHot: ({ round, subject }) => round === 1 && subject === 'base',
    })
    expect(visitsOf(trials).slice(4)).toEqual(['2-base', '2-head'])
  })

  test('are measured again at most as often as was planned', async () => {
    const { trials, ended } = await measure({
      plan: planOf(single, rounds(3)),
      isHot: ({ round }) => round > 0,
    })
    expect(trials).toHaveLength(6)
    expect(ended).toMatchObject({
      how: 'completed',
      message: 'Every planned trial was measured, and 3 trials again.',
    })
  })

  test('are not measured again beyond the budget', async () => {
    // 20 s for the first trial, 10 s for each of the others: after a fourth one there is no room for a fifth.
    const { trials, ended } = await measure({
      plan: planOf(single, rounds(3)),
      servers: [{ callMs: 5000 }],
      rig: { protocol: protocolOf({ 'budget-minutes': 1 }) },
      isHot: ({ round }) => round > 0,
    })
    expect(visitsOf(trials)).toEqual(['0-head', '1-head', '2-head', '3-head'])
    expect(ended).toMatchObject({
      how: 'completed',
      message: 'Every planned trial was measured, and 1 trial again.',
    })
  })

  test('a repeat that hangs beyond the budget takes nothing from the plan', async () => {
    const { trials, ended } = await measure({
      plan: planOf(single, rounds(3)),
      // Two warm-up requests, then two calls a trial: the ninth is the repeat’s.
      servers: [{ callMs: 1, hangs: (count) => count === 9 }],
      rig: { protocol: protocolOf({ 'budget-minutes': 0.02 }) },
      isHot: ({ round }) => round === 1,
    })
    expect(trials).toHaveLength(3)
    expect(ended).toMatchObject({ how: 'completed', message: 'Every planned trial was measured.' })
  })

  test('reasons that the policy only marks leave nothing out', async () => {
    const { trials } = await measure({
      plan: planOf(single, rounds(3)),
      rig: { protocol: protocolOf({ validity: { 'mark-only': ['thermal-slowdown'] } }) },
      isHot: () => true,
    })
    expect(trials.map(({ spoiled }) => spoiled[0]?.leftOut)).toEqual([false, false, false])
  })

  test('progress never counts more trials done than there are', async () => {
    const counts: string[] = []
    await measure({
      plan: planOf(single, rounds(2)),
      isHot: ({ round }) => round === 1,
      onProgress: (event) => {
        if (event.kind === 'measured') counts.push(`${event.done} of ${event.of}`)
      },
    })
    expect(counts).toEqual(['1 of 2', '2 of 2', '3 of 3'])
  })
})
