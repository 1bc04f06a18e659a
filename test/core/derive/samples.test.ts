import { describe, expect, test } from 'vitest'
import { deriveSamples } from '../../../src/core/derive/samples.ts'
import type { SubjectName } from '../../../src/model/plan.ts'
import type { Trial } from '../../../src/model/run.ts'
import { aReason, aRun, aTrial, aVisit } from '../../model/a-run.ts'

const trial = (subject: SubjectName, round: number, overrides: Partial<Trial> = {}): Trial =>
  aTrial({ visit: aVisit({ subject, round }), ...overrides })

/** Which trials give a figure, e.g. "base 0". */
const countingOf = (...trials: Trial[]): readonly string[] =>
  deriveSamples(aRun({ trials }))
    .filter(({ metric }) => metric === 'clientLagMs')
    .map(({ subject, round }) => `${subject} ${round}`)

describe('what gives figures', () => {
  test.each<[string, Trial[], string[]]>([
    [
      'two clean pairs: all four',
      [trial('base', 0), trial('head', 0), trial('head', 1), trial('base', 1)],
      ['base 0', 'head 0', 'head 1', 'base 1'],
    ],
    [
      'base is left out: its head goes too, and the other pair stays',
      [trial('base', 0, { spoiled: [aReason()] }), trial('head', 0), trial('head', 1), trial('base', 1)],
      ['head 1', 'base 1'],
    ],
    [
      'head is left out: its base goes too',
      [trial('base', 0), trial('head', 0, { spoiled: [aReason()] })],
      [],
    ],
    [
      'a reason that is only a mark leaves nothing out',
      [trial('base', 0), trial('head', 0, { spoiled: [aReason({ leftOut: false })] })],
      ['base 0', 'head 0'],
    ],
    [
      'one reason of several is enough',
      [trial('head', 0, { spoiled: [aReason({ leftOut: false }), aReason()] })],
      [],
    ],
    [
      'a broken head says nothing against the figures of its base',
      [trial('base', 0), trial('head', 0, { failure: 'cut', legs: [] })],
      ['base 0'],
    ],
    [
      'the same round of another cell is another pair',
      [
        trial('head', 0, { spoiled: [aReason()] }),
        aTrial({ visit: aVisit({ cellId: 'other', subject: 'base' }) }),
      ],
      ['base 0'],
    ],
  ])('%s', (_what, trials, counting) => {
    expect(countingOf(...trials)).toEqual(counting)
  })
})
