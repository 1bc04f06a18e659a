/** Measuring again must not excuse what the subject does itself. */
import { describe, expect, test } from 'vitest'
import { judgeMeasured, type MeasuredQuestion } from '../../../src/core/judge/measured.ts'
import type { Spoiled, Trial } from '../../../src/model/run.ts'
import { type ValidityRule, validityRules } from '../../../src/model/validity-rule.ts'
import { aReason, aTrial, aVisit } from '../../model/a-run.ts'

const judge = (question: Partial<MeasuredQuestion>) =>
  judgeMeasured({
    trials: [],
    partners: [],
    planned: 5,
    ended: { how: 'deadline', message: 'The budget of 1 minute ended.' },
    mostSpoiledPercent: 10,
    ...question,
  })

describe('what the subject itself may cause', () => {
  const hot = aReason({ rule: 'thermal-slowdown', detail: 'the GPU was hot' })
  const shared = aReason({ rule: 'foreign-process', detail: 'the GPU was shared' })
  /** So many clean trials after those that have these reasons against them. */
  const spoiledThenClean = (clean: number, ...spoiled: readonly Spoiled[][]): Trial[] =>
    [...spoiled, ...Array<Spoiled[]>(clean).fill([])].map((reasons, round) =>
      aTrial({ visit: aVisit({ round }), spoiled: reasons }),
    )

  test.each<[string, Partial<MeasuredQuestion>, string, string]>([
    [
      'once of six, replaced: that may happen',
      { trials: spoiledThenClean(5, [hot]) },
      'pass',
      '5 of 5 trials count, 1 left out and measured again: the GPU was hot.',
    ],
    [
      'twice of seven, and both were replaced: clean repeats do not excuse it',
      { trials: spoiledThenClean(5, [hot], [hot]) },
      'invalid',
      '2 of 7 trials were left out for what the servers themselves may cause: the GPU was hot (2 times)',
    ],
    [
      'twice of twenty-two: less than a tenth of those measured',
      { trials: spoiledThenClean(20, [hot], [hot]), planned: 20 },
      'pass',
      '20 of 20 trials count, 2 left out and measured again: the GPU was hot (2 times).',
    ],
    [
      'twice of twenty: exactly a tenth is not more',
      { trials: spoiledThenClean(18, [hot], [hot]), planned: 20 },
      'pass',
      '18 of 20 trials count, 2 left out: the GPU was hot (2 times).',
    ],
    [
      'thrice of twenty-three: more than a tenth',
      { trials: spoiledThenClean(20, [hot], [hot], [hot]), planned: 20 },
      'invalid',
      '3 of 23 trials were left out for what the servers themselves may cause: the GPU was hot (3 times)',
    ],
    [
      'twice of seven, as the policy allows',
      { trials: spoiledThenClean(5, [hot], [hot]), mostSpoiledPercent: 30 },
      'pass',
      '5 of 5 trials count, 2 left out and measured again: the GPU was hot (2 times).',
    ],
    [
      'as often, but only marked',
      { trials: spoiledThenClean(5, [{ ...hot, leftOut: false }], [{ ...hot, leftOut: false }]), planned: 7 },
      'pass',
      '7 of 7 trials count.',
    ],
    [
      'hot once, disturbed by others twice: only its own doing convicts',
      { trials: spoiledThenClean(5, [hot], [shared], [shared]) },
      'pass',
      '5 of 5 trials count, 3 left out and measured again: the GPU was shared (2 times); the GPU was hot.',
    ],
    [
      'in its partner’s trials: that is said of the partner',
      {
        trials: spoiledThenClean(7),
        partners: spoiledThenClean(5, [hot], [hot]).map((trial) => ({
          ...trial,
          visit: aVisit({ subject: 'base', round: trial.visit.round }),
        })),
      },
      'pass',
      '5 of 5 trials count, 2 left out and measured again with the other one of their pair: the GPU was hot (2 times).',
    ],
    [
      'while the budget ended: that is told first',
      { trials: spoiledThenClean(1, [hot], [hot]) },
      'inconclusive',
      '3 of 5 trials were measured: The budget of 1 minute ended. Left out: the GPU was hot (2 times).',
    ],
  ])('%s', (_what, question, status, message) => {
    expect(judge(question)).toMatchObject({ status, message })
  })

  const own: readonly ValidityRule[] = [
    'thermal-slowdown',
    'power-slowdown',
    'depressed-clocks',
    'unexpected-load',
    'server-busy',
    'early-stop',
  ]
  test.each(validityRules.map((rule) => [rule, own.includes(rule) ? 'invalid' : 'pass'] as const))(
    'twice %s, replaced: %s',
    (rule, status) => {
      const reason = [aReason({ rule })]
      expect(judge({ trials: spoiledThenClean(5, reason, reason) }).status).toBe(status)
    },
  )

  test('the fix names the way out for what is ordinary on a machine', () => {
    expect(judge({ trials: spoiledThenClean(5, [hot], [hot]) }).fix).toContain('validity.mark-only')
    expect(judge({ trials: spoiledThenClean(4, [shared]) }).fix).toContain('validity.mark-only')
  })
})
