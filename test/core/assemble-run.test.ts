import { describe, expect, test } from 'vitest'
import { assembleRun } from '../../src/core/assemble-run.ts'
import { InputError } from '../../src/errors.ts'
import type { Ended, JournalLine } from '../../src/model/run.ts'
import { aGpuSpan, aPause, aRunHeader, aTrial, aVisit, aWatch } from '../model/a-run.ts'

const header: JournalLine = { kind: 'header', header: aRunHeader() }
const trial = (round: number, clock = 2400): JournalLine => ({
  kind: 'trial',
  trial: aTrial({
    visit: aVisit({ round }),
    startedMs: round * 1000,
    endedMs: round * 1000 + 900,
    watched: aWatch({ gpus: [aGpuSpan({ smClockMegahertz: clock })] }),
  }),
})
const pause: JournalLine = { kind: 'resumed', resumed: aPause() }
const end = (how: Ended['how']): JournalLine => ({ kind: 'ended', ended: { how, message: how, atMs: 9999 } })

describe('the end of a run', () => {
  test.each<[string, JournalLine[], Partial<Ended>]>([
    ['as the journal says', [header, trial(0), end('completed')], { how: 'completed', atMs: 9999 }],
    [
      'no end: it was killed after its last trial',
      [header, trial(0), trial(1)],
      { how: 'killed', atMs: 1900 },
    ],
    ['killed before the first trial: at its beginning', [header], { how: 'killed', atMs: 0 }],
    [
      'what an earlier process wrote is no end: the job went on, and was killed',
      [header, trial(0), end('interrupted'), pause, trial(1)],
      { how: 'killed' },
    ],
    [
      'the job went on, and ended',
      [header, trial(0), end('interrupted'), pause, trial(1), end('completed')],
      { how: 'completed' },
    ],
  ])('%s', (_what, lines, ended) => {
    expect(assembleRun(lines).ended).toMatchObject(ended)
  })
})

describe('a run', () => {
  test('has all trials and pauses, in the order of the journal', () => {
    const run = assembleRun([header, trial(0), trial(1), pause, trial(2), end('completed')])
    expect(run.trials.map(({ visit }) => visit.round)).toEqual([0, 1, 2])
    expect(run.resumed).toEqual([aPause()])
    expect(run).toMatchObject(aRunHeader())
  })

  test('has the reasons that only the whole job shows', () => {
    const trials = [0, 1, 2, 3].map((round) => trial(round))
    const run = assembleRun([header, ...trials, trial(4, 1200), end('completed')])
    expect(run.trials.map(({ spoiled }) => spoiled.map(({ rule }) => rule))).toEqual([
      ...Array(4).fill([]),
      ['depressed-clocks'],
    ])
  })

  test.each<[string, JournalLine[]]>([
    ['an empty journal', []],
    ['a journal that begins with a trial', [trial(0), end('completed')]],
  ])('is not in %s', (_what, lines) => {
    expect(() => assembleRun(lines)).toThrow(InputError)
    expect(() => assembleRun(lines)).toThrow('The journal has no header line')
  })
})
