import { describe, expect, test } from 'vitest'
import { repeatVisits, type TrialOutline } from '../../../src/core/plan/repeat-visits.ts'
import type { Plan, SubjectName, Visit } from '../../../src/model/plan.ts'
import type { Spoiled } from '../../../src/model/run.ts'
import { aCell, aGpuSpan, aPause, aPolicy, aReason, aTrial, aVisit, aWatch } from '../../model/a-run.ts'

const { protocol } = aPolicy()

interface PlanParts {
  readonly rounds: number
  readonly subjects?: readonly SubjectName[]
  readonly cold?: boolean
  readonly cellId?: string
}

/** Rounds in alternating order, the first of them cold where it says so. */
const visitsOf = ({ rounds, subjects = ['head'], cold = false, cellId = 'cell' }: PlanParts): Visit[] =>
  Array.from({ length: rounds }, (_, round) =>
    (round % 2 === 0 ? subjects : subjects.toReversed()).map((subject) =>
      aVisit({ cellId, subject, round, cold: cold && round === 0 }),
    ),
  ).flat()

const planOf = (visits: readonly Visit[]): Plan => ({
  seed: 1,
  cells: [...new Set(visits.map(({ cellId }) => cellId))].map((id) => aCell({ id })),
  visits: [...visits],
})

const pairs: PlanParts = { rounds: 4, subjects: ['head', 'base'] }

/** What went wrong with trials, by "round-subject"; text is a failure. */
type Mishaps = Readonly<Record<string, readonly Spoiled[] | string>>

const hot = [aReason({ rule: 'thermal-slowdown' })]
const short = [aReason({ rule: 'early-stop' })]

const trialOf = (visit: Visit, mishaps: Mishaps): TrialOutline => {
  const mishap = mishaps[`${visit.round}-${visit.subject}`] ?? []
  return typeof mishap === 'string'
    ? aTrial({ visit, failure: mishap })
    : aTrial({ visit, spoiled: [...mishap] })
}

interface Row {
  readonly plan: PlanParts
  readonly mishaps?: Mishaps
  /** Visits measured after the plan, e.g. "5-head", or "5-head cold". */
  readonly extra?: readonly string[]
}

const parseVisit = (text: string): Visit => {
  const [round, subject, cold] = text.split(/[- ]/)
  return aVisit({
    round: Number(round),
    subject: subject === 'base' ? 'base' : 'head',
    cold: cold === 'cold',
  })
}

const nameOf = ({ round, subject, cold }: Visit) => `${round}-${subject}${cold ? ' cold' : ''}`

const repeatsOf = ({ plan, mishaps = {}, extra = [] }: Row): readonly string[] => {
  const visits = visitsOf(plan)
  const trials = [...visits, ...extra.map(parseVisit)].map((visit) => trialOf(visit, mishaps))
  return repeatVisits(planOf(visits), { trials, resumed: [], protocol }).map(nameOf)
}

describe('what is measured again', () => {
  test.each<[string, Row, string[]]>([
    ['everything counts: nothing', { plan: { rounds: 3 } }, []],
    [
      'one trial is left out: a further round',
      { plan: { rounds: 3 }, mishaps: { '1-head': hot } },
      ['3-head'],
    ],
    [
      'a mark is no reason',
      { plan: { rounds: 3 }, mishaps: { '1-head': [aReason({ leftOut: false })] } },
      [],
    ],
    [
      'two are left out: two rounds',
      { plan: { rounds: 3 }, mishaps: { '0-head': hot, '2-head': hot } },
      ['3-head', '4-head'],
    ],
    [
      'one member of a pair is left out: both are measured again',
      { plan: pairs, mishaps: { '1-base': hot } },
      ['4-head', '4-base'],
    ],
    [
      'both members are left out: one pair',
      { plan: pairs, mishaps: { '1-base': hot, '1-head': hot } },
      ['4-head', '4-base'],
    ],
    [
      'two pairs: they alternate on from the last round',
      { plan: pairs, mishaps: { '1-base': hot, '2-head': hot } },
      ['4-head', '4-base', '5-base', '5-head'],
    ],
    [
      'the cold round is left out: the first of the further ones is cold',
      { plan: { rounds: 3, cold: true }, mishaps: { '0-head': hot, '1-head': hot } },
      ['3-head cold', '4-head'],
    ],
    [
      'a warm round is left out: the cold one counts already',
      { plan: { rounds: 3, cold: true }, mishaps: { '1-head': hot } },
      ['3-head'],
    ],
    [
      'one member of the cold pair is left out, which takes the other: both are cold again',
      { plan: { ...pairs, cold: true }, mishaps: { '0-base': hot } },
      ['4-head cold', '4-base cold'],
    ],
    [
      'what comes out the same is not tried again',
      { plan: { rounds: 3 }, mishaps: { '0-head': short, '1-head': short, '2-head': short } },
      [],
    ],
    [
      'nor is a pair of which one member comes out the same',
      { plan: pairs, mishaps: { '1-base': hot, '1-head': short } },
      [],
    ],
    [
      'what passes beside what lasts may have caused it: it is tried again',
      { plan: { rounds: 3 }, mishaps: { '1-head': [...hot, ...short] } },
      ['3-head'],
    ],
    [
      'a round that broke is not slow: it is not tried again',
      { plan: { rounds: 3 }, mishaps: { '1-head': 'cut' } },
      [],
    ],
    ['nor is one whose partner broke', { plan: pairs, mishaps: { '1-head': 'cut', '1-base': hot } }, []],
    [
      'nothing is planned cold: nothing is measured cold',
      { plan: { rounds: 1 }, mishaps: { '0-head': hot } },
      ['1-head'],
    ],
  ])('%s', (_what, row, again) => {
    expect(repeatsOf(row)).toEqual(again)
  })
})

describe('asked again after repeats', () => {
  const one: Row = { plan: { rounds: 3 }, mishaps: { '1-head': hot } }
  test.each<[string, Row, string[]]>([
    ['the repeat counts: nothing more', { ...one, extra: ['3-head'] }, []],
    [
      'the repeat is left out too: another one',
      { ...one, mishaps: { '1-head': hot, '3-head': hot }, extra: ['3-head'] },
      ['4-head'],
    ],
    [
      'the repeat broke: that is the end of it',
      { ...one, mishaps: { '1-head': hot, '3-head': 'cut' }, extra: ['3-head'] },
      [],
    ],
    [
      'everything is left out: as many rounds again as were planned',
      { plan: { rounds: 2 }, mishaps: { '0-head': hot, '1-head': hot } },
      ['2-head', '3-head'],
    ],
    [
      'and no more, however they came out',
      {
        plan: { rounds: 2 },
        mishaps: { '0-head': hot, '1-head': hot, '2-head': hot, '3-head': hot },
        extra: ['2-head', '3-head'],
      },
      [],
    ],
    [
      'half of that is gone: the other half',
      {
        plan: { rounds: 2 },
        mishaps: { '0-head': hot, '1-head': hot, '2-head': hot },
        extra: ['2-head'],
      },
      ['3-head'],
    ],
    [
      'the cold repeat counts: the next is warm',
      {
        plan: { rounds: 3, cold: true },
        mishaps: { '0-head': hot, '1-head': hot },
        extra: ['3-head cold'],
      },
      ['4-head'],
    ],
    [
      'the cold repeat is left out: the next is cold again',
      {
        plan: { rounds: 3, cold: true },
        mishaps: { '0-head': hot, '3-head': hot },
        extra: ['3-head cold'],
      },
      ['4-head cold'],
    ],
  ])('%s', (_what, row, again) => {
    expect(repeatsOf(row)).toEqual(again)
  })
})

describe('a further round that a killed job left half done', () => {
  test.each<[string, Row, string[]]>([
    ['is completed', { plan: pairs, mishaps: { '1-base': hot }, extra: ['4-head'] }, ['4-base']],
    [
      'is completed before the next',
      { plan: pairs, mishaps: { '1-base': hot, '2-head': hot }, extra: ['4-head'] },
      ['4-base', '5-base', '5-head'],
    ],
    [
      'is completed cold when it began cold',
      { plan: { ...pairs, cold: true }, mishaps: { '0-head': hot }, extra: ['4-head cold'] },
      ['4-base cold'],
    ],
    [
      'has nothing to complete where head is alone',
      { plan: { rounds: 3 }, mishaps: { '1-head': hot }, extra: ['3-head'] },
      [],
    ],
  ])('%s', (_what, row, again) => {
    expect(repeatsOf(row)).toEqual(again)
  })
})

describe('reasons that only the whole job shows', () => {
  test('a trial at depressed clocks is measured again', () => {
    const visits = visitsOf({ rounds: 5 })
    const trials = visits.map((visit) =>
      aTrial({
        visit,
        watched: aWatch({ gpus: [aGpuSpan({ smClockMegahertz: visit.round === 2 ? 1200 : 2400 })] }),
      }),
    )
    expect(repeatVisits(planOf(visits), { trials, resumed: [], protocol }).map(nameOf)).toEqual(['5-head'])
  })

  test('a pair that a long pause tore apart is measured again', () => {
    const visits = visitsOf({ rounds: 1, subjects: ['base', 'head'] })
    const trials = visits.map((visit, i) =>
      aTrial({ visit, startedMs: i * 3_600_000, endedMs: i * 3_600_000 + 1 }),
    )
    const resumed = [aPause({ atMs: 3_600_000, pausedMs: 3_599_999 })]
    const again = (pauses: typeof resumed) =>
      repeatVisits(planOf(visits), { trials, resumed: pauses, protocol }).map(nameOf)
    expect(again(resumed)).toEqual(['1-head', '1-base'])
    expect(again([])).toEqual([])
  })
})

describe('the visits', () => {
  test('are named as planned ones are, each cell for itself, in the order of the plan', () => {
    const visits = [...visitsOf({ rounds: 2, cellId: 'b' }), ...visitsOf({ rounds: 2, cellId: 'a' })]
    const trials = visits.map((visit) => trialOf(visit, { '1-head': hot }))
    const again = repeatVisits(planOf(visits), { trials, resumed: [], protocol })
    expect(again).toEqual([
      { id: 'b#2-head', cellId: 'b', subject: 'head', round: 2, cold: false },
      { id: 'a#2-head', cellId: 'a', subject: 'head', round: 2, cold: false },
    ])
  })

  test('of a plan that was not begun are none', () => {
    expect(repeatVisits(planOf(visitsOf(pairs)), { trials: [], resumed: [], protocol })).toEqual([])
  })
})
