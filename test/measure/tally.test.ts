import { describe, expect, test } from 'vitest'
import {
  countTrial,
  headIsHopeless,
  isHopeless,
  meanMs,
  newTally,
  type Tally,
} from '../../src/measure/tally.ts'
import type { SubjectName } from '../../src/model/plan.ts'
import type { Trial } from '../../src/model/run.ts'
import { aReason, aTrial, aVisit } from '../model/a-run.ts'

/** A letter a trial: f(ailed), l(eft out), m(arked); anything else is a good one. */
function outcomeOf(letter: string): Partial<Trial> {
  if (letter === 'f') return { failure: 'cut', legs: [] }
  if (letter === 'l') return { spoiled: [aReason({ detail: 'late' })] }
  return letter === 'm' ? { spoiled: [aReason({ leftOut: false, detail: 'capped' })] } : {}
}

const tallyOf = (cells: Readonly<Record<string, string>>, subject: SubjectName = 'head'): Tally => {
  const tally = newTally()
  for (const [cellId, letters] of Object.entries(cells))
    for (const [round, letter] of [...letters].entries())
      countTrial(tally, aTrial({ visit: aVisit({ cellId, subject, round }), ...outcomeOf(letter) }))
  return tally
}

describe('a cell without hope', () => {
  test.each([
    ['', false],
    ['ff', false],
    ['fff', true],
    ['lll', true],
    ['flf', true],
    ['fffg', false],
    ['gffff', false],
    ['mlll', false],
  ])('after %j: %s', (letters, hopeless) => {
    expect(isHopeless(tallyOf({ cell: letters }), 'cell')).toBe(hopeless)
  })

  test('is none in which base never counts: it is head that is judged', () => {
    expect(isHopeless(tallyOf({ cell: 'fff' }, 'base'), 'cell')).toBe(false)
  })
})

describe('a head without hope', () => {
  test.each<[string, Record<string, string>, number, boolean]>([
    ['the only cell', { a: 'fff' }, 1, true],
    ['one of two cells', { a: 'fff' }, 2, false],
    ['both of two', { a: 'fff', b: 'lll' }, 2, true],
    ['two of thirty', { a: 'fff', b: 'lll' }, 30, true],
    ['two of three, and the third has worked once', { a: 'fff', b: 'lll', c: 'g' }, 3, false],
    ['nothing yet', {}, 1, false],
  ])('%s', (_what, cells, number, hopeless) => {
    expect(headIsHopeless(tallyOf(cells), number)).toBe(hopeless)
  })
})

describe('totals', () => {
  test('the mean is over all trials, and 0 before the first', () => {
    expect(meanMs(newTally())).toBe(0)
    const tally = newTally()
    countTrial(tally, aTrial({ startedMs: 0, endedMs: 1000 }))
    countTrial(tally, aTrial({ startedMs: 5000, endedMs: 8000 }))
    expect(meanMs(tally)).toBe(2000)
  })

  test('the last reason that left a trial out is told, a mark is none', () => {
    expect(tallyOf({ a: 'fl' }).lastReason).toBe('late')
    expect(tallyOf({ a: 'lf' }).lastReason).toBe('cut')
    expect(tallyOf({ a: 'lm' }).lastReason).toBe('late')
  })

  test('records are not kept: a long job must not grow with its chunks', () => {
    expect(tallyOf({ a: 'g' }).outlines[0]).not.toHaveProperty('legs')
  })
})
