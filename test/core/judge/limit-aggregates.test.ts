/** Limits on the worst of a cell's trials, and on their scatter. */
import { describe, expect, test } from 'vitest'
import { aPolicy } from '../../model/a-run.ts'
import { checkOf, limited, trialsOf, verdictOf } from './a-judged-run.ts'

/** The check of a limit on the warm TTFT of these trials. */
const judged = (limit: Record<string, unknown>, ttfts: readonly number[]) =>
  checkOf({ policy: limited(limit), trials: trialsOf(ttfts) }, 'limit/')

describe('a limit on the worst trial', () => {
  test.each([
    ['one beyond is enough, whatever the others', [100, 100, 100, 100, 310], { fail: 300 }, 'fail'],
    ['beyond warn only', [100, 100, 210], { warn: 200, fail: 300 }, 'warn'],
    ['none beyond', [100, 120, 140], { fail: 300 }, 'pass'],
    ['one trial within has no worst', [100], { fail: 300 }, 'inconclusive'],
    ['one trial beyond is beyond', [310], { fail: 300 }, 'fail'],
  ])('%s', (_why, ttfts, limit, status) => {
    expect(judged({ of: 'worst', ...limit }, ttfts)).toMatchObject({
      status,
      of: 'worst',
      id: 'limit/warmTtftMs/worst/cell',
      head: Math.max(...ttfts),
      trials: ttfts.length,
    })
  })

  test('is the minimum of what is better high, and says how little few trials exclude', () => {
    const policy = aPolicy({ limits: [{ metric: 'decodeTokensPerSecond', of: 'worst', fail: 5 }] })
    expect(checkOf({ policy, trials: trialsOf([100, 200, 300, 400, 500]) }, 'limit/')?.message).toBe(
      'minimum of decode of agent 1 is 10.0 tok/s, within the limit: none of 5 trials was worse, so at 95 % at most 45.1 % of all would be.',
    )
  })
})

describe('a limit on scatter', () => {
  const steady = [99, 100, 101, 100, 100]
  const wild = [40, 160, 70, 130, 100]

  test.each([
    ['sd within', { of: 'sd', fail: 5 }, steady, 'pass'],
    ['sd beyond by far', { of: 'sd', fail: 5 }, wild, 'fail'],
    ['sd beyond warn by far', { of: 'sd', warn: 5, fail: 80 }, wild, 'warn'],
    ['sd beyond by less than five trials can show', { of: 'sd', fail: 40 }, wild, 'inconclusive'],
    ['sd beyond warn, not shown', { of: 'sd', warn: 40 }, wild, 'warn'],
    ['cv within', { of: 'cv', fail: 5 }, steady, 'pass'],
    ['cv beyond by far', { of: 'cv', fail: 5 }, wild, 'fail'],
    ['cv beyond by less than five trials can show', { of: 'cv', fail: 40 }, wild, 'inconclusive'],
    ['no scatter at all', { of: 'cv', fail: 5 }, [100, 100, 100], 'pass'],
    ['one trial has none', { of: 'sd', fail: 1e9 }, [100], 'inconclusive'],
    ['of two trials, nearly twice the limit is not shown', { of: 'sd', fail: 75 }, [0, 200], 'inconclusive'],
  ])('%s', (_why, limit, ttfts, status) => {
    expect(judged(limit, ttfts)).toMatchObject({ status, of: limit.of, trials: ttfts.length })
  })

  test('is better low, though the metric is better high', () => {
    const policy = aPolicy({ limits: [{ metric: 'decodeTokensPerSecond', of: 'cv', warn: 2, fail: 5 }] })
    expect(checkOf({ policy, trials: trialsOf([10, 10, 10]) }, 'limit/')).toMatchObject({
      status: 'pass',
      head: 0,
      expected: 'warn above 2 %, fail above 5 %',
      message: 'cv of decode of agent 1 is 0 % over 3 trials (no two of them differ), within the limit.',
    })
  })

  test('shows its interval, by chi-square of four degrees of freedom', () => {
    // The sd is 47.43 ms: times √(4 ÷ 9.488) and √(4 ÷ 0.711).
    expect(judged({ of: 'sd', fail: 5 }, wild)).toMatchObject({
      head: expect.closeTo(47.434, 3),
      message:
        'sd of warm TTFT of agent 1 is 47.4 ms over 5 trials (30.8 ms to 113 ms at 95 %), above the limit of 5 ms.',
    })
  })

  test('of percentages is in points', () => {
    const policy = aPolicy({ limits: [{ metric: 'vramResidencyPercent', of: 'sd', fail: 1.5 }] })
    expect(checkOf({ policy, trials: trialsOf([100, 100]) }, 'limit/')).toMatchObject({
      expected: 'fail above 1.5 points',
      message: expect.stringContaining('0.0 points over 2 trials'),
    })
  })

  test('of values whose mean is zero is not told', () => {
    expect(judged({ of: 'cv', fail: 5 }, [0, 0, 0])).toMatchObject({
      status: 'inconclusive',
      head: null,
      message: expect.stringContaining('Limit its sd instead'),
    })
  })
})

test('several limits on one metric are checks of their own, and the title names what is limited', () => {
  const policy = aPolicy({
    limits: [
      { metric: 'warmTtftMs', fail: 500 },
      { metric: 'warmTtftMs', of: 'worst', fail: 500 },
      { metric: 'warmTtftMs', of: 'cv', fail: 5 },
    ],
  })
  const { checks, title } = verdictOf({ policy, trials: trialsOf([40, 160, 70, 130, 100]) })
  const limits = checks.filter(({ kind }) => kind === 'limit')
  expect(limits.map(({ id, status }) => [id, status])).toEqual([
    ['limit/warmTtftMs/cv/cell', 'fail'],
    ['limit/warmTtftMs/cell', 'pass'],
    ['limit/warmTtftMs/worst/cell', 'pass'],
  ])
  expect(title).toBe('cv of warm TTFT 47.4 % in 1 of 1 cells')
})
