/** Classes of latency against the warm TTFT of their cells. */
import { describe, expect, it } from 'vitest'
import { gatherEvidence } from '../../../src/core/judge/evidence.ts'
import { judgeLatencyClasses } from '../../../src/core/judge/latency-class.ts'
import type { Cell } from '../../../src/model/plan.ts'
import type { Trial } from '../../../src/model/run.ts'
import { aCall, aCell, aLeg, anAgent, aPolicy, aRun, aTrial } from '../../model/a-run.ts'
import { trialsOf } from './a-judged-run.ts'

const judged = (cell: Partial<Cell>, trials: readonly Trial[]) =>
  judgeLatencyClasses(gatherEvidence(aRun({ cells: [aCell(cell)], trials }), null))

describe('a class of latency', () => {
  it.each<[string, Cell['latency'], readonly number[], readonly string[]]>([
    ['real-time below 200 ms', 'real-time', [150, 151, 149], ['pass']],
    ['real-time above 200 ms', 'real-time', [250, 251, 249], ['fail']],
    ['real-time around 200 ms, by less than the scatter', 'real-time', [60, 210, 390], ['inconclusive']],
    ['near-real-time below 2 s', 'near-real-time', [250, 251, 249], ['pass']],
    ['near-real-time above 2 s', 'near-real-time', [2500, 2510, 2490], ['fail']],
    ['batch, which asks for nothing', 'batch', [9000, 9001, 8999], []],
    ['none', null, [9000, 9001, 8999], []],
  ])('%s', (_, latency, ttfts, statuses) => {
    expect(judged({ latency }, trialsOf(ttfts)).map(({ status }) => status)).toEqual(statuses)
  })

  it('is said with its bound, its source and what to do', () => {
    expect(judged({ latency: 'real-time' }, trialsOf([250, 251, 249]))[0]).toMatchObject({
      id: 'latency/real-time/cell',
      kind: 'limit',
      of: 'typical',
      metric: 'warmTtftMs',
      message: 'real-time: warm TTFT of agent 1 is 250 ms, above the limit of 200 ms.',
      expected: 'real-time: fail above 200 ms',
      source: 'appendix W.1',
      head: 250,
      trials: 3,
      fix: expect.stringContaining('num_ctx'),
    })
  })

  it('is that of the slowest agent', () => {
    const trial = aTrial({
      legs: [aLeg('solo', aCall({ ttftMs: 50 }), aCall({ agent: 1, ttftMs: 500 }))],
    })
    expect(judged({ latency: 'real-time' }, [trial])[0]?.message).toContain('of agent 2 is 500 ms')
  })

  it.each([
    ['no trial counts', {}, aTrial({ failure: 'The stream was cut.', legs: [] })],
    ['the load has no turns of single agents', { workload: 'sustained' as const }, aTrial({ legs: [] })],
    [
      'the agents are programs',
      {
        head: {
          ...aCell().head,
          agents: [
            anAgent({
              task: {
                kind: 'program',
                command: ['x'],
                'setup-minutes': 1,
                'timeout-minutes': 1,
                metrics: false,
              },
            }),
          ],
        },
      },
      aTrial(),
    ],
  ])('is not kept where %s: silence is never pass', (_, cell, trial) => {
    expect(judged({ latency: 'real-time', ...cell }, [trial]).map(({ status }) => status)).toEqual([
      'invalid',
    ])
  })

  it('points at the entry that asks for it', () => {
    const matrix = [
      { workload: 'two-agents', scenario: 'other', agents: ['chimera', 'chimera'] },
      {
        workload: 'two-agents',
        scenario: 'chimera_homo',
        latency: 'real-time',
        agents: ['chimera', 'chimera'],
      },
    ]
    const at = { file: 'p.yml', line: 9, column: 5 }
    const run = aRun({
      policy: aPolicy({ matrix }),
      cells: [aCell({ latency: 'real-time' })],
      trials: trialsOf([1]),
    })
    const policy = { ...run.policy, positions: { 'matrix[1].latency': at } }
    expect(judgeLatencyClasses(gatherEvidence({ ...run, policy }, null))[0]?.at).toEqual(at)
  })
})
