import { describe, expect, test } from 'vitest'
import { reloadsByDesign, spoiledBy } from '../../src/core/validity.ts'
import type { Leg } from '../../src/model/run.ts'
import { aCall, aCell, aLeg, evenLegs } from '../model/a-run.ts'

const { head } = aCell()
const quiet = { meanMs: 0, p99Ms: 0.5, maxMs: 1 }
const figures = (loadMs: number) => ({
  totalMs: 1000,
  loadMs,
  promptEvalMs: 90,
  evalMs: 900,
  promptTokens: 60,
  outputTokens: 10,
})
const probes = (...loads: number[]): Leg =>
  aLeg('probe', ...loads.map((loadMs) => aCall({ record: { server: figures(loadMs) } })))

describe('what spoils a trial', () => {
  test.each([
    ['nothing recorded against it', evenLegs(), quiet, []],
    ['a load among warm calls', [probes(4, 4, 285, 4)], quiet, ['unexpected-load']],
    ['the same overhead at every call, as before 0.32.15', [probes(290, 300, 295, 310)], quiet, []],
    [
      'a call that was refused at first',
      [aLeg('probe', aCall({ record: { busyRetries: 2 } }))],
      quiet,
      ['server-busy'],
    ],
    ['a client later than half the TTFT', evenLegs(), { ...quiet, p99Ms: 60 }, ['client-lag']],
    ['a client a little late', evenLegs(), { ...quiet, p99Ms: 19 }, []],
    [
      'an answer of three tokens',
      [aLeg('solo', aCall({ tokens: 3, record: { doneReason: 'stop' } }))],
      quiet,
      ['early-stop'],
    ],
    ['three tokens that were asked for', [aLeg('solo', aCall({ tokens: 3 }))], quiet, []],
  ])('%s', (_what, legs, lag, rules) => {
    expect(spoiledBy(head, legs, lag).map(({ rule }) => rule)).toEqual(rules)
  })

  test('agents with different contexts on one server load by design; different seeds or servers do not', () => {
    const [first] = head.agents
    if (!first) throw new Error('the factory has agents')
    const variant = (server: number, options: object) => ({
      ...head,
      agents: [first, { ...first, server, options: { ...first.options, ...options } }],
    })
    expect(reloadsByDesign(variant(0, { num_ctx: 2048 }))).toBe(true)
    expect(reloadsByDesign(variant(0, { seed: 7, temperature: 0.1 }))).toBe(false)
    expect(reloadsByDesign(variant(1, { num_ctx: 2048 }))).toBe(false)
  })
})
