/** A metric that some trials do not tell, though nothing about them failed. */
import { describe, expect, test } from 'vitest'
import { addToBaseline } from '../../../src/core/make-baseline.ts'
import type { Baseline } from '../../../src/model/baseline.ts'
import type { Cell } from '../../../src/model/plan.ts'
import type { Call, Trial } from '../../../src/model/run.ts'
import {
  aCall,
  aCell,
  aChat,
  aLeg,
  anAgent,
  aPolicy,
  aRun,
  aTrial,
  aVisit,
  evenLegs,
} from '../../model/a-run.ts'
import { aFigure } from '../analysis/a-sweep.ts'
import { checkOf, verdictOf } from './a-judged-run.ts'

/** All of the text in one chunk: no client can tell a decode rate of it. */
const inOneChunk = (): Call => aCall({ record: { chunks: 1, chunkGapsUs: [] } })

const alone = aCell({ workload: 'single-agent', head: { model: 'tiny:latest', agents: [anAgent()] } })

/** Rounds of one agent alone, by whether each streams its answer. */
const rounds = (streams: readonly boolean[]): Trial[] =>
  streams.map((isStreamed, round) =>
    aTrial({ visit: aVisit({ round }), legs: [aLeg('solo', isStreamed ? aCall() : inOneChunk())] }),
  )

const [told, silent] = [true, false]

describe('a limit on a metric that some trials are silent about', () => {
  test.each([
    ['all tell it', [told, told, told, told], { fail: 5 }, 'pass'],
    ['half of them do', [told, told, silent, silent], { fail: 5 }, 'pass'],
    ['most are silent: the few must not pass for all', [told, silent, silent], { fail: 5 }, 'inconclusive'],
    ['a warning is no better known', [told, silent, silent], { warn: 50 }, 'inconclusive'],
    ['what was seen broken is broken', [told, silent, silent], { fail: 50 }, 'fail'],
    ['none tells it', [silent, silent], { fail: 5 }, 'invalid'],
  ])('%s', (_, streams, bounds, status) => {
    const policy = aPolicy({ limits: [{ metric: 'decodeTokensPerSecond', ...bounds }] })
    expect(checkOf({ policy, cells: [alone], trials: rounds(streams) }, 'limit/')?.status).toBe(status)
  })

  test('says how many told it', () => {
    const policy = aPolicy({ limits: [{ metric: 'decodeTokensPerSecond', fail: 5 }] })
    const check = checkOf({ policy, cells: [alone], trials: rounds([told, silent, silent]) }, 'limit/')
    expect(check?.message).toMatch(/ within the limit\. Only 1 of 3 trials told it\.$/)
  })

  test('of a cold start asks only the trials that have one', () => {
    const policy = aPolicy({ limits: [{ metric: 'coldTtftMs', fail: 5000 }] })
    const trials = rounds([told, told, told, told])
    const cold = aTrial({
      visit: aVisit({ round: 4, cold: true }),
      legs: [aLeg('cold', aCall({ ttftMs: 900 })), aLeg('solo', aCall())],
    })
    expect(checkOf({ policy, cells: [alone], trials: [...trials, cold] }, 'limit/')?.status).toBe('pass')
  })

  test('of a share is asked of every cell: a silent one does not vanish among the others', () => {
    const policy = aPolicy({ limits: [{ metric: 'ttftAnomalyContentionPercent', fail: 20 }] })
    const [first, second] = [aCell({ id: 'first' }), aCell({ id: 'second' })]
    const trials = (cellId: string, legs: Trial['legs']) =>
      Array.from({ length: 20 }, (_, round) => aTrial({ visit: aVisit({ cellId, round }), legs }))
    const withoutFirstTokens = evenLegs().map(({ kind, calls }) =>
      aLeg(kind, ...calls.map(({ agent }) => aCall({ agent, record: { firstTokenMs: null } }))),
    )
    const judged = (legs: Trial['legs']) =>
      checkOf(
        {
          policy,
          cells: [first, second],
          trials: [...trials('first', evenLegs()), ...trials('second', legs)],
        },
        'limit/',
      )
    expect(judged(evenLegs())?.status).toBe('pass')
    expect(judged(withoutFirstTokens)).toMatchObject({
      status: 'inconclusive',
      message: expect.stringMatching(/1 cell told it in fewer than half of the trials, such as second\.$/),
    })
  })
})

test('a published figure is not reproduced by the few trials that tell it', () => {
  const policy = aPolicy({ published: { file: 'published/tr0.yml', within: '10 %' } })
  const figure = aFigure({ value: 10 })
  const statusOf = (streams: readonly boolean[]) =>
    checkOf(
      {
        policy,
        cells: [alone],
        trials: rounds(streams),
        run: {
          published: { report: 'TR0', title: 'a report', machine: 'a', source: 'b', figures: [figure] },
        },
      },
      'reproduction/',
    )?.status
  expect(statusOf([told, told, silent])).toBe('pass')
  expect(statusOf([told, silent, silent])).toBe('inconclusive')
})

describe('a figure that only base can give, since head asks for it no more', () => {
  const agents = (headings: readonly string[]) => ({
    model: 'tiny:latest',
    agents: [anAgent({ task: aChat({ headings: [...headings] }) })],
  })
  const [asked, plain] = [agents(['Summary']), agents([])]
  const rules = {
    limits: [{ metric: 'structureCompliancePercent', fail: 50 }],
    regressions: [{ metric: 'structureCompliancePercent', catch: '3 points' }],
  }
  const answer = (percent: number | null) => ({
    characters: 9,
    words: 2,
    repetitionPercent: null,
    structureCompliancePercent: percent,
    sha256: 'a',
  })
  const trials = (['base', 'head'] as const).flatMap((subject) =>
    [0, 1, 2].map((round) =>
      aTrial({
        visit: aVisit({ subject, round }),
        legs: [aLeg('solo', { ...aCall(), answer: answer(subject === 'base' ? 100 : null) })],
      }),
    ),
  )
  const statuses = (base: Cell['base'], baseline: Baseline | null = null) => {
    const cells = [aCell({ workload: 'single-agent', head: plain, base })]
    const against = base === null ? 'baseline' : 'pair'
    const verdict = verdictOf({ policy: aPolicy(rules), cells, trials, run: { against } }, baseline)
    return verdict.checks.flatMap(({ id, status }) => (id.includes('structure') ? [`${id}: ${status}`] : []))
  }

  test('is missed in a pair', () => {
    expect(statuses(asked)).toEqual([
      'limit/structureCompliancePercent/cell: invalid',
      'regression/structureCompliancePercent/cell: invalid',
    ])
  })

  test('is missed beside a stored baseline', () => {
    const baseline = addToBaseline(
      null,
      aRun({
        cells: [aCell({ workload: 'single-agent', head: asked })],
        trials: trials.slice(0, 3).map((trial, round) => ({ ...trial, visit: aVisit({ round }) })),
      }),
    )
    expect(statuses(null, baseline)).toEqual(['regression/structureCompliancePercent/cell: not-comparable'])
  })

  test('is no matter where base never gave it', () => {
    expect(statuses(plain)).toEqual([])
  })
})
