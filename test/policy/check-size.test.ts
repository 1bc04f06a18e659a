/** Matrices that nobody can measure: refused with their cells and their time, before anything is expanded. */
import { describe, expect, it } from 'vitest'
import { problemsIn } from './policy-text.ts'

const list = (length: number) => `[${Array.from({ length }, (_, i) => i).join(', ')}]`
const sweep = (...lengths: readonly number[]) =>
  `sweep: { ${['seed', 'top_k', 'num_keep'].map((axis, i) => `${axis}: ${list(lengths[i] ?? 1)}`).join(', ')} }`

const sized = (size: string) =>
  `p.yml:2:3  matrix: comes to ${size}; at most 500 cells can be measured. Sweep fewer values, or exclude combinations.`

describe('the size of a matrix', () => {
  it.each([
    // A load of 10 s, three warm-ups of 0.36 s, and five trials of four probes of 0.2 s and an answer of 2.76 s: 28.88 s.
    [
      'a sweep of three axes',
      `{ workload: single-agent, agents: [a], ${sweep(10, 10, 10)} }`,
      '1000 cells × 5 runs, roughly 8 hours',
    ],
    [
      'a hundred thousand cells',
      `{ workload: single-agent, agents: [a], ${sweep(100, 100, 10)} }`,
      '100000 cells × 5 runs, roughly 802 hours',
    ],
    [
      'more than could even be listed, in the time that it takes to count them',
      `{ workload: single-agent, agents: [a], ${sweep(1000, 1000, 1000)} }`,
      '1000000000 cells × 5 runs, roughly 8022222 hours',
    ],
    [
      'an hour of load for each',
      `{ workload: sustained, agents: [a], ${sweep(10, 10, 10)} }\nprotocol: { budget-minutes: 90 }`,
      '1000 cells × 5 runs, roughly 5003 hours',
    ],
    [
      'longer answers of three agents with a server each',
      `{ workload: many-agents, topology: server-each, agents: [a, b, { use: a, num_predict: 990 }], ${sweep(10, 10, 10)} }`,
      // 3 loads, 9 warm-ups; five times 12 probes, 2.76 + 2.76 + 20 s alone and 20 s at once: 272.84 s.
      '1000 cells × 5 runs, roughly 76 hours',
    ],
  ])('%s', (_, entry, size) => {
    expect(problemsIn(`matrix:\n  - ${entry}`)).toEqual([sized(size)])
  })

  it('is said without a time where the protocol is broken', () => {
    const text = `matrix:\n  - { workload: single-agent, agents: [a], ${sweep(10, 10, 10)} }\nprotocol: { runs: 0 }`
    expect(problemsIn(text)[0]).toBe(sized('1000 cells'))
  })

  it('counts what is left after exclude, where that is still a list', () => {
    const entry = `{ workload: single-agent, agents: [a], ${sweep(6, 10, 10)}, exclude: [{ seed: 0 }, { seed: 1 }] }`
    expect(problemsIn(`matrix:\n  - ${entry}`)).toEqual([])
  })
})

describe('a sustained trial', () => {
  const matrix = 'matrix: [{ workload: sustained, agents: [a, b] }]'

  it.each([
    [
      'as long as the budget, as both are by default',
      '',
      [
        'p.yml:1:1  protocol.sustain-minutes: a sustained trial of 60 minutes never ends within a budget of 60 minutes. Raise budget-minutes to more than that for each run, or lower sustain-minutes.',
      ],
    ],
    [
      'longer than the budget',
      'protocol: { budget-minutes: 90, sustain-minutes: 600 }',
      [
        'p.yml:2:50  protocol.sustain-minutes: a sustained trial of 10 hours never ends within a budget of 90 minutes. Raise budget-minutes to more than that for each run, or lower sustain-minutes.',
      ],
    ],
    ['shorter than it', 'protocol: { budget-minutes: 61 }', []],
  ])('%s', (_, protocol, lines) => {
    expect(problemsIn(`${matrix}\n${protocol}`)).toEqual(lines)
  })

  it('is as long as it likes where there is none', () => {
    expect(problemsIn('protocol: { budget-minutes: 5 }')).toEqual([])
  })
})
