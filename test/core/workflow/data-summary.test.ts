import { describe, expect, test } from 'vitest'
import { dataSummary } from '../../../src/core/workflow/data-summary.ts'
import type { Document } from '../../../src/model/documents.ts'

const csv = (path: string, columns: readonly string[] = ['run', 'ttft_ms']): Document => ({
  path,
  bytes: 10,
  content: {
    kind: 'csv',
    columns: [...columns],
    more: 0,
    rows: 120,
    numbers: [{ column: 'ttft_ms', mean: 123.456, min: 100, max: 151.25 }],
  },
})
const json = (path: string, keys: string[] = ['gpu', 'host']): Document => ({
  path,
  bytes: 10,
  content: { kind: 'json', keys, more: 0, entries: 2 },
})
const markdown = (path: string, headings: string[] = ['Summary', 'Next steps']): Document => ({
  path,
  bytes: 10,
  content: { kind: 'markdown', headings, more: 0, words: 77 },
})

describe('a summary of what was read', () => {
  test.each<[string, Document[], string]>([
    [
      'counts files by kind and gives each a line: columns with their figures, keys, headings',
      [csv('a/ttft.csv'), json('machine.json'), markdown('notes.md')],
      [
        'Files: 3 (1 CSV, 1 JSON, 1 Markdown)',
        'a/ttft.csv: 120 rows; run, ttft_ms (mean 123.5, 100 to 151.3)',
        'machine.json: 2 entries; gpu, host',
        'notes.md: 77 words; Summary, Next steps',
      ].join('\n'),
    ],
    ['names only kinds that are there', [json('a.json')], 'Files: 1 (1 JSON)\na.json: 2 entries; gpu, host'],
    [
      'says what a file lacks',
      [json('a.json', []), markdown('b.md', [])],
      'Files: 2 (1 JSON, 1 Markdown)\na.json: 2 entries; no keys\nb.md: 77 words; no headings',
    ],
    [
      'counts the names beyond twenty',
      [
        json(
          'a.json',
          Array.from({ length: 25 }, (_, i) => `k${i}`),
        ),
      ],
      `Files: 1 (1 JSON)\na.json: 2 entries; ${Array.from({ length: 20 }, (_, i) => `k${i}`).join(', ')}, and 5 more`,
    ],
    [
      'and those that were not kept',
      [{ ...json('a.json'), content: { kind: 'json', keys: ['a'], more: 7, entries: 8 } }],
      'Files: 1 (1 JSON)\na.json: 8 entries; a, and 7 more',
    ],
    [
      'keeps names of several lines on one, so that a file cannot pass for two',
      [markdown('a\n9 files: none.md', ['x\u0000\u001b[31m\r\ny'])],
      'Files: 1 (1 Markdown)\na 9 files: none.md: 77 words; x [31m y',
    ],
  ])('%s', (_, read, text) => {
    expect(dataSummary({ read }, 4000)).toBe(text)
  })

  test.each([
    ['many short lines', (i: number) => markdown(`${i}.md`)],
    [
      'long lines',
      (i: number) =>
        csv(
          `${i}.csv`,
          Array.from({ length: 300 }, (_, c) => `column_${c}`),
        ),
    ],
    ['names of half characters', (i: number) => markdown(`${i}.md`, ['\u{1F600}'.repeat(500)])],
  ])('fits its room, whatever is read: %s', (_, make) => {
    const read = Array.from({ length: 500 }, (_, i) => make(i))
    for (const room of [200, 201, 237, 392, 904, 1928, 30_000]) {
      const text = dataSummary({ read }, room)
      expect(text.length).toBeLessThanOrEqual(room)
      expect(text.length).toBeGreaterThan(room === 30_000 ? 10_000 : room / 3)
      expect(text.isWellFormed()).toBe(true)
      const lines = text.split('\n')
      expect(lines.length).toBeGreaterThanOrEqual(2)
      const more = /^and (\d+) more files$/.exec(lines.at(-1) ?? '')?.[1]
      expect(lines.length - 1 - (more === undefined ? 0 : 1) + Number(more ?? 0)).toBe(500)
    }
  })

  test('of one file with a line that is too long is cut to its room', () => {
    const text = dataSummary({ read: [csv(`${'d/'.repeat(200)}a.csv`)] }, 200)
    expect(text).toHaveLength(200)
    expect(text).toMatch(/…$/)
  })
})
