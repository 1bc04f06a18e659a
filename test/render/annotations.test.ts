import { describe, expect, test } from 'vitest'
import { annotationsOf } from '../../src/render/annotations.ts'
import { aChange, aCheck, anEnvironment, aVerdict } from '../model/a-verdict.ts'

const at = (line: number) => ({ file: 'policies/p.yml', line, column: 5 })

const failing = (cellId: string, line: number, head = 704) =>
  aCheck({
    cellId,
    kind: 'regression',
    status: 'fail',
    message: 'warm TTFT rose',
    fix: 'Pin num_ctx.',
    expected: 'rises by less than 10 %',
    base: 612,
    head,
    change: aChange(0.15),
    at: at(line),
  })

test('a green verdict has none', () => {
  expect(annotationsOf(aVerdict())).toEqual([])
})

test('one remark for each line of the policy, with its cells', () => {
  const checks = [
    failing('a', 3),
    failing('b', 3),
    aCheck({ status: 'warn', metric: 'coldTtftMs', at: at(9) }),
  ]
  const [first, second, ...rest] = annotationsOf(aVerdict({ outcome: 'fail', checks }))
  expect(rest).toEqual([])
  expect(first).toEqual({
    level: 'error',
    title: 'fail: warm TTFT in 2 cells',
    message: [
      'warm TTFT rose.',
      'a: 612 → 704 ms, +15 % (+13 to +17)',
      'b: 612 → 704 ms, +15 % (+13 to +17)',
      'Do: Pin num_ctx.',
    ].join('\n'),
    file: 'policies/p.yml',
    line: 3,
    column: 5,
  })
  expect(second).toMatchObject({ level: 'warning', title: 'warn: cold TTFT in 1 cell', line: 9 })
})

test('a rule that holds for many cells names the first five', () => {
  const checks = Array.from({ length: 30 }, (_, index) => failing(`cell-${index}`, 3))
  const [only] = annotationsOf(aVerdict({ outcome: 'fail', checks }))
  expect(only?.message).toContain('cell-4:')
  expect(only?.message).toContain('and 25 more cells')
  expect(only?.message).not.toContain('cell-5:')
})

test('of each level ten are shown, and the tenth names the others', () => {
  const checks = Array.from({ length: 14 }, (_, index) => failing('a', index + 1))
  const annotations = annotationsOf(aVerdict({ outcome: 'fail', checks }))
  expect(annotations).toHaveLength(10)
  expect(annotations.at(-1)?.title).toBe('5 more findings')
})

describe('what could not be told', () => {
  test.each([
    [false, 'warning'],
    [true, 'error'],
  ] as const)('with blocking %s it is a %s', (blocksOnInconclusive, level) => {
    const verdict = aVerdict({ checks: [aCheck({ status: 'invalid', head: null })], blocksOnInconclusive })
    expect(annotationsOf(verdict)).toMatchObject([{ level }])
  })
})

test('problems stand at their place', () => {
  const problems = [{ what: 'limits[1].metric: "x" is not a metric', fix: 'Did you mean y?', at: at(31) }]
  expect(annotationsOf(aVerdict({ outcome: 'error-input', checks: [], problems }))).toEqual([
    {
      level: 'error',
      title: 'wrong input',
      message: 'limits[1].metric: "x" is not a metric. Did you mean y?',
      file: 'policies/p.yml',
      line: 31,
      column: 5,
    },
  ])
})

test.each(['error-input', 'error-machine', 'interrupted'] as const)('%s is never silent', (outcome) => {
  const annotations = annotationsOf(aVerdict({ outcome, title: 'the disk is full', checks: [] }))
  expect(annotations).toMatchObject([{ level: 'error', message: 'the disk is full' }])
})

test('on another engine than Ollama the first line says so', () => {
  const verdict = aVerdict({ checks: [failing('a', 3)], environment: anEnvironment({ engine: 'scripted' }) })
  expect(annotationsOf(verdict)[0]?.message).toMatch(/^Measured on the scripted engine/)
})

test('control characters do not get through', () => {
  const check = aCheck({ cellId: 'a\u001b[31m\nb', status: 'fail', message: 'x\u202ey', fix: 'z\u0007' })
  expect(JSON.stringify(annotationsOf(aVerdict({ checks: [check] })))).not.toMatch(/\\u|\u202e/)
})
