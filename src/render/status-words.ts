/** The sign and the word of every status and outcome, so that no meaning hangs on a colour or an emoji alone. */
import type { CheckStatus, Outcome } from '../model/verdict.ts'

/** How a status or outcome shows: `emoji` for Markdown, `sign` one column wide for terminals, and always the word. */
export interface StatusWords {
  readonly emoji: string
  readonly sign: string
  readonly word: string
  readonly colour: 'green' | 'yellow' | 'red' | 'cyan'
}

/** Words of a check's status. */
export const checkWords = {
  pass: { emoji: '✅', sign: '✓', word: 'pass', colour: 'green' },
  warn: { emoji: '⚠️', sign: '!', word: 'warn', colour: 'yellow' },
  fail: { emoji: '❌', sign: '✗', word: 'fail', colour: 'red' },
  inconclusive: { emoji: '⚪', sign: '?', word: 'inconclusive', colour: 'cyan' },
  'not-comparable': { emoji: '⚪', sign: '?', word: 'not comparable', colour: 'cyan' },
  invalid: { emoji: '🚫', sign: '⊘', word: 'invalid', colour: 'cyan' },
} as const satisfies Record<CheckStatus, StatusWords>

/** Words of the job's outcome. */
export const outcomeWords = {
  pass: { emoji: '✅', sign: '✓', word: 'PASS', colour: 'green' },
  warn: { emoji: '⚠️', sign: '!', word: 'WARN', colour: 'yellow' },
  fail: { emoji: '❌', sign: '✗', word: 'FAIL', colour: 'red' },
  inconclusive: { emoji: '⚪', sign: '?', word: 'INCONCLUSIVE', colour: 'cyan' },
  'not-needed': { emoji: '✅', sign: '✓', word: 'NOT NEEDED', colour: 'green' },
  'error-input': { emoji: '🚫', sign: '⊘', word: 'WRONG INPUT', colour: 'red' },
  'error-machine': { emoji: '🚫', sign: '⊘', word: 'MACHINE FAILED', colour: 'red' },
  interrupted: { emoji: '🚫', sign: '⊘', word: 'INTERRUPTED', colour: 'yellow' },
} as const satisfies Record<Outcome, StatusWords>
