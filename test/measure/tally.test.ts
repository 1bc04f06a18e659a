import { describe, expect, test } from 'vitest'
import {
  countTrial,
  headIsHopeless,
  isDisturbed,
  isHopeless,
  meanMs,
  newTally,
  type Tally,
} from '../../src/measure/tally.ts'
import type { SubjectName } from '../../src/model/plan.ts'
import type { Trial } from '../../src/model/run.ts'
import { aReason, aTrial, aVisit } from '../model/a-run.ts'

/** A letter a trial: f(ailed), l(eft out for what lasts), d(isturbed), b(oth), m(arked); anything else is a good one. */
function outcomeOf(letter: string): Partial<Trial> {
  if (letter === 'f') return { failure: 'cut', legs: [] }
  if (letter === 'l') return { spoiled: [aReason({ rule: 'early-stop', detail: 'short' })] }
  if (letter === 'd') return { spoiled: [aReason({ detail: 'late' })] }
  if (letter === 'b') return { spoiled: [aReason({ rule: 'early-stop' }), aReason()] }
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
    ['dddddd', false],
    ['ffd', false],
    ['ffdf', true],
    ['ldldl', true],
    ['bbb', false],
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
    ['two that are disturbed: that may pass', { a: 'ddd', b: 'ddd' }, 2, false],
    ['one that failed and one that is disturbed', { a: 'fff', b: 'ddd' }, 2, false],
    ['nothing yet', {}, 1, false],
  ])('%s', (_what, cells, number, hopeless) => {
    expect(headIsHopeless(tallyOf(cells), number)).toBe(hopeless)
  })
})

describe('a disturbance that does not pass', () => {
  // Trials take three seconds each.
  test.each<[string, string, number, boolean]>([
    ['six trials and more than a quarter of the budget', 'dddddd', 71_999, true],
    ['exactly a quarter', 'dddddd', 72_000, false],
    ['five trials, however long', 'ddddd', 1, false],
    ['failed and short ones are none that count', 'fldbfd', 1, true],
    ['one that counts', 'dddddg', 1, false],
    ['one that is only marked', 'dddddm', 1, false],
  ])('%s', (_what, letters, budgetMs, disturbed) => {
    expect(isDisturbed(tallyOf({ cell: letters }), budgetMs)).toBe(disturbed)
  })

  test('is one of all cells together', () => {
    expect(isDisturbed(tallyOf({ a: 'ddd', b: 'ddd' }), 1)).toBe(true)
    expect(isDisturbed(tallyOf({ a: 'ddddddd', b: 'g' }), 1)).toBe(false)
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
    expect(tallyOf({ a: 'fd' }).lastReason).toBe('late')
    expect(tallyOf({ a: 'df' }).lastReason).toBe('cut')
    expect(tallyOf({ a: 'dm' }).lastReason).toBe('late')
  })

  test('records are not kept: a long job must not grow with its chunks', () => {
    expect(tallyOf({ a: 'g' }).outlines[0]).not.toHaveProperty('legs')
  })
})
