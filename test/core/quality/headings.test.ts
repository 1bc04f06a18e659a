import { Lexer } from 'marked'
import { describe, expect, test } from 'vitest'
import { structureCompliancePercent } from '../../../src/core/quality/headings.ts'

const asked = ['Executive Summary', 'Risks']

describe('the share of asked headings that an answer has', () => {
  test.each([
    ['both, at any level', '# Executive Summary\nText.\n\n### Risks\nText.', 100],
    ['one of two', '## Executive Summary\nText.', 50],
    ['none, though the words are there', 'The executive summary names no risks.', 0],
    ['an empty answer has none', '', 0],
    ['case, number and punctuation make no difference', '## 1. EXECUTIVE SUMMARY:\n## 2.1 Risks ##\n', 100],
    ['nor do emphasis and emoji', '# *Executive* **Summary**\n# ⚠️ Risks\n', 100],
    ['nor do letters, Roman numbers and dashes', '## IV. Executive Summary\n## 3 – Risks\n', 100],
    ['underlined', 'Executive Summary\n=================\n\nRisks\n---\n', 100],
    ['a line of bold text, as models write it', '**1. Executive Summary**\nText.\n\n2. __Risks__:\n', 100],
    ['bold at the start of a line is no heading', '**Risks:** there are some.', 0],
    ['two bold words are no heading', '**Executive Summary** and **Risks**', 0],
    ['more words are another heading', '## Risks and chances', 0],
    ['a comment in a code block is none', '```sh\n# Risks\n```\n\n# Executive Summary', 50],
    ['a shorter fence inside ends no block', '~~~~\n~~~\n# Risks\n~~~~\n# Executive Summary', 50],
    ['a block that is never closed hides all below it', '# Risks\n```\n# Executive Summary', 50],
    ['indented code is none', '    # Risks\n\n\t# Executive Summary', 0],
    ['number signs without a blank are a tag', '#Risks', 0],
    ['seven number signs are text', '####### Risks', 0],
    ['twice is not two', '# Risks\n# Risks', 50],
    ['lines that end as on Windows', '# Risks\r\nText.\r\n\r\n# Executive Summary\r\n', 100],
  ])('%s', (_why, text, percent) => {
    expect(structureCompliancePercent(text, asked)).toBe(percent)
  })

  test('without asked headings there is nothing to tell', () => {
    expect(structureCompliancePercent('# Risks', [])).toBeNull()
  })

  test.each([
    ['a number that is asked for is no obstacle', '1. Findings', '## Findings', 100],
    ['a year is part of a heading', '2026 results', '## 2025 results', 0],
    ['other scripts have words too', 'Zusammenfassung für Ärzte', '# zusammenfassung für ärzte', 100],
    ['a heading without words is never there', '---', '# ---', 0],
  ])('%s', (_why, heading, text, percent) => {
    expect(structureCompliancePercent(text, [heading])).toBe(percent)
  })
})

/** Whether a whole Markdown parser sees a heading of that text. */
const isHeadingFor = (markdown: string, text: string): boolean =>
  new Lexer().lex(markdown).some((token) => token.type === 'heading' && token.text.trim() === text)

describe('what is a heading, as a whole Markdown parser says', () => {
  test.each([
    '# Risks',
    '   ###### Risks',
    '    # Risks',
    '\t# Risks',
    '#\tRisks',
    '#Risks',
    '####### Risks',
    '# Risks #',
    'Text.\n# Risks',
    '- item\n# Risks',
    'Risks\n=',
    'Risks\n---   ',
    'Risks\n   ===',
    'Risks\n--- -',
    'Text.\n\nRisks\n===\n',
    '- Risks\n---',
    '1. Risks\n---',
    '```\n# Risks\n```',
    '```\n```\n# Risks',
    '``` not `a` fence\n# Risks',
    '~~~ `a`\n# Risks\n~~~',
    '````\n```\n# Risks\n````',
    '```\n# Risks\n    ```\n# Risks',
    '  ```\n  # Risks\n  ```',
    '```\n~~~\n# Risks',
    '``` \n# Risks\n```js\n',
    '# Risks\n```',
  ])('%j', (markdown) => {
    expect(structureCompliancePercent(markdown, ['Risks'])).toBe(isHeadingFor(markdown, 'Risks') ? 100 : 0)
  })
})
