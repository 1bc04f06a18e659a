import { describe, expect, test } from 'vitest'
import type { PreflightFacts } from '../../../src/core/preflight/preflight-facts.ts'
import {
  judgeAnswers,
  judgeClientVersions,
  judgeEqualVersions,
  judgeVersionAge,
} from '../../../src/core/preflight/servers.ts'
import { aFoundServer, aMachine, aServer } from '../../model/a-machine.ts'
import { someFacts, told, withServers } from './some-facts.ts'

const second = 'http://127.0.0.1:11435'
const embedded = aServer({ engine: 'embedded', version: '0.0.0+embedded.llama', clientVersion: null })

describe('answers', () => {
  test.each<[string, Partial<PreflightFacts>, readonly string[]]>([
    [
      'each server once, with whom it serves',
      {
        environment: aMachine({
          servers: { head: [aServer()], base: [aServer(), aFoundServer({ url: second })] },
        }),
      },
      [
        'answers for head and base, Ollama 0.32.13, started by the gate',
        'answers for base, Ollama 0.32.13, found running',
      ],
    ],
    [
      'on another host',
      withServers(aFoundServer({ url: 'http://gpu:11434', location: 'other-host' })),
      ['answers for head, Ollama 0.32.13, found running, on another host'],
    ],
    [
      'an embedded engine is called by its name',
      withServers(embedded),
      ['answers for head, embedded 0.0.0+embedded.llama, started by the gate'],
    ],
  ])('%s', (_, overrides, values) => {
    const lines = judgeAnswers(someFacts(overrides))
    expect(lines.map(({ value }) => value)).toEqual(values)
    expect(lines.every(({ verdict }) => verdict === 'ok')).toBe(true)
  })
})

describe('versions within a subject', () => {
  test.each<[string, Partial<PreflightFacts>, string | null]>([
    ['equal', {}, 'ok: 0.32.13 on all 2'],
    [
      'different: agents of one cell would run on different servers',
      withServers(aServer(), aServer({ url: second, version: '0.32.9' })),
      `fail: http://127.0.0.1:11434 is 0.32.13, ${second} is 0.32.9`,
    ],
    [
      'two builds of one release are different too',
      withServers(aServer({ version: '0.33.0-rc1' }), aServer({ url: second, version: '0.33.0-rc2' })),
      `fail: http://127.0.0.1:11434 is 0.33.0-rc1, ${second} is 0.33.0-rc2`,
    ],
    ['one server has nothing to differ from', withServers(aServer()), null],
    [
      'base may be older than head: that is what is compared',
      { environment: aMachine({ servers: { head: [aServer()], base: [aServer({ version: '0.32.9' })] } }) },
      null,
    ],
  ])('%s', (_, overrides, expected) => {
    expect(told(judgeEqualVersions(someFacts(overrides)), 'Versions of head')).toBe(expected)
  })
})

describe('the version of the client', () => {
  test.each<[string, Partial<PreflightFacts>, string | null]>([
    ['the same', {}, 'ok: the same as the servers’'],
    [
      'a new binary, and an old server that still runs',
      withServers(aServer({ version: '0.32.9' })),
      'warn: http://127.0.0.1:11434 answers as 0.32.9, the binary says 0.32.13',
    ],
    [
      'of a server that was found is unknown, never well',
      withServers(aServer(), aFoundServer({ url: second })),
      `unknown: not known for ${second}`,
    ],
    ['an embedded engine has no client', withServers(embedded), null],
  ])('%s', (_, overrides, expected) => {
    expect(told(judgeClientVersions(someFacts(overrides)), 'Client version')).toBe(expected)
  })
})

describe('the age of the version', () => {
  test.each([
    ['0.32.13', 'ok: 0.32.13'],
    ['0.10.0', 'ok: 0.10.0'],
    ['0.9.6', 'warn: 0.9.6: before 0.10.0 a server does not tell the context that it runs with'],
    ['0.0.0', 'note: 0.0.0: a build that does not tell its version'],
    ['main', 'note: main: a build that does not tell its version'],
    ['0.33.0-rc2-0-gfb30760', 'ok: 0.33.0-rc2-0-gfb30760'],
  ])('%s', (version, expected) => {
    const facts = someFacts(withServers(aServer({ version })))
    expect(told(judgeVersionAge(facts), 'Ollama version')).toBe(expected)
  })

  test('the embedded engine’s own 0.0.0 is no build of Ollama', () => {
    expect(judgeVersionAge(someFacts(withServers(embedded)))).toEqual([])
  })
})
