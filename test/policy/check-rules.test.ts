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
        '2:15  limits[0].metric: overlapEfficiencyPercent needs two agents at once, and no entry of the matrix has as many. Measure it, or remove the rule.',
      ],
    ],
    [
      'a cold metric without cold starts',
      'limits:\n  - { metric: loadTimeMs, fail: 90 }\nprotocol: { cold: false }',
      [
        '2:15  limits[0].metric: loadTimeMs needs a cold start, and protocol.cold is false. Measure it, or remove the rule.',
      ],
    ],
    [
      'a metric limited in four ways',
      'limits:\n  - { metric: warmTtftMs, fail: 1 }\n  - { metric: warmTtftMs, of: worst, fail: 2 }\n  - { metric: warmTtftMs, of: sd, fail: 2 }\n  - { metric: warmTtftMs, of: cv, fail: 2 }',
      [],
    ],
    [
      'a metric twice in the same way',
      'limits:\n  - { metric: warmTtftMs, of: cv, fail: 1 }\n  - { metric: warmTtftMs, of: cv, fail: 2 }',
      ['3:15  limits[1].metric: warmTtftMs (cv) stands in limits[0] already. Keep one of them.'],
    ],
    [
      'a scatter is better low, whatever scatters',
      'limits:\n  - { metric: decodeTokensPerSecond, of: cv, warn: 10, fail: 5 }\n  - { metric: decodeTokensPerSecond, of: sd, warn: 2, fail: 4 }',
      [
        '2:52  limits[0].warn: 10 % is worse than fail (5 %), so it could never warn: cv of decode is better lower. Swap the two, or correct one.',
      ],
    ],
    [
      'the worst of what is better high is its least',
      'limits:\n  - { metric: decodeTokensPerSecond, of: worst, warn: 80, fail: 90 }',
      [
        '2:55  limits[0].warn: 80 tok/s is worse than fail (90 tok/s), so it could never warn: minimum of decode is better higher. Swap the two, or correct one.',
      ],
    ],
    [
      'the worst of a share of all runs',
      'limits:\n  - { metric: throughputContentionPercent, of: worst, fail: 1 }',
      [
        '2:48  limits[0].of: contention by throughput is a share of all runs, which has no worst of its own. Remove it: the share itself is limited.',
      ],
    ],
    [
      'a scatter of one run',
      'limits:\n  - { metric: warmTtftMs, of: sd, fail: 1 }\nprotocol: { runs: 1 }',
      [
        '2:31  limits[0].of: sd of warm TTFT needs at least two runs, and protocol.runs is 1. Raise runs, or remove the rule.',
      ],
    ],
    [
      'the worst of one run',
      'limits:\n  - { metric: warmTtftMs, of: worst, fail: 1 }\nprotocol: { runs: 1 }',
      [],
    ],
    [
      'one answer, which is the same as itself',
      'limits:\n  - { metric: exactMatchPercent, fail: 1 }\nprotocol: { runs: 1, exact-repeats: 1 }',
      [
        '2:15  limits[0].metric: exactMatchPercent compares answers with the first one, and there is only one. Raise protocol.exact-repeats.',
      ],
    ],
    [
      'repeated requests, and none are asked for',
      'limits:\n  - { metric: exactMatchPercent, fail: 1 }',
      [
        '2:15  limits[0].metric: exactMatchPercent needs repeated requests: set protocol.exact-repeats. Measure it, or remove the rule.',
      ],
    ],
    [
      'a cost without a price',
      'limits:\n  - { metric: costPerMillionTokens, fail: 1 }',
      [
        '2:15  limits[0].metric: costPerMillionTokens needs a price: set cost. Measure it, or remove the rule.',
      ],
    ],
    [
      'a cost with one',
      'limits:\n  - { metric: costPerMillionTokens, fail: 1 }\ncost: { gpu-hour-price: 0.035 }',
      [],
    ],
    [
      'steps of a program that tells none',
      'limits:\n  - { metric: ingestTimeMs, fail: 1 }\nagents: { a: { options: {}, program: { command: [x] } }, b: { options: {} } }',
      [
        '2:15  limits[0].metric: ingestTimeMs needs an agent with a workflow, or a program with `metrics: true`. Measure it, or remove the rule.',
      ],
    ],
    [
      'a queue’s rate, and a rate of turns in a queue',
      'limits:\n  - { metric: requestsPerHour, fail: 1 }\n  - { metric: decodeTokensPerSecond, fail: 1 }\nmatrix: [{ workload: batch, agents: [a, b] }]',
      [
        '3:15  limits[1].metric: decodeTokensPerSecond needs turns of single agents, which a batch and a sustained trial have none of. Measure it, or remove the rule.',
      ],
    ],
  ])('%s', (_, text, lines) => {
    expect(problemsIn(text)).toEqual(lines.map((line) => `p.yml:${line}`))
  })
})

describe('classes of latency', () => {
  it.each([
    ['of an agent alone', '{ workload: single-agent, latency: real-time, agents: [a] }', []],
    ['batch, of a queue', '{ workload: batch, latency: batch, agents: [a, b] }', []],
    [
      'real-time, of a queue',
      '{ workload: batch, latency: real-time, agents: [a, b] }',
      [
        '2:33  matrix[0].latency: real-time is a class of warm TTFT, which needs turns of single agents, which a batch and a sustained trial have none of. Remove it: nothing would keep or break it.',
      ],
    ],
    [
      'of programs, whose prompts a cache may know',
      '{ workload: single-agent, latency: near-real-time, agents: [p] }',
      [
        '2:40  matrix[0].latency: near-real-time is a class of warm TTFT, which needs an agent whose calls are our own, and there are only programs. Remove it: nothing would keep or break it.',
      ],
    ],
    [
      'that there is not',
      '{ workload: single-agent, latency: realtime, agents: [a] }',
      [
        '2:40  matrix[0].latency: must be one of real-time, near-real-time, batch, not "realtime". Did you mean real-time?',
      ],
    ],
  ])('%s', (_, entry, lines) => {
    const agents =
      'agents: { a: { options: {} }, b: { options: {} }, p: { options: {}, program: { command: [x] } } }'
    expect(problemsIn(`matrix:\n  - ${entry}\n${agents}`)).toEqual(lines.map((line) => `p.yml:${line}`))
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
        '2:15  regressions[0].metric: speedupRatio needs two agents at once, and no entry of the matrix has as many. Measure it, or remove the rule.',
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
