/** The doctor's page: golden files, and what no width and no word from outside may break. */
import { describe, expect, test } from 'vitest'
import { renderDoctor } from '../../src/render/doctor.ts'
import { textWidth } from '../../src/render/text-columns.ts'
import { hostileLine, somePreflight } from './some-preflight.ts'

const plain = (width: number) => renderDoctor(somePreflight, { colour: false, width })

test.each([110, 60])('in a terminal of %i columns', async (width) => {
  await expect(plain(width)).toMatchFileSnapshot(`golden/doctor-${width}-columns.txt`)
})

describe('every width', () => {
  test.each([200, 110, 80, 60, 41, 10, 0])(
    '%i columns: nothing is lost, and only long words stick out',
    (width) => {
      const text = plain(width)
      const words = (one: string) => one.split(/\s+/).filter((word) => word !== '')
      for (const { what, value, fix } of somePreflight)
        for (const word of words(`${what} ${value} ${fix ?? ''}`)) expect(text).toContain(word)
      const wide = text.split('\n').filter((line) => textWidth(line) > Math.max(40, width))
      expect(wide.filter((line) => words(line).some((word) => word.length > 15))).toEqual(wide)
    },
  )
})

test('colour repeats what a word says, and nothing else changes', () => {
  const coloured = renderDoctor(somePreflight, { colour: true, width: 110 })
  expect(coloured).toContain('\u001b[31m✗ fail\u001b[0m')
  expect(coloured).toContain('\u001b[36m? unknown\u001b[0m')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain(110))
})

test('words from outside start no line and no sequence', () => {
  const text = renderDoctor([hostileLine], { colour: false, width: 110 })
  expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u)
  expect(text.split('\n').filter((line) => /^(::|#)/.test(line))).toEqual([])
  expect(text).toContain('evil')
})

test.each([
  [somePreflight, '6 lines: 1 fail, 1 warn, 1 unknown, 1 note, 2 ok. 1 line keeps a job from starting.'],
  [somePreflight.slice(5), '1 line: 1 ok. Nothing keeps a job from starting.'],
  [[], '0 lines. Nothing keeps a job from starting.'],
])('ends with what the lines come to', (lines, expected) => {
  expect(renderDoctor(lines, { colour: false, width: 110 }).trimEnd().split('\n').at(-1)).toBe(expected)
})
