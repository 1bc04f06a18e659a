/** Limits and regressions that contradict the catalog, the matrix, themselves or each other. */
import { describe, expect, it } from 'vitest'
import { problemsIn } from './policy-text.ts'

const single = '\nmatrix: [{ workload: single-agent, agents: [a] }]'

describe('limits', () => {
  it.each([
    [
      'neither warn nor fail',
      'limits:\n  - { metric: warmTtftMs }',
      ['2:5  limits[0]: has neither warn nor fail, so nothing can break it. Give it one of them.'],
    ],
    [
      'warn beyond fail, where less is better',
      'limits:\n  - { metric: warmTtftMs, warn: 2000, fail: 1000 }',
      [
        '2:33  limits[0].warn: 2000 ms is worse than fail (1000 ms), so it could never warn: warm TTFT is better lower. Swap the two, or correct one.',
      ],
    ],
    [
      'warn beyond fail, where more is better',
      'limits:\n  - { metric: decodeTokensPerSecond, warn: 80, fail: 90 }',
      [
        '2:44  limits[0].warn: 80 tok/s is worse than fail (90 tok/s), so it could never warn: decode is better higher. Swap the two, or correct one.',
      ],
    ],
    ['warn at fail is only one level', 'limits:\n  - { metric: warmTtftMs, warn: 1, fail: 1 }', []],
    [
      'a metric twice',
      'limits:\n  - { metric: warmTtftMs, fail: 1 }\n  - { metric: warmTtftMs, fail: 2 }',
      ['3:15  limits[1].metric: warmTtftMs stands in limits[0] already. Keep one of them.'],
    ],
    [
      'a metric of two agents in a matrix of one',
      `limits:\n  - { metric: overlapEfficiencyPercent, fail: 90 }${single}`,
      [
        '2:15  limits[0].metric: overlapEfficiencyPercent needs 2 agents, and no entry of the matrix has as many. Measure it, or remove the rule.',
      ],
    ],
    [
      'a cold metric without cold starts',
      'limits:\n  - { metric: loadTimeMs, fail: 90 }\nprotocol: { cold: false }',
      [
        '2:15  limits[0].metric: loadTimeMs needs a cold start, and protocol.cold is false. Measure it, or remove the rule.',
      ],
    ],
  ])('%s', (_, text, lines) => {
    expect(problemsIn(text)).toEqual(lines.map((line) => `p.yml:${line}`))
  })
})

describe('regressions', () => {
  it.each([
    [
      'points of a time',
      'regressions:\n  - { metric: warmTtftMs, catch: 3 points }',
      [
        '2:34  regressions[0].catch: warm TTFT changes by a share of its value, not by points. Write for example "5 %".',
      ],
    ],
    [
      'a share of a percentage',
      'regressions:\n  - { metric: parallelEfficiencyPercent, catch: 3 % }',
      [
        '2:49  regressions[0].catch: parallel efficiency is a percentage and changes by points, not by a share of itself. Write for example "3 points".',
      ],
    ],
    [
      'a change of nothing',
      'regressions:\n  - { metric: warmTtftMs, catch: 0.0 % }',
      [
        '2:34  regressions[0].catch: a change of zero cannot be told from none. Name the change that must be caught.',
      ],
    ],
    [
      'a metric twice',
      'regressions:\n  - { metric: warmTtftMs, catch: 5 % }\n  - { metric: warmTtftMs, catch: 9 % }',
      ['3:15  regressions[1].metric: warmTtftMs stands in regressions[0] already. Keep one of them.'],
    ],
    [
      'a metric of two agents in a matrix of one',
      `regressions:\n  - { metric: speedupRatio, catch: 5 % }${single}`,
      [
        '2:15  regressions[0].metric: speedupRatio needs 2 agents, and no entry of the matrix has as many. Measure it, or remove the rule.',
      ],
    ],
    [
      'the same metric limited and compared',
      'regressions:\n  - { metric: warmTtftMs, catch: 1 % }\nlimits:\n  - { metric: warmTtftMs, fail: 1 }',
      [],
    ],
  ])('%s', (_, text, lines) => {
    expect(problemsIn(text)).toEqual(lines.map((line) => `p.yml:${line}`))
  })
})
