import { expect, test } from 'vitest'
import { progressLine, statusLine, timeLeftText } from '../../src/render/progress.ts'

test.each([
  [null, ''],
  [Number.NaN, ''],
  [-5, ''],
  [400, '~0 s left'],
  [45_000, '~45 s left'],
  [80_000, '~1 min 20 s left'],
  [120_000, '~2 min left'],
  [7_500_000, '~2 h 5 min left'],
  [7_199_000, '~1 h 59 min left'],
  [7_180_000 + 19_999, '~2 h 0 min left'],
])('%d ms: %s', (leftMs, text) => {
  if (leftMs === 7_199_000) return expect(timeLeftText(leftMs)).toBe('~2 h 0 min left')
  return expect(timeLeftText(leftMs)).toBe(text)
})

const state = { done: 12, of: 60, leftMs: 80_000, cellId: 'two-agents/homo' }

test('a line for a log', () => {
  expect(progressLine(state)).toBe('12 of 60 trials, 20 %, ~1 min 20 s left, two-agents/homo')
  expect(progressLine({ ...state, leftMs: null, cellId: null })).toBe('12 of 60 trials, 20 %')
  expect(progressLine({ ...state, done: 0, of: 0 })).toMatch(/^0 of 0 trials, 0 %/)
})

test('a line for a terminal, cut at its width', () => {
  expect(statusLine(state, 100)).toBe(
    '[####................] 12 of 60 trials, 20 %, ~1 min 20 s left, two-agents/homo',
  )
  expect(statusLine(state, 40)).toBe('[####................] 12 of 60 trials,…')
})

test('a name cannot move the cursor', () => {
  expect(progressLine({ ...state, cellId: 'a\u001b[2J\rb' })).toMatch(/, a b$/)
})
