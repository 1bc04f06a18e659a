/** The sign and the word of what a preflight line says, and the lines counted by it. */
import { count } from '../model/number-format.ts'
import type { PreflightLine, PreflightVerdict } from '../model/preflight.ts'
import type { StatusWords } from './status-words.ts'

/** Words of a preflight line's verdict. */
export const preflightWords = {
  ok: { emoji: '✅', sign: '✓', word: 'ok', colour: 'green' },
  note: { emoji: 'ℹ️', sign: '·', word: 'note', colour: 'cyan' },
  warn: { emoji: '⚠️', sign: '!', word: 'warn', colour: 'yellow' },
  fail: { emoji: '❌', sign: '✗', word: 'fail', colour: 'red' },
  unknown: { emoji: '⚪', sign: '?', word: 'unknown', colour: 'cyan' },
} as const satisfies Record<PreflightVerdict, StatusWords>

const worstFirst = ['fail', 'warn', 'unknown', 'note', 'ok'] as const satisfies PreflightVerdict[]

/** "23 lines: 1 fail, 2 unknown, 20 ok", worst first. */
export function preflightCounts(lines: readonly PreflightLine[]): string {
  const counts = worstFirst.flatMap((one) => {
    const number = lines.filter(({ verdict }) => verdict === one).length
    return number > 0 ? [`${number} ${preflightWords[one].word}`] : []
  })
  return [count(lines.length, 'line'), ...(counts.length > 0 ? [counts.join(', ')] : [])].join(': ')
}
