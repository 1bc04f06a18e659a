/** Whatever the text, a policy is parsed or its problems are told: never another error, never a place outside it. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { InputError } from '../../src/errors.ts'
import { parsePolicy } from '../../src/policy/parse-policy.ts'

const original = readFileSync(new URL('../../policies/multi-agent.yml', import.meta.url), 'utf8')
const pieces = [
  '[',
  ']',
  '{',
  '}',
  ':',
  ' ',
  '\n',
  '\t',
  '*a',
  '&a ',
  '-',
  '"',
  '? ',
  '#',
  '!',
  '0',
  '.nan',
  '<<: ',
  '__proto__: ',
  '\u0000',
  '---\n',
]

function mutate(text: string, random: () => number): string {
  const at = Math.floor(random() * text.length)
  const length = Math.floor(random() * 6)
  const piece = pieces[Math.floor(random() * pieces.length)] ?? ''
  return text.slice(0, at) + piece + text.slice(at + length)
}

describe('a policy with random slips', () => {
  it.each([1, 2, 3])('seed %d', (seed) => {
    const random = seededRandom(seed)
    for (let i = 0; i < 60; i++) {
      let text = original
      for (let slips = 0; slips <= i % 3; slips++) text = mutate(text, random)
      const lines = text.split('\n').length
      try {
        parsePolicy({ text, file: 'p.yml', sha256: '' })
      } catch (error) {
        if (!(error instanceof InputError))
          throw new Error(`threw for ${JSON.stringify(text)}`, { cause: error })
        expect(error.problems.length).toBeGreaterThan(0)
        for (const { at } of error.problems) {
          expect(at?.line).toBeGreaterThanOrEqual(1)
          expect(at?.line).toBeLessThanOrEqual(lines)
        }
      }
    }
  })
})
