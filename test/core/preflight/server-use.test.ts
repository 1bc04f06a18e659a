import { describe, expect, test } from 'vitest'
import type { PreflightFacts } from '../../../src/core/preflight/preflight-facts.ts'
import { judgeReloads, judgeRestarts, judgeSettings } from '../../../src/core/preflight/server-use.ts'
import type { Options } from '../../../src/model/options.ts'
import { aFoundServer, aMachine, aServer } from '../../model/a-machine.ts'
import { aCellOf, aLoaded, aPlan, aVariant, someFacts, told, withServers } from './some-facts.ts'

/** All agents on the first server. */
const onOneServer = (...agents: readonly Options[]) => {
  const variant = aVariant(...agents)
  return { ...variant, agents: variant.agents.map((agent) => ({ ...agent, server: 0 })) }
}

const [small, large] = [{ num_ctx: 512 }, { num_ctx: 1024 }]

describe('reloads', () => {
  test.each<[string, Partial<PreflightFacts>, string]>([
    ['two servers', { plan: aPlan([aCellOf(aVariant(small, large))]) }, 'ok'],
    ['equal agents on one server', { plan: aPlan([aCellOf(onOneServer(small, small))]) }, 'ok'],
    ['agents that differ on one server', { plan: aPlan([aCellOf(onOneServer(small, large))]) }, 'warn'],
    [
      'the same of base alone',
      { plan: aPlan([aCellOf(aVariant(small, large), { base: onOneServer(small, large) })]) },
      'warn',
    ],
  ])('%s', (_, overrides, verdict) => {
    expect(judgeReloads(someFacts(overrides))).toMatchObject([{ what: 'Reloads', verdict }])
  })

  test('name a few cells and count the others', () => {
    const cells = [1, 2, 3, 4, 5].map((n) => aCellOf(onOneServer(small, large), { id: `cell-${n}` }))
    const [line] = judgeReloads(someFacts({ plan: aPlan(cells) }))
    expect(line?.value).toMatch(/: cell-1, cell-2, cell-3 and 2 more cells$/)
  })
})

const eachCell = aLoaded({ servers: { restart: 'each-cell' } })
const bothKinds = withServers(aServer(), aFoundServer({ url: 'http://127.0.0.1:11435' }))

describe('restarts', () => {
  test.each<[string, Partial<PreflightFacts>, string]>([
    ['never', bothKinds, 'ok: never: servers keep running (TR114)'],
    ['of servers that we started', { policy: eachCell }, 'ok: a fresh start for each cell (TR111)'],
    [
      'of a server that was found',
      { policy: eachCell, ...bothKinds },
      'fail: the policy wants a fresh start for each cell, but http://127.0.0.1:11435 was found running and is not ours to restart',
    ],
    [
      'of a base that was found',
      {
        policy: eachCell,
        environment: aMachine({ servers: { head: [aServer()], base: [aFoundServer({ url: 'http://b' })] } }),
      },
      'fail: the policy wants a fresh start for each cell, but http://b was found running and is not ours to restart',
    ],
  ])('%s', (_, overrides, expected) => {
    expect(told(judgeRestarts(someFacts(overrides)), 'Restarts')).toBe(expected)
  })
})

const pinned = aLoaded({ servers: { environment: { OLLAMA_NUM_PARALLEL: 2 } } })

describe('settings of the policy', () => {
  test.each<[string, Partial<PreflightFacts>, string | null]>([
    ['none: no line', bothKinds, null],
    ['given to servers that we started', { policy: pinned }, 'ok: OLLAMA_NUM_PARALLEL'],
    [
      'cannot be given to one that was found',
      { policy: pinned, ...bothKinds },
      'warn: OLLAMA_NUM_PARALLEL of the policy cannot be given to http://127.0.0.1:11435, which was found running',
    ],
  ])('%s', (_, overrides, expected) => {
    expect(told(judgeSettings(someFacts(overrides)), 'Server settings')).toBe(expected)
  })
})
