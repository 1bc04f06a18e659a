import { describe, expect, test } from 'vitest'
import {
  isLasting,
  isLeftOut,
  isOwnDoing,
  isWorthRepeating,
  markTrial,
} from '../../../src/core/validity/mark-trial.ts'
import { type ValidityRule, validityRules } from '../../../src/model/validity-rule.ts'
import { aCall, aLeg, aReason } from '../../model/a-run.ts'
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

  test('heat is what a sustained load looks for: a mark there, whatever else leaves it out', () => {
    const legs = [aLeg('sustained', aCall())]
    const watched = { ...hotAndCapped, gpuTrouble: 'nvidia-smi ended.' }
    const marks = markTrial(anEvidence({ watched, trial: { legs } }))
    expect(marks.map(({ rule, leftOut }) => [rule, leftOut])).toEqual([
      ['thermal-slowdown', false],
      ['power-cap', false],
      ['unwatched', true],
    ])
  })

  test('a policy may want a reason reported only; the others leave out as before', () => {
    const protocol = { validity: { 'mark-only': ['thermal-slowdown'] } }
    const watched = { ...hotAndCapped, gpuTrouble: 'nvidia-smi ended.', lostModel: ['http://h'] }
    const marks = markTrial(anEvidence({ watched, protocol }))
    expect(marks.map(({ rule, leftOut }) => [rule, leftOut])).toEqual([
      ['thermal-slowdown', false],
      ['power-cap', false],
      ['unwatched', true],
      ['lost-model', false],
    ])
  })

  test('a model that was lost is only a mark: it was loaded and warmed up again before the first measured call', () => {
    const marks = markTrial(anEvidence({ watched: { lostModel: ['http://h'] } }))
    expect(marks).toMatchObject([{ rule: 'lost-model', leftOut: false }])
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

  const short = aReason({ rule: 'early-stop' })
  test.each([
    ['nothing to make up for', [], { worth: false, lasting: false }],
    ['only a mark', [aReason({ leftOut: false })], { worth: false, lasting: false }],
    [
      'only what lasts, twice',
      [short, aReason({ rule: 'changed-context' })],
      { worth: false, lasting: true },
    ],
    [
      'something that passes beside something that lasts: what passes may have caused it',
      [aReason(), short],
      { worth: true, lasting: false },
    ],
    [
      'something that lasts beside a mark',
      [aReason({ leftOut: false }), short],
      { worth: false, lasting: true },
    ],
    [
      'something that lasts, but only marks',
      [aReason(), { ...short, leftOut: false }],
      { worth: true, lasting: false },
    ],
    ['what lasts, only marked', [{ ...short, leftOut: false }], { worth: false, lasting: false }],
  ])('%s', (_what, spoiled, { worth, lasting: lasts }) => {
    expect(isWorthRepeating(spoiled)).toBe(worth)
    expect(isLasting(spoiled)).toBe(lasts)
  })
})

describe('whether the subject itself may have caused it', () => {
  test.each([
    ['nothing', [], false],
    ['a late client', [aReason()], false],
    ['heat', [aReason({ rule: 'thermal-slowdown' })], true],
    ['heat that is only a mark', [aReason({ rule: 'thermal-slowdown', leftOut: false })], false],
    ['heat beside a late client', [aReason(), aReason({ rule: 'thermal-slowdown' })], true],
    [
      'a late client beside heat that is only a mark',
      [aReason(), aReason({ rule: 'thermal-slowdown', leftOut: false })],
      false,
    ],
  ])('%s: %s', (_what, spoiled, own) => {
    expect(isOwnDoing(spoiled)).toBe(own)
  })
})
