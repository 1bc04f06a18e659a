import { describe, expect, test } from 'vitest'
import { countTrial, newTally } from '../../src/measure/tally.ts'
import { visitsToCome } from '../../src/measure/visits-to-come.ts'
import type { Plan, Visit } from '../../src/model/plan.ts'
import type { Trial } from '../../src/model/run.ts'
import { aCell, aPolicy, aReason, aTrial } from '../model/a-run.ts'
import { planOf, rounds } from './a-session.ts'

/** Follows the visits, each with the outcome that `outcome` gives it; which they were. */
function follow(plan: Plan, outcome: (visit: Visit) => Partial<Trial>): readonly string[] {
  const tally = newTally()
  const made: string[] = []
  const { protocol } = aPolicy()
  for (const visit of visitsToCome({ plan, protocol, resumed: [], tally })) {
    made.push(visit.id)
    countTrial(tally, aTrial({ visit, ...outcome(visit) }))
  }
  return made
}

const [a, b] = [aCell({ id: 'a' }), aCell({ id: 'b' })]
const plan = planOf([a, b], [...rounds(4, ['head'], 'a'), ...rounds(4, ['head'], 'b')])
const planned = plan.visits.map(({ id }) => id)
const hot = { spoiled: [aReason()] }
const short = { spoiled: [aReason({ rule: 'early-stop' })] }

describe('the visits to come', () => {
  test.each<[string, (visit: Visit) => Partial<Trial>, string[]]>([
    ['are those of the plan', () => ({}), planned],
    [
      'are followed by repeats of every cell, in the order of the plan',
      ({ round }) => (round === 1 ? hot : {}),
      [...planned, 'a#4-head', 'b#4-head'],
    ],
    [
      'go on until the repeats count too',
      ({ cellId, round }) => (cellId === 'a' && (round === 1 || round === 4) ? hot : {}),
      [...planned, 'a#4-head', 'a#5-head'],
    ],
    [
      'pass over a cell without hope, in the plan and in the repeats',
      ({ cellId, round }) => (cellId === 'a' ? short : round === 1 ? hot : {}),
      ['a#0-head', 'a#1-head', 'a#2-head', ...planned.slice(4), 'b#4-head'],
    ],
    [
      'pass over none that is only disturbed: that may pass',
      ({ cellId, round }) => (cellId === 'a' && round < 7 ? hot : {}),
      [...planned, 'a#4-head', 'a#5-head', 'a#6-head', 'a#7-head'],
    ],
    [
      'end, though nothing of a cell but its first trial ever counts',
      ({ cellId, round }) => (cellId === 'b' && round > 0 ? hot : {}),
      [...planned, 'b#4-head', 'b#5-head', 'b#6-head', 'b#7-head'],
    ],
  ])('%s', (_what, outcome, visits) => {
    expect(follow(plan, outcome)).toEqual(visits)
  })
})
