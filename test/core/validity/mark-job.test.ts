import { describe, expect, test } from 'vitest'
import { jobReasons, markJob } from '../../../src/core/validity/mark-job.ts'
import type { Cell, SubjectName } from '../../../src/model/plan.ts'
import type { Resumed, Trial } from '../../../src/model/run.ts'
import { aCell, aGpuSpan, aPause, aPolicy, aReason, aTrial, aVisit, aWatch } from '../../model/a-run.ts'

const { protocol } = aPolicy()
const cells = [aCell()]

/** A trial at a clock, in MHz; null where the tool tells none. */
const clocked = (
  round: number,
  clock: number | null,
  subject: SubjectName = 'head',
  uuid = 'GPU-11111111-2222-3333-4444-555555555555',
): Trial =>
  aTrial({
    visit: aVisit({ subject, round }),
    watched: aWatch({ gpus: [aGpuSpan({ uuid, smClockMegahertz: clock })] }),
  })

const clocks = (values: readonly (number | null)[], subject?: SubjectName): Trial[] =>
  values.map((clock, round) => clocked(round, clock, subject))

const reasonsOf = (trials: readonly Trial[], resumed: readonly Resumed[] = []) =>
  [...jobReasons({ trials, resumed, protocol, cells })].map(([id, reasons]) => [
    id,
    reasons.map(({ rule, detail }) => `${rule}: ${detail}`),
  ])

const depressed = (clock: number) => [
  `depressed-clocks: the GPU ran at ${clock} MHz, the median of its cell is 2400 MHz`,
]

describe('clocks below the job’s own median', () => {
  const usual = [2400, 2410, 2390, 2400]
  test.each<[string, Trial[], unknown]>([
    ['all alike', clocks([...usual, 2400]), []],
    ['a tenth below is still this machine', clocks([...usual, 2160]), []],
    ['more than a tenth below', clocks([...usual, 2159]), [['cell#4-head', depressed(2159)]]],
    ['faster is no reason', clocks([...usual, 3000]), []],
    ['four trials have no median to fall below', clocks([2400, 2400, 2400, 1000]), []],
    ['five of which one tells no clock are four', clocks([2400, 2400, 2400, 1000, null]), []],
    [
      'a head that makes the GPU clock lower is slow, and not disturbed: each has its own median',
      [...clocks([2400, 2400, 2400, 2400, 2400], 'base'), ...clocks([1800, 1800, 1800, 1800, 1800])],
      [],
    ],
    [
      'one trial of base among them is',
      [...clocks([2400, 2400, 2400, 2400, 1800], 'base'), ...clocks([1800, 1800, 1800, 1800, 1800])],
      [['cell#4-base', depressed(1800)]],
    ],
    [
      'each GPU has its own median',
      [...clocks([...usual, 2400]), ...[5, 6, 7, 8, 9].map((round) => clocked(round, 1200, 'head', 'GPU-2'))],
      [],
    ],
    [
      'a cell that draws more power may clock lower: each has its own median',
      [
        ...clocks([...usual, 2400]),
        ...clocks([1900, 1900, 1900, 1900, 1900]).map((trial) => ({
          ...trial,
          visit: { ...trial.visit, cellId: 'alone' },
        })),
      ],
      [],
    ],
    [
      'a trial that broke has no say, and gets no reason',
      [...clocks([...usual]), { ...clocked(4, 1000), failure: 'cut' }],
      [],
    ],
    ['no GPU is watched', [0, 1, 2, 3, 4].map((round) => aTrial({ visit: aVisit({ round }) })), []],
  ])('%s', (_what, trials, reasons) => {
    expect(reasonsOf(trials)).toEqual(reasons)
  })
})

test('a card that clocks lower as it heats up is what a sustained load looks for: a mark there', () => {
  const trials = clocks([2400, 2400, 2400, 2400, 1800])
  const leftOut = (workload: Cell['workload']) =>
    [...jobReasons({ trials, resumed: [], protocol, cells: [aCell({ workload })] }).values()]
      .flat()
      .map((one) => [one.rule, one.leftOut])
  expect(leftOut('two-agents')).toEqual([['depressed-clocks', true]])
  expect(leftOut('sustained')).toEqual([['depressed-clocks', false]])
})

describe('pairs on either side of a pause', () => {
  const minutes = (count: number) => count * 60_000
  /** Base ends at one minute; head begins, and takes another one. */
  const pair = (headStartMs: number, cellIds: readonly [string, string] = ['cell', 'cell']): Trial[] => [
    aTrial({ visit: aVisit({ cellId: cellIds[0], subject: 'base' }), startedMs: 0, endedMs: minutes(1) }),
    aTrial({
      visit: aVisit({ cellId: cellIds[1], subject: 'head' }),
      startedMs: headStartMs,
      endedMs: headStartMs + minutes(1),
    }),
  ]
  const torn = (text: string) =>
    ['cell#0-base', 'cell#0-head'].map((id) => [
      id,
      [`torn-pair: base and head of this pair lie ${text} apart: the job was resumed between them`],
    ])
  const pauseOf = (pausedMinutes: number): Resumed =>
    aPause({ atMs: minutes(1 + pausedMinutes), pausedMs: minutes(pausedMinutes) })

  test.each<[string, Trial[], Resumed[], unknown]>([
    ['an hour between base and head', pair(minutes(61)), [pauseOf(60)], torn('60 minutes')],
    ['ten minutes: a confirmation waits as long', pair(minutes(11)), [pauseOf(10)], []],
    [
      'two pauses of six minutes with nothing measured between: the second goes back to the last trial',
      pair(minutes(13)),
      [pauseOf(6), pauseOf(12)],
      torn('12 minutes'),
    ],
    [
      'the pause came after both',
      pair(minutes(1)),
      [aPause({ atMs: minutes(63), pausedMs: minutes(61) })],
      [],
    ],
    ['the pause came before both', pair(minutes(1)), [aPause({ atMs: 0, pausedMs: minutes(61) })], []],
    ['two cells are no pair', pair(minutes(61), ['one', 'two']), [pauseOf(60)], []],
    ['a long trial without a pause', pair(minutes(61)), [], []],
  ])('%s', (_what, trials, resumed, reasons) => {
    expect(reasonsOf(trials, resumed)).toEqual(reasons)
  })
})

describe('a job’s trials with the job’s reasons', () => {
  const trials = clocks([2400, 2400, 2400, 2400, 1200]).map((trial) => ({ ...trial, spoiled: [aReason()] }))

  test('stand beside the trial’s own; the other trials stay as they were', () => {
    const marked = markJob({ trials, resumed: [], protocol, cells })
    expect(marked.map(({ spoiled }) => spoiled.map(({ rule }) => rule))).toEqual([
      ...Array(4).fill(['client-lag']),
      ['client-lag', 'depressed-clocks'],
    ])
  })

  test('leave out, or only mark, as the policy says', () => {
    const leftOut = (markOnly: readonly string[]) => {
      const own = aPolicy({ protocol: { validity: { 'mark-only': markOnly } } }).protocol
      return [...jobReasons({ trials, resumed: [], protocol: own, cells }).values()]
        .flat()
        .map((one) => one.leftOut)
    }
    expect(leftOut([])).toEqual([true])
    expect(leftOut(['depressed-clocks'])).toEqual([false])
  })
})
