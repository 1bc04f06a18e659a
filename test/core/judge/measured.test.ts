import { describe, expect, test } from 'vitest'
import { judgeBalance, judgeMeasured, type MeasuredQuestion } from '../../../src/core/judge/measured.ts'
import type { SubjectName } from '../../../src/model/plan.ts'
import type { Trial } from '../../../src/model/run.ts'
import { aReason, aTrial, aVisit } from '../../model/a-run.ts'

const shared = aReason({ rule: 'foreign-process', detail: 'the GPU was shared' })
const cool = aReason({ rule: 'power-cap', detail: 'the GPU was at its power cap', leftOut: false })

/** Rounds of one subject, of which those named are left out. */
const rounds = (number: number, leftOut: readonly number[] = [], subject: SubjectName = 'head'): Trial[] =>
  Array.from({ length: number }, (_, round) =>
    aTrial({ visit: aVisit({ subject, round }), spoiled: leftOut.includes(round) ? [shared] : [] }),
  )

const upTo = (number: number) => Array.from({ length: number }, (_, round) => round)

const judge = (question: Partial<MeasuredQuestion>) =>
  judgeMeasured({
    trials: [],
    partners: [],
    planned: 5,
    ended: { how: 'deadline', message: 'The budget of 1 minute ended.' },
    mostSpoiledPercent: 10,
    ...question,
  })

describe('whether enough trials count', () => {
  test.each<[string, Partial<MeasuredQuestion>, string, string]>([
    ['all of them', { trials: rounds(5) }, 'pass', '5 of 5 trials count.'],
    [
      'a mark is no reason to leave out',
      { trials: rounds(5).map((trial) => ({ ...trial, spoiled: [cool] })) },
      'pass',
      '5 of 5 trials count.',
    ],
    [
      'one of five is left out and not replaced: more than a tenth',
      { trials: rounds(5, [2]) },
      'invalid',
      '1 of 5 trials do not count: the GPU was shared',
    ],
    [
      'one of five is left out and replaced: a pass that says so',
      { trials: rounds(6, [2]) },
      'pass',
      '5 of 5 trials count, 1 left out and measured again: the GPU was shared.',
    ],
    [
      'two of twenty are left out: a tenth, and no more',
      { trials: rounds(20, [3, 4]), planned: 20 },
      'pass',
      '18 of 20 trials count, 2 left out: the GPU was shared (2 times).',
    ],
    [
      'three of twenty are left out, and one was replaced',
      { trials: rounds(21, [3, 4, 5]), planned: 20 },
      'pass',
      '18 of 20 trials count, 3 left out: the GPU was shared (3 times).',
    ],
    [
      'the policy allows more',
      { trials: rounds(5, [2]), mostSpoiledPercent: 20 },
      'pass',
      '4 of 5 trials count, 1 left out: the GPU was shared.',
    ],
    [
      'all are left out, and the policy allows everything: never a pass',
      { trials: rounds(5, upTo(5)), mostSpoiledPercent: 100 },
      'invalid',
      '5 of 5 trials do not count: the GPU was shared (5 times)',
    ],
    [
      'more are left out than count, though every one was replaced: chance chose those that count',
      { trials: rounds(11, upTo(6)) },
      'invalid',
      '6 of 11 trials do not count: the GPU was shared (6 times)',
    ],
    [
      'as many left out as count, and all of them replaced',
      { trials: rounds(10, upTo(5)) },
      'pass',
      '5 of 5 trials count, 5 left out and measured again: the GPU was shared (5 times).',
    ],
    [
      'the budget ended: what is there may still be judged',
      { trials: rounds(3) },
      'inconclusive',
      '3 of 5 trials were measured: The budget of 1 minute ended.',
    ],
    [
      'the budget ended before one that counts',
      { trials: rounds(2, [0, 1]) },
      'invalid',
      '2 of 5 trials were measured: The budget of 1 minute ended. Left out: the GPU was shared (2 times).',
    ],
    ['nothing was measured', {}, 'invalid', '0 of 5 trials were measured: The budget of 1 minute ended.'],
    [
      'a trial broke: that is told before anything that was left out',
      { trials: [...rounds(4, [0]), aTrial({ failure: 'the stream was cut' })] },
      'invalid',
      '1 of 5 trials failed: the stream was cut',
    ],
    [
      'one that was measured again broke',
      { trials: [...rounds(5, [0]), aTrial({ failure: 'the stream was cut' })] },
      'invalid',
      '1 of 6 trials failed: the stream was cut',
    ],
    [
      'base is left out: head’s trial of that round counts no more either',
      { trials: rounds(5), partners: rounds(5, [2], 'base') },
      'invalid',
      '1 of 5 trials do not count with the other one of its pair: the GPU was shared',
    ],
    [
      'each side has lost its own tenth, which together is a fifth of the pairs',
      { trials: rounds(10, [0]), partners: rounds(10, [1], 'base'), planned: 10 },
      'invalid',
      '2 of 10 trials do not count, 1 of them with the other one of its pair: the GPU was shared (2 times)',
    ],
    [
      'the pair was measured again',
      { trials: rounds(6), partners: rounds(6, [2], 'base') },
      'pass',
      '5 of 5 trials count, 1 left out and measured again with the other one of its pair: the GPU was shared.',
    ],
  ])('%s', (_what, question, status, message) => {
    expect(judge(question)).toMatchObject({ status, message })
  })

  test('the three most frequent reasons are named, the most frequent first', () => {
    const details = ['a', 'b', 'b', 'c', 'd', 'd', 'd']
    const trials = details.map((detail, round) =>
      aTrial({ visit: aVisit({ round }), spoiled: [aReason({ detail }), cool] }),
    )
    expect(judge({ trials, planned: 7 }).message).toBe(
      '7 of 7 trials do not count: d (3 times); b (2 times); a',
    )
  })
})

describe('whether chance chose what is left out', () => {
  test.each<[string, number, number, string | null]>([
    ['nothing is left out', 0, 0, null],
    ['as many of head as of base', 9, 9, null],
    ['seven of head and none of base: a fair coin does that once in 64', 7, 0, null],
    ['eight of head and none of base: once in 128', 8, 0, 'inconclusive'],
    ['as bad the other way round', 0, 8, 'inconclusive'],
    ['twelve against two', 12, 2, null],
    ['thirteen against two', 13, 2, 'inconclusive'],
  ])('%s', (_what, heads, bases, status) => {
    const found = judgeBalance(rounds(20, upTo(heads)), rounds(20, upTo(bases), 'base'))
    expect(found?.status ?? null).toBe(status)
  })

  test('it says how many of each, and why', () => {
    expect(judgeBalance(rounds(20, upTo(9)), rounds(20, [0], 'base'))).toBeNull()
    expect(judgeBalance(rounds(20, upTo(12)), rounds(20, [0], 'base'))?.message).toBe(
      '12 trials of head but 1 of base were left out: the GPU was shared (13 times)',
    )
  })
})
