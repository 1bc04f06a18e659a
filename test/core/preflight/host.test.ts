import { describe, expect, test } from 'vitest'
import { judgeDiskSpace } from '../../../src/core/preflight/disk-space.ts'
import { judgeBattery, judgeClock, judgeGovernor } from '../../../src/core/preflight/host-condition.ts'
import { judgeOrphans } from '../../../src/core/preflight/orphans.ts'
import { judgePermissions } from '../../../src/core/preflight/permissions.ts'
import type { OrphanFact } from '../../../src/core/preflight/preflight-facts.ts'
import { aHost, aMachine } from '../../model/a-machine.ts'
import { someFacts, told } from './some-facts.ts'

test.each([
  ['plenty', 80e9, 'ok: 80 GB free for out'],
  ['just enough', 1e9, 'ok: 1 GB free for out'],
  ['little', 999e6, 'warn: 999 MB free for out'],
  ['just above the end', 200e6, 'warn: 200 MB free for out'],
  ['next to nothing', 199e6, 'fail: 199 MB free for out'],
  ['nothing', 0, 'fail: 0 B free for out'],
  ['not told', null, 'unknown: the free space for out cannot be read'],
])('space on the disk: %s', (_, freeBytes, expected) => {
  expect(told(judgeDiskSpace(someFacts({ freeBytes, resultFolder: 'out' })), 'Disk')).toBe(expected)
})

describe('permissions', () => {
  const results = { purpose: 'results', path: 'out' }
  const state = { purpose: 'state', path: '/tmp/state' }
  test.each<[string, boolean | null, boolean | null, string]>([
    ['everywhere', true, true, 'ok: this user may write results in out, state in /tmp/state'],
    ['not for results', false, true, 'fail: this user may not write results in out'],
    [
      'not for results, and unknown for the state',
      false,
      null,
      'fail: this user may not write results in out',
    ],
    ['nowhere', false, false, 'fail: this user may not write results in out, state in /tmp/state'],
    ['unknown', true, null, 'unknown: whether this user may write state in /tmp/state cannot be told'],
  ])('%s', (_, first, second, expected) => {
    const writable = [
      { ...results, isWritable: first },
      { ...state, isWritable: second },
    ]
    expect(told(judgePermissions(someFacts({ writable })), 'Permissions')).toBe(expected)
  })
})

test.each([
  ['set', '2026-01-01T00:00:00.000Z', 'ok'],
  ['never set', '1970-01-01T00:03:12.000Z', 'warn'],
  ['some days early', '2025-12-31T23:59:59.999Z', 'warn'],
  ['no time at all', 'soon', 'unknown'],
])('a clock: %s', (_, wallTime, verdict) => {
  expect(judgeClock(someFacts({ wallTime }))).toMatchObject([{ what: 'Clock', verdict }])
})

describe('the machine', () => {
  const on = (overrides: object) => someFacts({ environment: aMachine({ host: aHost(overrides) }) })

  test.each([
    ['performance', 'ok: performance'],
    ['schedutil', 'ok: schedutil'],
    ['powersave', 'note: powersave: clocks rise late, which first tokens see'],
    [null, 'unknown: cannot be read'],
  ])('with the governor %s', (governor, expected) => {
    expect(told(judgeGovernor(on({ governor })), 'CPU governor')).toBe(expected)
  })

  test.each([
    [false, 'ok: mains'],
    [true, 'warn: on battery, where CPU and GPU run at lower clocks'],
    [null, 'unknown: mains or battery cannot be told'],
  ])('on battery: %s', (onBattery, expected) => {
    expect(told(judgeBattery(on({ onBattery })), 'Power')).toBe(expected)
  })
})

describe('orphans', () => {
  const own: OrphanFact = { pid: 31, port: 11_500, binary: '/opt/ollama', canEnd: true }
  test.each<[string, readonly OrphanFact[] | null, string]>([
    ['none', [], 'ok: none of an earlier job'],
    ['cannot be listed', null, 'unknown: the processes of earlier jobs cannot be listed'],
    [
      'two, one of them without a port',
      [own, { ...own, pid: 32, port: null, binary: 'llama-server', canEnd: false }],
      'warn: /opt/ollama (process 31) of an earlier job still runs on port 11500 and holds its memory\nfail: llama-server (process 32) of an earlier job still runs and holds its memory',
    ],
  ])('%s', (_, orphans, expected) => {
    expect(told(judgeOrphans(someFacts({ orphans })), 'Orphans')).toBe(expected)
  })

  test('how to end one depends on whose it is', () => {
    const [mine, theirs] = judgeOrphans(someFacts({ orphans: [own, { ...own, canEnd: false }] }))
    expect(mine?.fix).toContain('`kill 31`')
    expect(theirs?.fix).toContain('belongs to another user')
  })
})
