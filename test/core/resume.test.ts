import { describe, expect, test } from 'vitest'
import { planRun } from '../../src/core/plan/plan-run.ts'
import {
  lastMomentMs,
  notOurs,
  resumeDifferences,
  spentMs,
  type Unfinished,
  unfinishedRun,
} from '../../src/core/resume.ts'
import type { Environment } from '../../src/model/environment.ts'
import { type Ended, type JournalLine, type RunHeader, runHeaderSchema } from '../../src/model/run.ts'
import { aGpu, aServer } from '../model/a-machine.ts'
import { anEnvironment, aPause, aPolicy, aRunHeader, aTrial, aVisit } from '../model/a-run.ts'
import { aLoadedPolicy, aPairedRequest } from './plan/a-request.ts'

const minutes = (count: number) => count * 60_000

const header: JournalLine = { kind: 'header', header: aRunHeader() }
const trial = (round = 0): JournalLine => ({ kind: 'trial', trial: aTrial({ visit: aVisit({ round }) }) })
const pause: JournalLine = { kind: 'resumed', resumed: aPause() }
const end = (how: Ended['how']): JournalLine => ({ kind: 'ended', ended: { how, message: '', atMs: 1 } })

describe('a journal', () => {
  test.each<[string, JournalLine[], number | null]>([
    ['killed in the middle: its trials are kept', [header, trial(0), trial(1)], 2],
    ['interrupted by a signal', [header, trial(0), end('interrupted')], 1],
    ['said to be killed', [header, trial(0), end('killed')], 1],
    ['killed again after it had gone on', [header, trial(0), end('interrupted'), pause, trial(1)], 2],
    ['killed at once when it went on', [header, trial(0), pause], 1],
    ['all trials are there, and no end: their repeats may be missing', [header, trial(0)], 1],
    ['brought to its end', [header, trial(0), end('completed')], null],
    ['ended by its budget, which is an end', [header, trial(0), end('deadline')], null],
    ['given up because head failed', [header, trial(0), end('failed')], null],
    ['went on, and came to its end', [header, trial(0), pause, trial(1), end('completed')], null],
    ['no trial that would be lost', [header], null],
    ['stopped before its first trial', [header, end('interrupted')], null],
    ['nothing in it', [], null],
    ['no header', [trial(0)], null],
  ])('%s', (_what, lines, trials) => {
    expect(unfinishedRun(lines, false)?.trials.length ?? null).toBe(trials)
  })

  test('comes with its header, its pauses, and whether its last line was torn', () => {
    expect(unfinishedRun([header, trial(0), pause], true)).toEqual({
      header: aRunHeader(),
      trials: [aTrial()],
      resumed: [aPause()],
      repaired: true,
    })
  })
})

const unfinished = (overrides: Partial<Unfinished> = {}): Unfinished => ({
  header: aRunHeader(),
  trials: [aTrial()],
  resumed: [],
  repaired: false,
  ...overrides,
})

describe('whose journal it is', () => {
  const ofJob = (job: string | null) => unfinished({ header: aRunHeader({ job }) })
  const nextDay = '2026-01-02T00:00:03.000Z'
  test.each<[string, Unfinished, string | null, string, string | null]>([
    ['the same job again', ofJob('run 7'), 'run 7', '2026-01-01T01:00:00.000Z', null],
    ['by hand, outside of CI', ofJob(null), null, '2026-01-01T01:00:00.000Z', null],
    ['another job', ofJob('run 7'), 'run 8', '2026-01-01T01:00:00.000Z', 'it is of the job run 7'],
    ['a CI job’s, gone on with by hand', ofJob('run 7'), null, nextDay, 'it is of the job run 7'],
    ['one made by hand, found by CI', ofJob(null), 'run 8', '2026-01-01T01:00:00.000Z', 'it is of no CI job'],
    ['a day after its last trial', ofJob(null), null, nextDay, null],
    [
      'more than a day after its last trial',
      ofJob(null),
      null,
      '2026-01-02T00:00:04.000Z',
      'it ended on 2026-01-01T00:00:03.000Z',
    ],
  ])('%s', (_what, earlier, job, now, reason) => {
    expect(notOurs(earlier, job, now)).toBe(reason)
  })
})

describe('the time that is gone', () => {
  const spans = (...list: readonly (readonly [number, number])[]) =>
    list.map(([start, last]) => aTrial({ startedMs: minutes(start), endedMs: minutes(last) }))
  const pauses = (...atMinutes: number[]) => atMinutes.map((at) => aPause({ atMs: minutes(at) }))

  test.each<[string, Partial<Unfinished>, number]>([
    [
      'from the beginning to the last trial, gaps between trials included',
      { trials: spans([1, 2], [3, 5]) },
      5,
    ],
    ['a pause is not spent', { trials: spans([0, 2], [30, 33]), resumed: pauses(30) }, 2 + 3],
    [
      'two pauses, each process for itself',
      { trials: spans([0, 2], [31, 33], [61, 64]), resumed: pauses(30, 60) },
      2 + 3 + 4,
    ],
    [
      'a process that was killed before its first trial has nothing to show for it',
      { trials: spans([0, 2], [61, 64]), resumed: pauses(30, 60) },
      2 + 0 + 4,
    ],
    ['the last process has measured nothing yet', { trials: spans([0, 2]), resumed: pauses(30) }, 2],
  ])('%s', (_what, parts, spent) => {
    expect(spentMs({ startedMs: 0, ...unfinished(parts) })).toBe(minutes(spent))
  })

  test('counts from the header, whose clock need not begin at 0', () => {
    expect(spentMs({ startedMs: minutes(10), ...unfinished({ trials: spans([11, 12]) }) })).toBe(minutes(2))
  })

  test('the journal’s own clock stood at the end of its last trial, or at its beginning', () => {
    expect(lastMomentMs(unfinished({ trials: spans([0, 2], [3, 5]) }))).toBe(minutes(5))
    expect(lastMomentMs(unfinished({ header: aRunHeader({ startedMs: 7 }), trials: [] }))).toBe(7)
  })
})

describe('what keeps a job from going on', () => {
  const then = aRunHeader()
  const environment = (overrides: Partial<Environment>) => ({ environment: anEnvironment(overrides) })
  const policied = (overrides: Record<string, unknown>, sha256 = then.policy.sha256) => ({
    policy: { ...then.policy, policy: aPolicy(overrides), sha256 },
  })
  const [server] = then.environment.servers.head

  test.each<[string, Partial<RunHeader>, string[]]>([
    ['nothing changed', {}, []],
    ['another time and another wall clock', { startedAt: '2026-01-01T05:00:00.000Z', startedMs: 1 }, []],
    [
      'what the preflight says now',
      { preflight: [{ what: 'a', value: 'b', verdict: 'warn', fix: null }] },
      [],
    ],
    ['more time is no other measurement', policied({ protocol: { 'budget-minutes': 600 } }), []],
    [
      'another limit',
      policied({ limits: [{ metric: 'warmTtftMs', fail: 1 }] }),
      ['the policy policies/a-policy.yml has other limits'],
    ],
    [
      'another text of the policy that says the same: a comment, or more time',
      policied({}, '1'.repeat(64)),
      [],
    ],
    [
      'more time, and another number of runs',
      policied({ protocol: { 'budget-minutes': 600, runs: 7 } }),
      ['the policy policies/a-policy.yml has other protocol.runs'],
    ],
    ['what the machine says now is noted, and no difference', { notes: ['It is hot.'] }, []],
    ['compared with something else', { against: 'pair' }, ['it compared with none, now with pair']],
    [
      'another order of the visits',
      { plan: { ...then.plan, visits: [aVisit({ round: 1 })] } },
      ['the plan of cells and visits is another one'],
    ],
    [
      'another driver and GPU',
      environment({ gpu: aGpu() }),
      [expect.stringContaining('GPU: state: absent → present')],
    ],
    [
      'an upgraded server',
      environment({ servers: { head: server ? [{ ...server, version: '0.24.1' }, server] : [], base: [] } }),
      ['head server 1: Ollama version: 0.24.0 → 0.24.1'],
    ],
    [
      'a server that was found, and is our own now: known on one side only',
      environment({
        servers: {
          head: server ? [{ ...aServer(), version: '0.24.0', models: server.models }, server] : [],
          base: [],
        },
      }),
      [
        expect.stringContaining('origin: found running → started by the gate'),
        expect.stringMatching(/^known on one side only: /),
      ],
    ],
  ])('%s', (_what, changes, differences) => {
    expect(resumeDifferences(then, aRunHeader(changes))).toEqual(differences)
  })

  test('a header that was read back is the header that was written, whatever the order of its keys', () => {
    const matrix = '  - { workload: single-agent, agents: [{ use: chimera, min_p: 0.1, stop: [end] }] }'
    const header = aRunHeader({ plan: planRun(aPairedRequest(matrix)), policy: aLoadedPolicy(matrix) })
    const stored = runHeaderSchema.parse(JSON.parse(JSON.stringify(header)))
    expect(resumeDifferences(stored, header)).toEqual([])
  })

  test('every difference is told at once', () => {
    const now = aRunHeader({
      against: 'baseline',
      ...policied({ models: ['b'] }),
      ...environment({ engine: 'scripted' }),
    })
    expect(resumeDifferences(then, now)).toEqual([
      'the policy policies/a-policy.yml has other models',
      'it compared with none, now with baseline',
      'engine: ollama → scripted',
    ])
  })
})
