import { describe, expect, test } from 'vitest'
import { analysisPrompt, reportHeadings, reportPrompt } from '../../../src/core/workflow/prompts.ts'
import { characterRoom, cutText } from '../../../src/core/workflow/text-room.ts'

describe('what a workflow asks', () => {
  test('its first call has the summary, its second one the analysis and every heading that is measured', () => {
    expect(analysisPrompt('3 files').prompt).toMatch(/\n3 files$/)
    const { prompt } = reportPrompt('  It is slow.\n')
    expect(prompt).toMatch(/\nIt is slow\.$/)
    for (const heading of reportHeadings) expect(prompt).toContain(`## ${heading}\n`)
  })

  test.each(['', ' \n'])(
    'an analysis of nothing (%j) is said to be none, and the report is asked for',
    (said) => {
      expect(reportPrompt(said).prompt).toMatch(/\n\(none was given\)$/)
    },
  )
})

describe('the room for data in a prompt', () => {
  test.each([
    ['256 tokens, the least of TR111: the floor', 256, 200],
    ['512', 512, 392],
    ['1024', 1024, 904],
    ['2048', 2048, 1928],
    ['no context that is sent: as 2048', undefined, 1928],
    ['131072: no more, so that all of a sweep are asked the same', 131_072, 1928],
    ['1, which no server has', 1, 200],
  ])('%s', (_, numCtx, characters) => {
    expect(characterRoom(numCtx)).toBe(characters)
  })

  test.each([256, 512, 1024, 4096])(
    'with the longest data both prompts stay within %i tokens, at two characters a token of data and three of prose',
    (numCtx) => {
      const data = 'x'.repeat(characterRoom(numCtx))
      for (const { system, prompt } of [analysisPrompt(data), reportPrompt(data)])
        expect(data.length / 2 + (system.length + prompt.length - data.length) / 3).toBeLessThan(numCtx)
    },
  )

  test.each([
    ['short', 10, 'short'],
    ['just right', 10, 'just right'],
    ['far too long', 6, 'far t…'],
    ['ab\u{1F600}', 3, 'ab…'],
    ['a\u{1F600}bc', 3, 'a\uFFFD…'],
    ['anything', 0, '…'],
  ])('%j in %i characters is %j', (text, room, cut) => {
    expect(cutText(text, room)).toBe(cut)
  })
})
