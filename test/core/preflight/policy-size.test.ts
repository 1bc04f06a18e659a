import { expect, test } from 'vitest'
import { judgePolicySize } from '../../../src/core/preflight/policy-size.ts'
import { aCellOf, aLoaded, aPlan, aVariant, someFacts } from './some-facts.ts'

const plan = aPlan([aCellOf(aVariant({ num_predict: 500 }, { num_predict: 500 }))], 10)

test('an estimate within the budget is well', () => {
  expect(judgePolicySize(someFacts({ plan }))).toEqual([
    {
      what: 'Policy',
      value:
        'a-policy (policies/a-policy.yml): 1 cell, 10 trials, roughly 5.7 minutes, within the budget of 60 minutes',
      verdict: 'ok',
      fix: null,
    },
  ])
})

test('an estimate above the budget is a warning that names a budget which would do', () => {
  const policy = aLoaded({ protocol: { 'budget-minutes': 2 } })
  const [line] = judgePolicySize(someFacts({ plan, policy }))
  expect(line).toMatchObject({
    verdict: 'warn',
    value:
      'a-policy (policies/a-policy.yml): 1 cell, 10 trials, roughly 5.7 minutes, more than the budget of 2 minutes',
  })
  expect(line?.fix).toContain('Raise budget-minutes to 6,')
})
