/** Estimates that can be checked by hand. */
import { describe, expect, it } from 'vitest'
import { estimateMinutes } from '../../../src/core/plan/estimate-minutes.ts'
import { planRun } from '../../../src/core/plan/plan-run.ts'
import type { AgentPolicy } from '../../../src/model/agent.ts'
import { aPairedRequest, aRequest } from './a-request.ts'

const protocol = 'protocol: { runs: 2, warmup-requests: 0, ttft-probes: 5 }\n'
const agent = '{ use: chimera, num_predict: 490 }'
const single = `  - { workload: single-agent, agents: [${agent}] }`
const pair = `  - { workload: two-agents, topology: as-given, agents: [${agent}, ${agent}] }`

const three = (workload: string) =>
  `  - { workload: ${workload}, topology: server-each, agents: [${agent}, ${agent}, ${agent}] }`
const queue = protocol.replace('runs', 'batch-requests: 30, runs')

const withTask = (task: Partial<AgentPolicy>) => {
  const request = aRequest(single, {}, protocol)
  return { ...request, agents: { head: { chimera: { options: {}, ...task } }, base: null } }
}

describe('estimateMinutes', () => {
  it.each([
    // 490 tokens are 9.8 s, and 0.2 s to the first: 10 s an answer; five probes are 1 s; a load is 10 s.
    ['one agent: a load, twice five probes and an answer', aRequest(single, {}, protocol), 10 + 2 * (1 + 10)],
    ['with a base: twice that', aPairedRequest(single, {}, protocol), 2 * (10 + 2 * (1 + 10))],
    [
      'two agents in turn on one server: alone, and one after the other',
      aRequest(pair, {}, protocol),
      10 + 2 * (2 + 20 + 20),
    ],
    [
      'two agents on two servers: two loads, alone, and both at once',
      aRequest(pair, { servers: { head: 2, base: null } }, protocol),
      20 + 2 * (2 + 20 + 10),
    ],
    [
      'three requests in each leg',
      aRequest(single, {}, protocol.replace('runs', 'requests: 3, runs')),
      10 + 2 * (1 + 30),
    ],
    [
      'five warm-ups of eight tokens, once',
      aRequest(single, {}, protocol.replace('requests: 0', 'requests: 5')),
      10 + 5 * 0.36 + 2 * (1 + 10),
    ],
    [
      'three agents on three servers: three loads, alone, and all at once',
      aRequest(three('many-agents'), { servers: { head: 3, base: null } }, protocol),
      30 + 2 * (3 + 30 + 10),
    ],
    [
      'a queue of 30 requests that three servers work off',
      aRequest(three('batch'), { servers: { head: 3, base: null } }, queue),
      30 + 2 * 100,
    ],
    [
      'the same queue on one server, whoever asks',
      aRequest(three('batch').replace('server-each', 'one-server'), {}, queue),
      10 + 2 * 300,
    ],
    [
      'half an hour of load',
      aRequest(
        three('sustained').replace('server-each', 'one-server'),
        {},
        protocol.replace('runs', 'sustain-minutes: 30, runs'),
      ),
      10 + 2 * 1800,
    ],
    [
      'four repeated requests of each agent',
      aRequest(single, {}, protocol.replace('runs', 'exact-repeats: 4, runs')),
      10 + 2 * (1 + 10 + 40),
    ],
    [
      'a workflow: a second for its files and two answers, and no probes',
      withTask({ workflow: { 'most-files': 1, 'most-kibibytes': 1 } }),
      10 + 2 * 21,
    ],
    [
      'a program, of which nobody knows: as if it asked twice',
      withTask({ program: { command: ['x'], 'setup-minutes': 1, 'timeout-minutes': 1, metrics: false } }),
      10 + 2 * 21,
    ],
  ])('%s', (_, request, seconds) => {
    expect(estimateMinutes(planRun(request), request.loaded.policy.protocol)).toBeCloseTo(seconds / 60, 6)
  })
})
