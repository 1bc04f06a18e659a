import { expect, test } from 'vitest'
import { renderTerminal } from '../../src/render/terminal.ts'
import { textWidth } from '../../src/render/text-columns.ts'
import { aCheck, aVerdict } from '../model/a-verdict.ts'
import { verdicts } from './verdicts.ts'

const esc = String.fromCharCode(0x1b)

test.each(Object.entries(verdicts))('%s holds no control character without colour', (_, verdict) => {
  expect(renderTerminal(verdict, { colour: false, width: 100 })).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u)
})

test.each(Object.entries(verdicts))('%s says the same with colour and without', (_, verdict) => {
  const plain = renderTerminal(verdict, { colour: false, width: 100 })
  const coloured = renderTerminal(verdict, { colour: true, width: 100 })
  expect(coloured).not.toBe(plain)
  expect(coloured.replace(new RegExp(`${esc}\\[\\d+m`, 'g'), '')).toBe(plain)
})

test('checks line up, also beside wide characters', () => {
  const checks = [
    aCheck({ expected: '模型' }),
    aCheck({ metric: 'decodeTokensPerSecond', head: 114.5, expected: 'ab' }),
  ]
  const lines = renderTerminal(aVerdict({ checks }), { colour: false, width: 100 }).split('\n')
  const rows = lines.filter((line) => line.includes('✓ pass'))
  expect(rows).toHaveLength(2)
  expect(new Set(rows.map(textWidth)).size).toBe(1)
})

test('lines keep within the width where words allow', () => {
  const { red } = verdicts
  if (!red) throw new Error('no verdict called red')
  for (const line of renderTerminal(red, { colour: false, width: 80 }).split('\n'))
    expect(textWidth(line)).toBeLessThanOrEqual(80)
})

test('on another engine than Ollama the first line says so', () => {
  const { embedded } = verdicts
  if (!embedded) throw new Error('no verdict called embedded')
  expect(renderTerminal(embedded, { colour: false, width: 100 })).toMatch(/^Measured on the embedded engine/)
})
