import { expect, test } from 'vitest'
import { logText } from '../../../src/adapters/github/log-text.ts'

test.each([
  ['plain words stay', 'eval_count: 12', 'eval_count: 12'],
  ['a command at the start of a line is quoted', '::set-output name=x::y', '| ::set-output name=x::y'],
  ['white space before it does not help', '\t \u00a0::error::x', '|    \u00a0::error::x'],
  ['nor does a later line', 'a\n::error::x', 'a\n| ::error::x'],
  ['nor a carriage return', 'a\r::error::x', 'a\n| ::error::x'],
  ['nor a line separator', 'a\u2028::error::x', 'a\n| ::error::x'],
  ['nor a control character that vanishes', '\u001b::error::x', '| ::error::x'],
  ['nor a zero-width one', '\ufeff\u200b::error::x', '| ::error::x'],
  ['commands of the old form are broken anywhere', 'a ##[error]x', 'a ## [error]x'],
  ['a hidden character inside the old form does not help', '#\u200b#[error]x', '## [error]x'],
  ['colons inside a line are harmless', 'a ::error::x', 'a ::error::x'],
  ['terminal sequences lose their lead', '\u001b[31mred\u001b[0m\u0007', '[31mred[0m'],
  ['text cannot be turned round', 'a\u202eb', 'ab'],
])('%s', (_, text, expected) => {
  expect(logText(text)).toBe(expected)
})
