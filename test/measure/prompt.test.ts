import { describe, expect, test } from 'vitest'
import { messagesFor, nonceMaker } from '../../src/measure/prompt.ts'
import type { CellAgent } from '../../src/model/plan.ts'

const agent: CellAgent = {
  name: 'a',
  options: {},
  serverDefaults: false,
  server: 0,
  task: { kind: 'chat', system: 'Be brief.', prompt: 'Why?', headings: [] },
}

describe('prompts', () => {
  test('a session repeats no nonce in 20,000 calls, and all have one length', () => {
    const nonce = nonceMaker('2026-01-01T00:00:00.000Z/1')
    const all = Array.from({ length: 20_000 }, nonce)
    expect(new Set(all).size).toBe(all.length)
    expect(new Set(all.map((one) => one.length))).toEqual(new Set([10]))
  })

  test('another session has other nonces: a server may still hold the prompts of the last one', () => {
    expect(nonceMaker('a')()).not.toBe(nonceMaker('b')())
  })

  test('a template that drops the system message still gets the nonce first', () => {
    expect(messagesFor(agent, 0, 'abc')[1]).toEqual({ role: 'user', content: '[abc] Why?' })
  })

  test('the nonce is the first thing that the model reads', () => {
    expect(messagesFor(agent, 0, 'abc')[0]).toEqual({ role: 'system', content: '[abc] Be brief.' })
    expect(
      messagesFor({ ...agent, task: { kind: 'chat', system: null, prompt: null, headings: [] } }, 1, 'abc')[0]
        ?.content,
    ).toMatch(/^\[abc\] \w/)
  })
})
