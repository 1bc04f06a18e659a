/** Whether a stored baseline fits, and what is said of the difference. */
import { describe, expect, it, test } from 'vitest'
import { baselineNotes, measuredAlike } from '../../src/core/baseline-fit.ts'
import type { Baseline, BaselineSession } from '../../src/model/baseline.ts'
import type { Environment } from '../../src/model/environment.ts'
import {
  aDevice,
  aFoundServer,
  aGpu,
  aHost,
  aMachine,
  aModel,
  aServer,
  noGpu,
  unknownGpu,
} from '../model/a-machine.ts'
import { aCell, aPolicy, aRun } from '../model/a-run.ts'

const model = aModel({ name: 'tiny:latest' })
const machine = (overrides: Partial<Environment> = {}): Environment =>
  aMachine({ servers: { head: [aServer({ models: [model] })], base: [] }, ...overrides })

const cell = {
  id: 'cell',
  variant: aCell().head,
  amount: 1,
  contextLengths: [1024],
  series: [],
}

const session = (environment: Environment): BaselineSession => ({
  recordedAt: '2026-01-01T00:00:00.000Z',
  policySha256: '1'.repeat(64),
  environment,
  cells: [cell],
})

const withCard = (card: Partial<ReturnType<typeof aDevice>>): Environment =>
  machine({ gpu: aGpu({ devices: [aDevice(card)] }) })

const alike = (then: Environment, now: Environment): boolean =>
  measuredAlike(session(then), cell, aRun({ run: { environment: now } }))

describe('measured alike', () => {
  const brokenGpu = aGpu({ state: 'broken', driver: null, devices: [] })
  const embedded = { engine: 'embedded' as const }
  it.each<[string, Environment, Environment, boolean]>([
    ['the same machine', machine(), machine(), true],
    [
      'a new driver is what a baseline is for',
      machine({ gpu: aGpu({ driver: '550.54.15' }) }),
      machine(),
      true,
    ],
    ['another card', machine({ gpu: aGpu({ devices: [aDevice({ uuid: 'GPU-9' })] }) }), machine(), false],
    [
      'another card at the same bus address',
      withCard({ uuid: '0000:03:00.0', name: 'AMD Radeon RX 7900 XT' }),
      withCard({ uuid: '0000:03:00.0', name: 'AMD Radeon RX 7800 XT' }),
      false,
    ],
    [
      'a card with other memory under the same index',
      withCard({ uuid: 'index-0', memoryTotalBytes: 2 ** 34 }),
      withCard({ uuid: 'index-0', memoryTotalBytes: 2 ** 35 }),
      false,
    ],
    [
      'the same card at the same bus address',
      withCard({ uuid: '0000:03:00.0' }),
      withCard({ uuid: '0000:03:00.0' }),
      true,
    ],
    ['an instance of a card, nobody tells which', withCard({ mig: true }), withCard({ mig: true }), false],
    [
      'the same instance of a card',
      withCard({ mig: true, uuid: 'MIG-7' }),
      withCard({ mig: true, uuid: 'MIG-7' }),
      true,
    ],
    [
      'a card more',
      machine(),
      machine({ gpu: aGpu({ devices: [aDevice(), aDevice({ uuid: 'GPU-9' })] }) }),
      false,
    ],
    ['a card that was there and is gone', machine(), machine({ gpu: noGpu }), false],
    ['no card then and now', machine({ gpu: noGpu }), machine({ gpu: noGpu }), true],
    [
      'servers on another host, then and now',
      machine({ gpu: unknownGpu }),
      machine({ gpu: unknownGpu }),
      false,
    ],
    ['servers on another host now', machine(), machine({ gpu: unknownGpu }), false],
    ['a broken driver, then and now', machine({ gpu: brokenGpu }), machine({ gpu: brokenGpu }), false],
    [
      'cards whose identity is not told',
      machine({ gpu: aGpu({ devices: [aDevice({ uuid: '' })] }) }),
      machine({ gpu: aGpu({ devices: [aDevice({ uuid: '' })] }) }),
      false,
    ],
    [
      'an embedded engine uses no card',
      machine({ ...embedded, gpu: brokenGpu }),
      machine({ ...embedded, gpu: noGpu }),
      true,
    ],
    ['another CPU', machine(), machine({ host: aHost({ cpu: 'another' }) }), false],
    ['fewer cores', machine(), machine({ host: aHost({ cores: 8 }) }), false],
    [
      'a model that was made anew',
      machine(),
      machine({ servers: { head: [aServer({ models: [{ ...model, digest: 'b' }] })], base: [] } }),
      false,
    ],
    [
      'models whose digest nobody tells',
      machine({ servers: { head: [aServer({ models: [{ ...model, digest: null }] })], base: [] } }),
      machine({ servers: { head: [aServer({ models: [{ ...model, digest: null }] })], base: [] } }),
      false,
    ],
  ])('%s', (_, then, now, expected) => {
    expect(alike(then, now)).toBe(expected)
  })
})

test.each([
  ['batch', { 'batch-requests': 24 }, 24, true],
  ['batch', { 'batch-requests': 1000 }, 24, false],
  ['sustained', { 'sustain-minutes': 60 }, 60, true],
  ['sustained', { 'sustain-minutes': 0.5 }, 60, false],
  ['two-agents', { 'batch-requests': 1000, 'sustain-minutes': 0.5 }, 1, true],
] as const)('a trial of %s with %j, against one of %d: %s', (workload, protocol, amount, expected) => {
  const run = aRun({
    policy: aPolicy({ protocol }),
    cells: [aCell({ workload })],
    run: { environment: machine() },
  })
  expect(measuredAlike(session(machine()), { ...cell, amount }, run)).toBe(expected)
})

const baselineOf = (...environments: Environment[]): Baseline => ({
  schemaVersion: 3,
  policy: 'a-policy',
  sessions: environments.map(session),
})

describe('notes of what changed', () => {
  it.each<[string, Environment, Environment, readonly string[]]>([
    ['none for the same', machine(), machine(), []],
    [
      'an upgrade of driver and server',
      machine({
        gpu: aGpu({ driver: '550.54.15' }),
        servers: { head: [aServer({ models: [model], version: '0.32.9' })], base: [] },
      }),
      machine(),
      [
        'Changed since the baseline: GPU: driver: 550.54.15 → 570.133.20; head server 1: Ollama version: 0.32.9 → 0.32.13.',
      ],
    ],
    [
      'another machine and another model, each in words of its own',
      machine({ machine: 'b', host: aHost({ cpu: 'AMD' }) }),
      machine({ servers: { head: [aServer({ models: [{ ...model, digest: 'b' }] })], base: [] } }),
      [
        'The baseline is from b (AMD), this is rtx4080-a (13th Gen Intel Core i9-13980HX).',
        'tiny:latest is another model than in the baseline: its digest changed.',
        'Changed since the baseline: host: CPU: AMD → 13th Gen Intel Core i9-13980HX; head server 1: tiny:latest: manifest digest: a2af6cc3eb7f → b.',
      ],
    ],
    [
      'what found servers do not tell',
      machine({ servers: { head: [aFoundServer({ models: [model] })], base: [] } }),
      machine({ servers: { head: [aFoundServer({ models: [model] })], base: [] } }),
      [
        'Not known then or now, so never taken for equal: head server 1: client version, head server 1: compute library, head server 1: settings.',
      ],
    ],
    [
      'base is no part of a baseline',
      machine(),
      machine({ servers: { head: [aServer({ models: [model] })], base: [aServer()] } }),
      [],
    ],
  ])('%s', (_, then, now, expected) => {
    expect(baselineNotes(baselineOf(then), now)).toEqual(expected)
  })

  test('are of the newest session', () => {
    expect(baselineNotes(baselineOf(machine({ gpu: noGpu }), machine()), machine())).toEqual([])
  })

  test('tell of a changed policy, where its hash is given', () => {
    expect(baselineNotes(baselineOf(machine()), machine(), { sha256: '2'.repeat(64) })).toEqual([
      'Changed since the baseline: policy: SHA-256: 111111111111 → 222222222222.',
    ])
    expect(baselineNotes(baselineOf(machine()), machine(), { sha256: '1'.repeat(64) })).toEqual([])
  })
})
