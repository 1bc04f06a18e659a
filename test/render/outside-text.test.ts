import { describe, expect, test } from 'vitest'
import { markdownCode, markdownText } from '../../src/render/markdown-text.ts'
import { plainText } from '../../src/render/plain-text.ts'

describe('plain text', () => {
  test.each([
    ['line ends become blanks', 'a\r\nb\u2028c', 'a b c'],
    ['colours go', '\u001b[1;31mred\u001b[0m', 'red'],
    ['titles of the window go', 'a\u001b]0;title\u0007b', 'ab'],
    ['titles without an end go to the end', 'a\u001b]0;title', 'a'],
    ['8-bit sequences go', 'a\u009b31mb', 'ab'],
    ['a lone escape goes', 'a\u001b', 'a'],
    ['bells, backspaces and zeros go', 'a\u0007\u0008\u0000b', 'ab'],
    ['bidi overrides go', 'a\u202egnp.exe\u2066b', 'agnp.exeb'],
    ['zero-width and tag characters go', 'a\u200b\ufeff\u{e0041}b', 'ab'],
    ['lone surrogates go', 'a\ud800b', 'ab'],
    ['empty stays empty', '', ''],
    ['other scripts stay', 'Größe 模型 ✓', 'Größe 模型 ✓'],
  ])('%s', (_, text, expected) => {
    expect(plainText(text)).toBe(expected)
  })

  test('what is too long is cut between characters', () => {
    expect(plainText('𝒳'.repeat(50), 10)).toBe(`${'𝒳'.repeat(9)}…`)
    expect(plainText('x'.repeat(1_000_000))).toHaveLength(600)
  })
})

describe('Markdown', () => {
  test.each([
    ['columns of a table', 'a|b', 'a\\|b'],
    ['emphasis and code', '**b** _i_ `c` ~~s~~', '\\*\\*b\\*\\* \\_i\\_ \\`c\\` \\~\\~s\\~\\~'],
    ['underscores inside a word need nothing', 'chimera_homo', 'chimera_homo'],
    ['links and images', '![x](http://e.example)', '!\\[x\\](http:&#8203;//e.example)'],
    ['HTML', '<img src=x onerror=y> &amp;', '&lt;img src=x onerror=y&gt; &amp;amp;'],
    ['comments', '<!-- x -->', '&lt;!-- x --&gt;'],
    ['mentions do not ping', '@octocat @org/team', '@&#8203;octocat @&#8203;org/team'],
    ['addresses are no links', 'a@b.example', 'a@&#8203;b.example'],
    ['references do not link', '#12 o/r#3 GH-7', '#&#8203;12 o/r#&#8203;3 GH-&#8203;7'],
    ['bare links', 'https://e.example www.e.example', 'https:&#8203;//e.example www.&#8203;e.example'],
    ['entities that would become characters', '&#64;x', '&amp;#&#8203;64;x'],
    ['formulas', '$x$', '\\$x\\$'],
    ['a backslash cannot undo an escape', '\\|', '\\\\\\|'],
    ['lists at the start', '- a', '\\- a'],
    ['numbered lists at the start', '1. a', '1&#8203;. a'],
    ['headings at the start', '## a', '\\## a'],
    ['underlines of headings', '===', '\\==='],
    ['negative numbers are no lists', '-3.1 points', '-3.1 points'],
    ['decimals are no lists', '94.1 %', '94.1 %'],
    ['line ends cannot end a row', 'a\n\n# b', 'a # b'],
  ])('%s', (_, text, expected) => {
    expect(markdownText(text)).toBe(expected)
  })

  test.each([
    [
      'names stay as they are',
      'two-agents/chimera_homo/gemma3:latest',
      '`two-agents/chimera_homo/gemma3:latest`',
    ],
    ['others are escaped inside', 'a`|<b>', '<code>a\\`\\|&lt;b&gt;</code>'],
    ['an empty name shows', '\u0000', '–'],
  ])('in the fixed-width face, %s', (_, text, expected) => {
    expect(markdownCode(text)).toBe(expected)
  })
})
