import { describe, expect, test } from 'vitest'
import { deriveSamples } from '../../../src/core/derive/samples.ts'
import type { SubjectName } from '../../../src/model/plan.ts'
import type { Trial } from '../../../src/model/run.ts'
import { aLeg, aReason, aRun, aTrial, aVisit } from '../../model/a-run.ts'
import { answered } from './answer-rows.ts'

const asked = (round: number, texts: readonly string[], overrides: Partial<Trial> = {}): Trial =>
  aTrial({
    visit: aVisit({ round }),
    legs: [aLeg('repeat', ...texts.map((text) => answered(text)))],
    ...overrides,
  })

const ofSubject = (round: number, subject: SubjectName, texts: readonly string[]): Trial =>
  asked(round, texts, { visit: aVisit({ round, subject }) })

const matches = (...trials: Trial[]) =>
  deriveSamples(aRun({ trials }))
    .filter(({ metric }) => metric === 'exactMatchPercent')
    .map(({ subject, round, values: [percent] }) => ({ subject, round, percent }))

describe('answers to the same request', () => {
  test('are compared with the first of all trials, which is compared with nothing', () => {
    expect(matches(asked(0, ['a']), asked(1, ['a']), asked(2, ['b']))).toEqual([
      { subject: 'head', round: 1, percent: 100 },
      { subject: 'head', round: 2, percent: 0 },
    ])
  })

  test('in one and the same trial count as well', () => {
    expect(matches(asked(0, ['a', 'a', 'b']))).toEqual([{ subject: 'head', round: 0, percent: 50 }])
  })

  test('of a trial that is left out are no measure of others', () => {
    expect(matches(asked(0, ['x'], { spoiled: [aReason()] }), asked(1, ['a', 'a']), asked(2, ['a']))).toEqual(
      [
        { subject: 'head', round: 1, percent: 100 },
        { subject: 'head', round: 2, percent: 100 },
      ],
    )
  })

  test('of base and of head are each compared with their own', () => {
    const pair = (round: number) => [ofSubject(round, 'base', ['old']), ofSubject(round, 'head', ['new'])]
    expect(matches(...pair(0), ...pair(1))).toEqual([
      { subject: 'base', round: 1, percent: 100 },
      { subject: 'head', round: 1, percent: 100 },
    ])
  })

  test('that nobody read are compared with nothing', () => {
    const unread = asked(0, ['a', 'a'])
    const legs = unread.legs.map((leg) => ({
      ...leg,
      calls: leg.calls.map((call) => ({ ...call, answer: null })),
    }))
    expect(matches({ ...unread, legs })).toEqual([])
  })
})
