import { expect, test } from 'vitest'
import { outputsOf } from '../../src/render/outputs.ts'
import { aChange, aCheck, aVerdict } from '../model/a-verdict.ts'

test('a red verdict in strings', () => {
  const verdict = aVerdict({
    outcome: 'fail',
    title: 'warm TTFT regressed\nin 1 cell',
    measuredMinutes: 96.417,
    checks: [
      aCheck({
        cellId: 'a',
        kind: 'regression',
        status: 'fail',
        base: 612,
        head: 704,
        change: aChange(0.15),
      }),
      aCheck({
        cellId: 'b',
        kind: 'regression',
        status: 'inconclusive',
        base: 1,
        head: 2,
        change: aChange(0.01),
      }),
      aCheck({ cellId: 'c', status: 'invalid' }),
      aCheck({ cellId: 'd', status: 'warn' }),
      aCheck(),
    ],
  })
  const { changed, ...others } = outputsOf(verdict)
  expect(others).toEqual({
    verdict: 'fail',
    title: 'warm TTFT regressed in 1 cell',
    failed: '1',
    warned: '1',
    inconclusive: '2',
    minutes: '96.42',
  })
  expect(JSON.parse(changed ?? '')).toEqual([
    { cell: 'a', metric: 'warmTtftMs', base: 612, head: 704, change: 0.15 },
  ])
})

test('the list of changes stays small enough for an environment variable', () => {
  const checks = Array.from({ length: 5000 }, (_, index) =>
    aCheck({
      cellId: `${index}${'x'.repeat(500)}`,
      kind: 'regression',
      status: 'fail',
      change: aChange(0.15),
    }),
  )
  expect(outputsOf(aVerdict({ checks })).changed?.length).toBeLessThan(128 * 1024)
})
