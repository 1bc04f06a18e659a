import { describe, expect, test } from 'vitest'
import { isLeftOut, isWorthRepeating, markTrial } from '../../../src/core/validity/mark-trial.ts'
import { type ValidityRule, validityRules } from '../../../src/model/validity-rule.ts'
import { aReason } from '../../model/a-run.ts'
import { anEvidence, slowedSpan } from './some-evidence.ts'

const hotAndCapped = { gpus: [slowedSpan({ 'hw-thermal': 2, 'sw-power-cap': 9 })] }

describe('what follows from a reason', () => {
  test('a clean trial has none', () => {
    expect(markTrial(anEvidence())).toEqual([])
  })

  test('heat leaves a trial out; the power cap is only a mark: it is the ordinary state of many cards', () => {
    const marks = markTrial(anEvidence({ watched: hotAndCapped }))
    expect(marks.map(({ rule, leftOut }) => [rule, leftOut])).toEqual([
      ['thermal-slowdown', true],
      ['power-cap', false],
    ])
  })

  test('a policy may want a reason reported only; the others leave out as before', () => {
    const protocol = { validity: { 'mark-only': ['thermal-slowdown'] } }
    const marks = markTrial(anEvidence({ watched: { ...hotAndCapped, lostModel: ['http://h'] }, protocol }))
    expect(marks.map(({ rule, leftOut }) => [rule, leftOut])).toEqual([
      ['thermal-slowdown', false],
      ['power-cap', false],
      ['lost-model', true],
    ])
  })

  test('GPU, server and host are all asked', () => {
    const lag = { meanMs: 0, p99Ms: 900, maxMs: 900 }
    const watched = { gpus: hotAndCapped.gpus, foreign: [], lostModel: ['http://h'] }
    const evidence = anEvidence({ watched })
    const rules = markTrial({ ...evidence, trial: { ...evidence.trial, lag } }).map(({ rule }) => rule)
    expect(rules).toEqual(['thermal-slowdown', 'power-cap', 'lost-model', 'client-lag'])
  })
})

describe('whether a trial counts', () => {
  test.each([
    ['no reason', [], false],
    ['a mark', [aReason({ leftOut: false })], false],
    ['a mark and a reason', [aReason({ leftOut: false }), aReason()], true],
  ])('%s: left out %s', (_what, spoiled, leftOut) => {
    expect(isLeftOut(spoiled)).toBe(leftOut)
  })
})

describe('whether another attempt could come out clean', () => {
  const lasting: readonly ValidityRule[] = ['partial-residency', 'changed-context', 'early-stop']

  test.each(validityRules.map((rule) => [rule, !lasting.includes(rule)] as const))(
    '%s: %s',
    (rule, worth) => {
      expect(isWorthRepeating([aReason({ rule })])).toBe(worth)
    },
  )

  test.each([
    ['nothing to make up for', [], false],
    ['only a mark', [aReason({ leftOut: false })], false],
    [
      'something that lasts beside something that passes',
      [aReason(), aReason({ rule: 'early-stop' })],
      false,
    ],
    [
      'something that lasts, but only marks',
      [aReason(), aReason({ rule: 'early-stop', leftOut: false })],
      true,
    ],
  ])('%s: %s', (_what, spoiled, worth) => {
    expect(isWorthRepeating(spoiled)).toBe(worth)
  })
})
