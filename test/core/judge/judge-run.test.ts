import { describe, expect, test } from 'vitest'
import { judgeRun } from '../../../src/core/judge/judge-run.ts'
import { exitCodeOf } from '../../../src/core/outcome.ts'
import type { Baseline } from '../../../src/model/baseline.ts'
import type { Run } from '../../../src/model/run.ts'
import { verdictSchema } from '../../../src/model/verdict.ts'
import {
  aCell,
  aChat,
  aLeg,
  aPolicy,
  aReason,
  aRun,
  aTrial,
  aVisit,
  pairedTrials,
  type RunParts,
} from '../../model/a-run.ts'
import { checkOf, limited, trialsOf, verdictOf } from './a-judged-run.ts'

const oneAgent = { ...aCell().head, agents: aCell().head.agents.slice(0, 1) }

const singleCell = aCell({ workload: 'single-agent', head: oneAgent, base: oneAgent })

const paired = (
  factors: Parameters<typeof pairedTrials>[0],
  overrides: Record<string, unknown> = {},
): RunParts => ({
  policy: aPolicy({ regressions: [{ metric: 'warmTtftMs', catch: '10 %' }], ...overrides }),
  cells: [singleCell],
  trials: pairedTrials(factors),
  run: { against: 'pair' },
})

const rounds = (count: number, factor: { ttft: number; rate: number }) =>
  Array.from({ length: count }, () => factor)

describe('limits', () => {
  test.each([
    ['within', [100, 101, 99], { warn: 150, fail: 200 }, 'pass'],
    ['above warn', [160, 161, 159], { warn: 150, fail: 200 }, 'warn'],
    ['above fail', [260, 261, 259], { warn: 150, fail: 200 }, 'fail'],
    ['above fail by less than its scatter', [60, 210, 390], { fail: 200 }, 'inconclusive'],
    ['one trial decides by its value', [260], { fail: 200 }, 'fail'],
  ] as const)('%s: %j against %j is %s', (_what, ttfts, limit, status) => {
    expect(checkOf({ policy: limited(limit), trials: trialsOf(ttfts) }, 'limit/')?.status).toBe(status)
  })

  test('direction comes from the catalog: tokens per second have a lower limit', () => {
    const policy = aPolicy({ limits: [{ metric: 'decodeTokensPerSecond', warn: 20, fail: 15 }] })
    expect(checkOf({ policy, trials: trialsOf([100, 100, 100]) }, 'limit/')).toMatchObject({
      status: 'fail',
      expected: 'warn below 20 tok/s, fail below 15 tok/s',
    })
  })

  test('a metric that no trial gave is invalid, never green', () => {
    const policy = aPolicy({ limits: [{ metric: 'coldTtftMs', fail: 10_000 }] })
    expect(checkOf({ policy }, 'limit/')?.status).toBe('invalid')
    expect(verdictOf({ policy }).outcome).toBe('inconclusive')
  })

  const why =
    'Each agent must begin 3 calls or more in the first and in the last quarter of the load: raise sustain-minutes.'
  test.each([
    [
      'why it could not be told, where trials count',
      [],
      ` ${why}`,
      'Change that, or take the rule out of the policy for this machine.',
    ],
    [
      'no such reason, where none counts',
      [aReason()],
      '',
      'See the failed, spoiled or missing trials of this cell.',
    ],
  ])('a metric that no trial gave says %s', (_, spoiled, reason, fix) => {
    const policy = aPolicy({ limits: [{ metric: 'sustainedRetentionPercent', fail: 90 }] })
    const cells = [aCell({ workload: 'sustained' })]
    const check = checkOf(
      { policy, cells, trials: [aTrial({ legs: [aLeg('sustained')], spoiled })] },
      'limit/',
    )
    expect(check).toMatchObject({
      message: `sustained retention was not measured in any valid trial.${reason}`,
      fix,
    })
  })

  test('a check points at the violated level in the policy', () => {
    expect(checkOf({ policy: limited({ fail: 50 }) }, 'limit/')?.at).toEqual({
      file: 'policies/a-policy.yml',
      line: 9,
      column: 5,
    })
  })

  test('five clean trials do not show a contention below 2 %', () => {
    const policy = aPolicy({ limits: [{ metric: 'ttftAnomalyContentionPercent', warn: 2, fail: 5 }] })
    const trials = Array.from({ length: 5 }, (_, round) => aTrial({ visit: aVisit({ round }) }))
    expect(checkOf({ policy, trials }, 'limit/')).toMatchObject({ status: 'inconclusive', head: 0 })
  })
})

describe('a limit on a share of runs', () => {
  test('speaks of the whole run: 150 clean trials of three cells show what 50 of one cannot', () => {
    const policy = aPolicy({ limits: [{ metric: 'ttftAnomalyContentionPercent', warn: 2, fail: 5 }] })
    const ids = ['one', 'two', 'three']
    const trials = ids.flatMap((cellId) =>
      Array.from({ length: 50 }, (_, round) => aTrial({ visit: aVisit({ cellId, round }) })),
    )
    const found = verdictOf({ policy, cells: ids.map((id) => aCell({ id })), trials }).checks.filter(
      ({ kind }) => kind === 'limit',
    )
    expect(found).toMatchObject([{ status: 'pass', cellId: '', trials: 150 }])
  })
})

describe('regressions by pairs', () => {
  test('an unchanged head passes and says what is excluded', () => {
    const verdict = verdictOf(paired(rounds(6, { ttft: 1, rate: 1 })))
    expect(verdict.outcome).toBe('pass')
    expect(verdict.title).toBe('1 cell, excluded: warm TTFT worse by ≥ 10 %')
  })

  test('a slower head fails with the metric, the change and its interval', () => {
    const verdict = verdictOf(paired(rounds(6, { ttft: 1.3, rate: 1 })))
    expect(verdict.outcome).toBe('fail')
    expect(verdict.title).toMatch(/^warm TTFT \+30(\.\d)? % in 1 of 1 cells$/)
    expect(verdict.checks[0]).toMatchObject({ status: 'fail', metric: 'warmTtftMs', target: 0.1 })
  })

  test('a slower stream leaves TTFT green and names decode', () => {
    const verdict = verdictOf(
      paired(rounds(6, { ttft: 1, rate: 1.3 }), {
        regressions: [
          { metric: 'warmTtftMs', catch: '10 %' },
          { metric: 'decodeTokensPerSecond', catch: '5 %' },
        ],
      }),
    )
    expect(verdict.checks.filter(({ status }) => status === 'fail').map(({ metric }) => metric)).toEqual([
      'decodeTokensPerSecond',
    ])
  })

  test('too few pairs cannot tell, and say what they could have seen', () => {
    const check = checkOf(paired(rounds(2, { ttft: 1.05, rate: 1 })), 'regression/')
    expect(check?.status).toBe('inconclusive')
    expect(check?.message).toContain('could only have shown')
  })

  test('a pair counts only when both of its trials do', () => {
    const parts = paired(rounds(6, { ttft: 1, rate: 1 }))
    const trials = (parts.trials ?? []).map((trial, i) =>
      i === 0 ? { ...trial, spoiled: [aReason()] } : trial,
    )
    expect(checkOf({ ...parts, trials }, 'regression/')?.trials).toBe(5)
  })

  test('a cell that base does not have is not comparable', () => {
    const parts = paired(rounds(6, { ttft: 1, rate: 1 }))
    expect(checkOf({ ...parts, cells: [{ ...singleCell, base: null }] }, 'regression/')?.status).toBe(
      'not-comparable',
    )
  })

  test('no valid pair at all is invalid', () => {
    const parts = paired(rounds(3, { ttft: 1, rate: 1 }))
    const trials = (parts.trials ?? []).map((trial) =>
      trial.visit.subject === 'base' ? { ...trial, failure: 'cut', legs: [] } : trial,
    )
    expect(checkOf({ ...parts, trials }, 'regression/')?.status).toBe('invalid')
    expect(verdictOf({ ...parts, trials }).outcome).toBe('inconclusive')
  })
})

describe('a stored baseline', () => {
  const policy = aPolicy({
    regressions: [{ metric: 'warmTtftMs', catch: '10 %' }],
    limits: [{ metric: 'warmTtftMs', fail: 5000 }],
  })
  const baseline = (ttft: number): Baseline => ({
    schemaVersion: 3,
    policy: 'a-policy',
    sessions: [
      {
        recordedAt: '2026-01-01T00:00:00.000Z',
        policySha256: '0',
        environment: aRun().environment,
        cells: [
          {
            id: 'cell',
            variant: aCell().head,
            amount: 1,
            contextLengths: [1024],
            series: [0, 1].map((agent) => ({ metric: 'warmTtftMs' as const, agent, values: [ttft, ttft] })),
          },
        ],
      },
    ],
  })
  const parts: RunParts = { policy, trials: trialsOf([100, 100, 100]), run: { against: 'baseline' } }

  test('none yet: not comparable, says how to record one, and the limits are judged all the same', () => {
    const verdict = verdictOf(parts)
    expect(verdict.checks.find(({ kind }) => kind === 'regression')).toMatchObject({
      status: 'not-comparable',
      fix: expect.stringContaining('record'),
    })
    expect(verdict.checks.find(({ kind }) => kind === 'limit')?.status).toBe('pass')
    expect(verdict.outcome).toBe('inconclusive')
  })

  test('ten times slower than stored warns, and does not convict', () => {
    expect(verdictOf(parts, baseline(10)).outcome).toBe('warn')
  })

  test('unchanged, but finer than a stored baseline can tell', () => {
    expect(checkOf(parts, 'regression/', baseline(100))).toMatchObject({
      status: 'inconclusive',
      message: expect.stringContaining('at best'),
    })
  })

  test.each([
    [
      'another prompt',
      {
        variant: {
          ...aCell().head,
          agents: aCell().head.agents.map((agent) => ({ ...agent, task: aChat({ prompt: 'hi' }) })),
        },
      },
    ],
    ['more requests', { amount: 2 }],
  ])('a cell of the same name that was measured with %s is not comparable', (_what, difference) => {
    const other = baseline(100)
    const sessions = other.sessions.map((session) => ({
      ...session,
      cells: session.cells.map((cell) => ({ ...cell, ...difference })),
    }))
    expect(checkOf(parts, 'regression/', { ...other, sessions })).toMatchObject({
      status: 'not-comparable',
      message: expect.stringContaining('configuration'),
    })
  })

  test('another model under the same tag is not comparable', () => {
    const other = baseline(100)
    const [server] = aRun().environment.servers.head
    const models = (server?.models ?? []).map((model) => ({ ...model, digest: 'e'.repeat(64) }))
    const environment = {
      ...aRun().environment,
      servers: { head: server ? [{ ...server, models }] : [], base: [] },
    }
    const sessions = other.sessions.map((session) => ({ ...session, environment }))
    expect(checkOf(parts, 'regression/', { ...other, sessions })?.status).toBe('not-comparable')
  })

  test('compared with nothing by choice: no regression check, and a note says so', () => {
    const verdict = verdictOf({ ...parts, run: { against: 'none' } })
    expect(verdict.checks.some(({ kind }) => kind === 'regression')).toBe(false)
    expect(verdict.notes.join()).toContain('compare with nothing')
  })
})

describe('the job’s verdict', () => {
  const failing = aTrial({ failure: 'http://h: no token within 60 s', legs: [], residency: [] })

  test.each<[string, RunParts, string, number]>([
    ['no rule at all: a gate must not pass on silence', {}, 'error-input', 2],
    ['a limit broken', { policy: limited({ fail: 50 }) }, 'fail', 1],
    ['within limits', { policy: limited({ fail: 5000 }) }, 'pass', 0],
    [
      'head gave nothing because it broke: an error, not slowness',
      { policy: limited({ fail: 50 }), trials: [failing] },
      'error-machine',
      4,
    ],
    [
      'interrupted',
      {
        policy: limited({ fail: 5000 }),
        run: { ended: { how: 'interrupted', message: 'The job was stopped: SIGINT.', atMs: 1 } },
      },
      'interrupted',
      130,
    ],
    [
      'killed',
      {
        policy: limited({ fail: 5000 }),
        run: { ended: { how: 'killed', message: 'The job was killed.', atMs: 1 } },
      },
      'interrupted',
      130,
    ],
  ])('%s', (_what, parts, outcome, exitCode) => {
    const verdict = verdictOf(parts)
    expect(verdict.outcome).toBe(outcome)
    expect(exitCodeOf(verdict)).toBe(exitCode)
  })

  test('inconclusive blocks when the policy says so', () => {
    const policy = aPolicy({
      protocol: { 'on-inconclusive': 'fail' },
      limits: [{ metric: 'coldTtftMs', fail: 1 }],
    })
    expect(exitCodeOf(verdictOf({ policy }))).toBe(3)
  })

  test('the same run gives the same bytes, also after a round trip through JSON', () => {
    const run: Run = aRun(paired(rounds(6, { ttft: 1.3, rate: 1 })))
    const again: Run = JSON.parse(JSON.stringify(run))
    expect(JSON.stringify(judgeRun(again, null))).toBe(JSON.stringify(judgeRun(run, null)))
    expect(verdictSchema.safeParse(judgeRun(run, null)).error).toBeUndefined()
  })
})

test.each([
  ['nobody cut anything off', 3000, 0.05],
  ['a trial of an hour was cut off after 50 minutes: the machine was at work', 3000 + 50 * 60_000, 50.05],
])('minutes that were spent: %s', (_what, atMs, minutes) => {
  const run: Partial<Run> = { startedMs: 0, ended: { how: 'interrupted', message: 'cut', atMs } }
  const trials = [aTrial({ startedMs: 0, endedMs: 3000 })]
  expect(verdictOf({ trials, run }).measuredMinutes).toBeCloseTo(minutes, 5)
})
