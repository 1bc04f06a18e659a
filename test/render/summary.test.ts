import { describe, expect, test } from 'vitest'
import { renderSummary } from '../../src/render/summary.ts'
import { aCheck, aSummary, aVerdict } from '../model/a-verdict.ts'
import { verdicts } from './verdicts.ts'

const bytes = (text: string): number => Buffer.byteLength(text)

const cells = Array.from({ length: 3000 }, (_, index) => `cell-${index}-${'ü'.repeat(60)}`)

const huge = aVerdict({
  checks: cells.map((cellId) => aCheck({ cellId, status: 'fail', message: 'x'.repeat(500) })),
  figures: cells.map((cellId) => aSummary({ cellId, typical: 612 })),
  notes: cells,
})

describe('a summary that is too long', () => {
  test.each([1024 * 1024, 65_000, 20_000])('keeps within %i bytes', (maxBytes) => {
    expect(bytes(renderSummary(huge, maxBytes))).toBeLessThanOrEqual(maxBytes)
  })

  test('is within 1 MiB by default and says what is left out', () => {
    const text = renderSummary(huge)
    expect(bytes(text)).toBeLessThanOrEqual(1024 * 1024)
    expect(text).toMatch(/\d+ checks left out here for their size; verdict\.json has all\./)
    expect(text).toMatch(/\d+ cells left out here for their size; verdict\.json has all\./)
  })

  test('leaves whole rows out: every row of a table has its columns, every fold is closed', () => {
    const text = renderSummary(huge, 200_000)
    const rows = text.split('\n').filter((line) => line.startsWith('| ❌'))
    expect(rows.length).toBeGreaterThan(20)
    for (const row of rows) expect(row.endsWith(' |')).toBe(true)
    expect(text.split('<details>').length).toBe(text.split('</details>').length)
  })

  test('keeps the first table and counts the findings that are not in it', () => {
    expect(renderSummary(huge, 65_000)).toContain('2990 more findings')
  })
})

test('on another engine than Ollama the first line says so', () => {
  const { embedded } = verdicts
  if (!embedded) throw new Error('no verdict called embedded')
  const [first, , third] = renderSummary(embedded).split('\n')
  expect(first).toBe('**Measured on the embedded engine: not comparable with a real Ollama.**')
  expect(third).toMatch(/^### ✅ PASS · quick on laptop/)
})

test('a run that compared with nothing says how to record a baseline', () => {
  const { 'first-run': first } = verdicts
  if (!first) throw new Error('no verdict called first-run')
  expect(renderSummary(first)).toContain('record a baseline on this machine')
})

test('an empty verdict is a title and its cost', () => {
  const text = renderSummary(
    aVerdict({
      outcome: 'error-input',
      title: 'no check at all',
      checks: [],
      environment: null,
      policy: null,
    }),
  )
  expect(text).toMatch(/^### 🚫 WRONG INPUT · no check at all\n/)
  expect(text).not.toContain('|')
})

test('a stored baseline excludes, but not at the confidence of pairs', () => {
  const stored = aCheck({ kind: 'regression', base: 600, head: 606, target: 0.15, detectable: 0.11 })
  const text = renderSummary(aVerdict({ checks: [stored] }))
  expect(text).toContain('rises ≥ 15 % of warm TTFT are excluded against the stored baseline')
  expect(text).not.toContain('97')
})

test('text from outside stands in no line of its own and opens no tag', () => {
  const { hostile } = verdicts
  if (!hostile) throw new Error('no verdict called hostile')
  const text = renderSummary(hostile)
  expect(text).not.toMatch(/<script|<img|<!--|[^\P{Cc}\n]|\p{Cf}/u)
  expect(text).not.toMatch(/@octocat|#12\b|\[click\]\(/)
  expect(text.split('\n').filter((line) => /^(#+ |::|##\[)/.test(line))).toHaveLength(1)
})
