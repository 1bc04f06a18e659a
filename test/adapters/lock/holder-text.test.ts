import { describe, expect, it } from 'vitest'
import { describeOwner, inWords, onceAMinute } from '../../../src/adapters/lock/holder-text.ts'

const here = { pid: 1, place: 'here', started: '5' }
const owner = { pid: 42, place: 'here', started: '7', what: 'o/r run 7', since: '2026-01-02T03:00:00Z' }
const nowMs = Date.parse('2026-01-02T04:05:30Z')

describe('inWords', () => {
  it.each([
    [0, 'less than a minute'],
    [60_000, '1 minute'],
    [3_599_999, '59 minutes'],
    [3_600_000, '1 hour'],
    [7_500_000, '2 hours 5 minutes'],
  ])('%d ms is %s', (spanMs, words) => {
    expect(inWords(spanMs)).toBe(words)
  })
})

describe('describeOwner', () => {
  it.each([
    ['all that is known', {}, 'o/r run 7 (process 42, begun 2026-01-02 03:00 UTC, 1 hour 5 minutes ago)'],
    ['a moment that is none', { since: 'yesterday' }, 'o/r run 7 (process 42)'],
    ['a moment to come', { since: '2027-01-01T00:00:00Z' }, 'o/r run 7 (process 42)'],
    ['another container', { place: 'there', since: '' }, 'o/r run 7 (process 42 in another container)'],
    ['an unknown place', { place: null, since: '' }, 'o/r run 7 (process 42)'],
    ['no name', { what: ' \n', since: '' }, 'another job (process 42)'],
    ['a name without end', { what: 'x'.repeat(9999), since: '' }, `${'x'.repeat(200)} (process 42)`],
  ])('%s', (_, overrides, text) => {
    expect(describeOwner({ ...owner, ...overrides }, here, nowMs)).toBe(text)
  })
})

describe('onceAMinute', () => {
  it('passes the first sentence on, and then one a minute', () => {
    const told: string[] = []
    const tell = onceAMinute((sentence) => told.push(sentence))
    for (let second = 0; second <= 150; second += 1) tell(`after ${second} s`, second * 1000)
    expect(told).toEqual(['after 0 s', 'after 60 s', 'after 120 s'])
  })
})
