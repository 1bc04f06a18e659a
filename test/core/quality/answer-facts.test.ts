import { describe, expect, test } from 'vitest'
import { answerFacts } from '../../../src/core/quality/answer-facts.ts'

const repetition = (text: string): number | null => answerFacts(text, []).repetitionPercent

describe('how much of an answer repeats itself', () => {
  test.each([
    ['every sequence of four words is new', 'one two three four five six', 0],
    ['one of five sequences stood there before', 'a b c d a b c d', 20],
    ['the same word on and on: one of seven is new', 'go go go go go go go go go go', (6 / 7) * 100],
    ['case and punctuation make no difference', 'Yes, we can do; "YES" we can — do!', 20],
    ['the order of words does', 'a b c d d c b a', 0],
    ['words are no numbers that could be mixed up', '1 11 111 1 11 11 1 111', 0],
    ['four words have one sequence', 'one two three four', 0],
    ['three have none', 'one two three', null],
    ['nothing but punctuation has no words', '--- ... !!! ??? ***', null],
    ['an empty answer', '', null],
  ])('%s', (_why, text, percent) => {
    const found = repetition(text)
    if (percent === null) expect(found).toBeNull()
    else expect(found).toBeCloseTo(percent, 9)
  })
})

describe('the facts of an answer', () => {
  test('are its length in characters and words, and what the headings say', () => {
    expect(answerFacts('# Risks\n\nNone that  I know of.\n', ['Risks', 'Summary'])).toEqual({
      characters: 31,
      words: 7,
      repetitionPercent: 0,
      structureCompliancePercent: 50,
    })
  })

  const mebibyte = 2 ** 20
  const filled = (piece: string): string =>
    piece.repeat(Math.ceil(mebibyte / piece.length)).slice(0, mebibyte)

  // A parser that recurses or backtracks takes minutes, or the whole stack, on some of these.
  test.each([
    '> ',
    '- ',
    '[',
    '#',
    '# ',
    '# a\n',
    '```\n',
    '~',
    ' ',
    '   \n',
    '\n',
    '\r',
    '*',
    '**a**\n',
    '**',
    '1.',
    '1.\n',
    'a\n=\n',
    '-',
    'a ',
    'a',
    '😀',
    '<!--',
    '|a|b|\n',
  ])('a mebibyte of %j takes a moment', { timeout: 20_000 }, (piece) => {
    const facts = answerFacts(filled(piece), ['Risks'])
    expect(facts.characters).toBe(mebibyte)
    expect(facts.structureCompliancePercent).toBe(0)
  })
})
