import { describe, expect, test } from 'vitest'
import { judgeRun } from '../../../src/core/judge/judge-run.ts'
import type { Visit } from '../../../src/model/plan.ts'
import type { Trial } from '../../../src/model/run.ts'
import {
  aCall,
  aCell,
  aLeg,
  aPolicy,
  aReason,
  aRun,
  aTrial,
  aVisit,
  aWatch,
  type RunParts,
} from '../../model/a-run.ts'
import { checkOf, limited, trialsOf, verdictOf } from './a-judged-run.ts'

describe('hard assertions', () => {
  const policy = limited({ fail: 5000 })
  const residency = (sizeVramBytes: number, contextLength: number | null = 1024) =>
    [0, 1].map((server) => ({ server, model: 'tiny:latest', sizeBytes: 1000, sizeVramBytes, contextLength }))
  const withResidency = (...list: Parameters<typeof residency>): RunParts => ({
    policy,
    trials: [aTrial({ residency: residency(...list) })],
  })

  test.each([
    ['on the GPU', 1000, 'pass'],
    ['77 % of it', 770, 'fail'],
    ['on the CPU', 0, 'fail'],
  ])('placement, %s: %s', (_what, vram, status) => {
    expect(checkOf(withResidency(vram), 'assertion/placement')?.status).toBe(status)
  })

  test('placement: any asks for none', () => {
    const any = aPolicy({ protocol: { placement: 'any' }, limits: [{ metric: 'warmTtftMs', fail: 5000 }] })
    expect(checkOf({ ...withResidency(0), policy: any }, 'assertion/placement')).toBeUndefined()
  })

  test('a model that ps does not list has an unknown placement', () => {
    expect(checkOf({ policy, trials: [aTrial({ residency: [] })] }, 'assertion/placement')?.status).toBe(
      'invalid',
    )
  })

  test.each([
    ['as asked', 1024, 'pass'],
    ['grown, as a changed default makes it', 32_768, 'fail'],
    ['lowered by the server', 512, 'fail'],
    ['not told', null, 'inconclusive'],
  ])('context length %s: %s', (_what, length, status) => {
    expect(checkOf(withResidency(1000, length), 'assertion/context')?.status).toBe(status)
  })

  test('a context times the slots is what servers before 0.15.5 list', () => {
    const { environment } = aRun()
    const servers = environment.servers.head.map((server) => ({ ...server, version: '0.12.6' }))
    const run = { environment: { ...environment, servers: { head: servers, base: [] } } }
    expect(checkOf({ ...withResidency(1000, 4096), run }, 'assertion/context')?.status).toBe('pass')
  })

  test('one server that lists nothing in one trial leaves the placement unknown', () => {
    const trials = [aTrial(), aTrial({ visit: aVisit({ round: 1 }), residency: residency(1000).slice(0, 1) })]
    expect(checkOf({ policy, trials }, 'assertion/placement')?.status).toBe('invalid')
  })

  test('the agent who suffers decides, and one without figures is not averaged away', () => {
    const legs = (...ttfts: number[]) => [
      aLeg('solo', ...ttfts.map((ttftMs, agent) => aCall({ agent, ttftMs, durationMs: ttftMs + 900 }))),
    ]
    const strict = limited({ fail: 2000 })
    expect(checkOf({ policy: strict, trials: [aTrial({ legs: legs(10, 3900) })] }, 'limit/')).toMatchObject({
      status: 'fail',
      head: 3900,
    })
    expect(checkOf({ policy: strict, trials: [aTrial({ legs: legs(10) })] }, 'limit/')?.status).toBe(
      'invalid',
    )
  })

  test('some trials failed: invalid, with the reason, and never green', () => {
    const trials = [
      aTrial(),
      aTrial({ visit: aVisit({ round: 1 }), failure: 'the stream was cut', legs: [] }),
    ]
    const verdict = verdictOf({ policy, trials })
    expect(verdict.outcome).toBe('inconclusive')
    expect(verdict.checks[0]).toMatchObject({
      status: 'invalid',
      message: '1 of 2 trials failed: the stream was cut',
    })
  })

  test('trials that the budget cut off: inconclusive', () => {
    const run = aRun({ policy })
    const visits = [...run.plan.visits, aVisit({ round: 1 })]
    const verdict = judgeRun(
      {
        ...run,
        plan: { ...run.plan, visits },
        ended: { how: 'deadline', message: 'The budget ended.', atMs: 1 },
      },
      null,
    )
    expect(verdict.outcome).toBe('inconclusive')
  })

  test('all trials spoiled is invalid: excluding everything can never be green', () => {
    const trials = trialsOf([100, 100, 100]).map((trial) => ({
      ...trial,
      spoiled: [aReason()],
    }))
    expect(verdictOf({ policy, trials }).outcome).toBe('inconclusive')
    expect(checkOf({ policy, trials }, 'assertion/measured')?.status).toBe('invalid')
  })
})

describe('trials that are left out', () => {
  const policy = (mostSpoiledPercent: number) =>
    aPolicy({
      limits: [{ metric: 'warmTtftMs', fail: 5000 }],
      protocol: { validity: { 'most-spoiled-percent': mostSpoiledPercent } },
    })
  const spoiled = (trials: readonly Trial[], ...rounds: number[]) =>
    trials.map((trial) => (rounds.includes(trial.visit.round) ? { ...trial, spoiled: [aReason()] } : trial))

  test('are counted, beside those that are only marked and those that were measured again', () => {
    const run = aRun({ policy: policy(10), trials: trialsOf([100, 100, 100, 100]) })
    const [first, second, third, again] = run.trials
    if (!first || !second || !third || !again) throw new Error('four trials were made')
    const trials = [
      { ...first, spoiled: [aReason(), aReason({ leftOut: false })] },
      { ...second, spoiled: [aReason({ leftOut: false })] },
      { ...third, failure: 'cut', legs: [] },
      again,
    ]
    const plan = { ...run.plan, visits: run.plan.visits.slice(0, 3) }
    expect(judgeRun({ ...run, plan, trials }, null).trials).toEqual({
      planned: 3,
      measured: 3,
      again: 1,
      failed: 1,
      leftOut: 1,
      marked: 1,
    })
  })

  test('and were measured again leave a verdict that passes, and says so', () => {
    const run = aRun({ policy: policy(10), trials: spoiled(trialsOf([100, 9000, 100, 100]), 1) })
    const verdict = judgeRun({ ...run, plan: { ...run.plan, visits: run.plan.visits.slice(0, 3) } }, null)
    expect(verdict.outcome).toBe('pass')
    expect(verdict.checks.find(({ id }) => id.startsWith('assertion/measured'))?.message).toContain(
      '1 left out and measured again',
    )
  })

  /** Base's trials and head's, of which those are left out that `isLate` names. */
  const pairsOf = (cellId: string, rounds: number, isLate: (visit: Visit) => boolean): Trial[] =>
    Array.from({ length: rounds }, (_, round) =>
      (['base', 'head'] as const).map((subject) => {
        const visit = aVisit({ cellId, subject, round })
        return aTrial({ visit, spoiled: isLate(visit) ? [aReason()] : [] })
      }),
    ).flat()
  const pairedCell = (id: string) => aCell({ id, base: aCell().head })

  test('of head alone, often, are no accident: the reason may be the change itself', () => {
    const trials = pairsOf('cell', 20, ({ subject, round }) => subject === 'head' && round < 8)
    const parts = { policy: policy(50), cells: [pairedCell('cell')], trials }
    expect(checkOf(parts, 'assertion/measured/head')?.status).toBe('pass')
    expect(checkOf(parts, 'assertion/balance')).toMatchObject({
      id: 'assertion/balance',
      cellId: '',
      status: 'inconclusive',
      trials: 40,
      message: expect.stringMatching(/^8 trials of head but 0 of base were left out: /),
    })
    expect(verdictOf(parts).outcome).toBe('inconclusive')
  })

  test('are weighed over all cells, and told once: too few in each to tell anything', () => {
    const cells = ['a', 'b', 'c', 'd']
    const isLate = ({ subject, round }: Visit) => subject === 'head' && round < 2
    const trials = (ids: readonly string[]) => ids.flatMap((id) => pairsOf(id, 20, isLate))
    const balances = (ids: readonly string[]) =>
      verdictOf({ policy: policy(50), cells: ids.map(pairedCell), trials: trials(ids) })
        .checks.filter(({ id }) => id.startsWith('assertion/balance'))
        .map(({ message }) => message.replace(/:.*/, ''))
    expect(balances(cells.slice(0, 3))).toEqual([])
    expect(balances(cells)).toEqual(['8 trials of head but 0 of base were left out'])
  })

  test('of head in one cell, and of base in another, cancel out', () => {
    const trials = (['head', 'base'] as const).flatMap((late) =>
      pairsOf(late, 20, ({ subject, round }) => subject === late && round < 8),
    )
    const parts = { policy: policy(50), cells: [pairedCell('head'), pairedCell('base')], trials }
    expect(checkOf(parts, 'assertion/balance')).toBeUndefined()
  })

  test('have no balance where head is alone', () => {
    const trials = spoiled(trialsOf(Array<number>(20).fill(100)), ...Array(9).keys())
    expect(checkOf({ policy: policy(50), trials }, 'assertion/balance')).toBeUndefined()
  })

  test('for their placement still say that the model slid to the CPU', () => {
    const trials = trialsOf([100, 100]).map((trial) => ({
      ...trial,
      residency: trial.residency.map((row) => ({ ...row, sizeVramBytes: 0 })),
      spoiled: [aReason({ rule: 'partial-residency' })],
    }))
    expect(checkOf({ policy: policy(10), trials }, 'assertion/placement')).toMatchObject({
      status: 'fail',
      message: 'The model ran on the CPU.',
    })
  })
})

describe('a log that contradicts /api/ps', () => {
  const judged = (placement: 'full-gpu' | 'any') => {
    const trials = [
      aTrial({ watched: aWatch({ fallbacks: ['http://127.0.0.1:11434: offloaded 41/42 layers to GPU'] }) }),
    ]
    const run = aRun({
      policy: aPolicy({ protocol: { placement }, limits: [{ metric: 'warmTtftMs', fail: 1000 }] }),
      trials,
    })
    return judgeRun(run, null).checks.filter(({ id }) => id.includes('/placement/'))
  }

  test('keeps the placement from being shown', () => {
    expect(judged('full-gpu')).toMatchObject([
      { status: 'invalid', message: expect.stringContaining('offloaded 41/42 layers to GPU') },
    ])
  })

  test('says nothing where any placement will do', () => {
    expect(judged('any')).toEqual([])
  })
})
