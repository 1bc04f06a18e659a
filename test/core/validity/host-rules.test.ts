import { describe, expect, test } from 'vitest'
import { hostReasons } from '../../../src/core/validity/host-rules.ts'
import { aHost } from '../../model/a-machine.ts'
import { aCall, aLeg, anEnvironment } from '../../model/a-run.ts'
import { anEvidence, type EvidenceParts, wordsOf } from './some-evidence.ts'

const late = (p99Ms: number, ttftMs = 100): EvidenceParts => ({
  trial: {
    lag: { meanMs: 0, p99Ms, maxMs: p99Ms },
    legs: [aLeg('probe', aCall({ ttftMs })), aLeg('concurrent', aCall({ ttftMs: 9000 }))],
  },
})

const host = (governor: string | null) => ({ cpuUtilizationPercent: 12, governor })

const governed = (before: string | null, now: string | null): EvidenceParts => ({
  watched: { host: host(now) },
  evidence: { environment: anEnvironment({ host: aHost({ governor: before }) }) },
})

/** So many milliseconds by the monotonic clock, three seconds if nobody says otherwise, and so many by the wall clock. */
const walled = (wallMs: number, endedMs = 3000): EvidenceParts => ({
  trial: {
    startedMs: 0,
    endedMs,
    startedAt: '2026-01-01T00:00:00.000Z',
    endedAt: new Date(Date.UTC(2026, 0, 1) + wallMs).toISOString(),
  },
})

describe('reasons of this machine', () => {
  test.each<[string, EvidenceParts, string[]]>([
    ['nothing happened', {}, []],
    [
      'a client later than half the typical TTFT, whatever TTFT is under load',
      late(60),
      ['client-lag: the client was late by 60 ms (allowed 50 ms)'],
    ],
    ['a client as late as half of it', late(50), []],
    ['a short TTFT: below 20 ms nobody is late', late(19, 10), []],
    ['later than that', late(21, 10), ['client-lag: the client was late by 21 ms (allowed 20 ms)']],
    [
      'a load with no call alone: late for its own calls',
      {
        trial: {
          lag: { meanMs: 0, p99Ms: 500, maxMs: 500 },
          legs: [aLeg('sustained', ...[100, 900, 950].map((ttftMs) => aCall({ ttftMs })))],
        },
      },
      ['client-lag: the client was late by 500 ms (allowed 450 ms)'],
    ],
    [
      'no TTFT to be late for',
      { trial: { lag: { meanMs: 0, p99Ms: 500, maxMs: 500 }, legs: [aLeg('cold', aCall())] } },
      [],
    ],
    [
      'the governor went to sleep',
      governed('performance', 'powersave'),
      ['governor: the CPU governor went from performance to powersave'],
    ],
    ['the governor that it began with', governed('powersave', 'powersave'), []],
    ['a governor that nobody tells now', governed('performance', null), []],
    ['a governor that nobody told before', governed(null, 'powersave'), []],
    [
      'the machine slept for ten minutes',
      walled(603_000),
      ['clock-jump: the wall clock jumped by 600 s: the machine slept, or its clock was set'],
    ],
    [
      'the clock was set back',
      walled(-57_000),
      ['clock-jump: the wall clock jumped by -60 s: the machine slept, or its clock was set'],
    ],
    ['clocks that are a second apart', walled(4000), []],
    ['an hour in which the wall clock was put right bit by bit', walled(3_602_500, 3_600_000), []],
    [
      'an hour in which the machine slept for three seconds',
      walled(3_603_000, 3_600_000),
      ['clock-jump: the wall clock jumped by 3 s: the machine slept, or its clock was set'],
    ],
  ])('%s', (_what, parts, words) => {
    expect(wordsOf(hostReasons(anEvidence(parts)))).toEqual(words)
  })
})
