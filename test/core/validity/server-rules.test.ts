import { describe, expect, test } from 'vitest'
import { reloadsByDesign, serverReasons } from '../../../src/core/validity/server-rules.ts'
import type { Environment } from '../../../src/model/environment.ts'
import type { Options } from '../../../src/model/options.ts'
import type { Variant } from '../../../src/model/plan.ts'
import type { Leg, Residency } from '../../../src/model/run.ts'
import { aCall, aCell, aLeg, anEnvironment, aTrial, someServerFacts } from '../../model/a-run.ts'
import { anEvidence, type EvidenceParts, wordsOf } from './some-evidence.ts'

const figures = (loadMs: number) => ({
  totalMs: 1000,
  loadMs,
  promptEvalMs: 90,
  evalMs: 900,
  promptTokens: 60,
  outputTokens: 10,
})
const loads = (kind: Leg['kind'], ...times: number[]): Leg =>
  aLeg(kind, ...times.map((loadMs) => aCall({ record: { server: figures(loadMs) } })))
const withLegs = (...legs: Leg[]): EvidenceParts => ({ trial: { legs } })

/** So many calls of which the first ones stopped after three tokens. */
const shortOf = (short: number, all: number) =>
  Array.from({ length: all }, (_, i) => aCall(i < short ? { tokens: 3, record: { doneReason: 'stop' } } : {}))
/** Nine calls without a load, and one that had to wait for one. */
const loadingOnce = (loadMs: number) =>
  loads('sustained', ...Array.from({ length: 9 }, () => 4), loadMs).calls

const residing = (overrides: Partial<Residency>): EvidenceParts => ({
  trial: { residency: aTrial().residency.map((row) => ({ ...row, ...overrides })) },
})
const atVersion = (
  version: string,
  trainContext = 8192,
  leastContext = 4,
): { readonly environment: Environment } => {
  const facts = someServerFacts()
  const models = facts.models.map((model) => ({ ...model, trainContext, leastContext }))
  const server = { ...facts, version, models }
  return { environment: anEnvironment({ servers: { head: [server, server], base: [] } }) }
}
/** One agent leaves the context to its server, the other asks for one; each has its own server. */
const baselineAndOther = (second: number): EvidenceParts => ({
  trial: {
    residency: aTrial().residency.map((row, i) => ({ ...row, contextLength: i === 0 ? 4096 : second })),
  },
  evidence: {
    variant: {
      model: 'tiny:latest',
      agents: aCell().head.agents.map((agent, i) =>
        i === 0 ? { ...agent, options: {}, serverDefaults: true } : agent,
      ),
    },
  },
})
const withOptions = (options: Options, overrides: object = {}): { readonly variant: Variant } => ({
  variant: {
    model: 'tiny:latest',
    agents: aCell().head.agents.map((agent) => ({ ...agent, options, ...overrides })),
  },
})

/** Two agents, the second one on this server and with these options changed. */
const secondAgent = (server: number, options: Options): Variant => {
  const { model, agents } = aCell().head
  return {
    model,
    agents: agents.map((agent, i) =>
      i === 0 ? agent : { ...agent, server, options: { ...agent.options, ...options } },
    ),
  }
}

describe('reasons of the servers', () => {
  test.each<[string, EvidenceParts, string[]]>([
    ['nothing happened', {}, []],
    [
      'a load among warm calls',
      withLegs(loads('probe', 4, 4, 285, 4)),
      ['unexpected-load: the model was loaded again (285 ms)'],
    ],
    ['the same overhead at every call, as before 0.32.15', withLegs(loads('probe', 290, 300, 295, 310)), []],
    ['overhead that grows to less than 200 ms', withLegs(loads('probe', 4, 4, 199)), []],
    [
      'the load of a cold start, which is what is measured',
      withLegs(loads('cold', 4300), loads('probe', 4, 4)),
      [],
    ],
    [
      'loads where agents with different contexts share a server',
      { ...withLegs(loads('solo', 4, 4, 900)), evidence: { variant: secondAgent(0, { num_ctx: 2048 }) } },
      [],
    ],
    [
      'calls that were refused at first',
      withLegs(
        aLeg('cold', aCall({ record: { busyRetries: 2 } })),
        aLeg('probe', aCall({ record: { busyRetries: 1 } })),
      ),
      ['server-busy: the server was busy and refused 3 calls at first (503)'],
    ],
    [
      'an answer of three tokens',
      withLegs(aLeg('concurrent', aCall({ tokens: 3, record: { doneReason: 'stop' } }))),
      ['early-stop: the model stopped before 8 tokens'],
    ],
    [
      'an answer of eight tokens',
      withLegs(aLeg('solo', aCall({ tokens: 8, record: { doneReason: 'stop' } }))),
      [],
    ],
    [
      'a short answer to what a program asked',
      withLegs(aLeg('solo', { ...aCall({ tokens: 3, record: { doneReason: 'stop' } }), fresh: false })),
      [],
    ],
    ['one short answer of many in a queue', withLegs(aLeg('batch', ...shortOf(1, 20))), []],
    [
      'more of them than chance brings',
      withLegs(aLeg('batch', ...shortOf(3, 20))),
      ['early-stop: the model stopped before 8 tokens in 3 of 20 calls'],
    ],
    [
      'a load of nothing but short answers',
      withLegs(aLeg('sustained', ...shortOf(9, 9))),
      ['early-stop: the model stopped before 8 tokens in 9 of 9 calls'],
    ],
    ['a handler that was late once in an hour', withLegs(aLeg('sustained', ...loadingOnce(600))), []],
    [
      'a model that had to be loaded again within the hour',
      withLegs(aLeg('sustained', ...loadingOnce(4000))),
      ['unexpected-load: the model was loaded again (4000 ms)'],
    ],
    ['three tokens that were asked for', withLegs(aLeg('solo', aCall({ tokens: 3 }))), []],
    [
      'a probe that stops after its one token',
      withLegs(aLeg('probe', aCall({ tokens: 1, record: { doneReason: 'stop' } }))),
      [],
    ],
    [
      'a quarter of the model on the CPU',
      residing({ sizeVramBytes: 750 }),
      ['partial-residency: only 75 % of the model was on the GPU'],
    ],
    [
      'the worst of two servers',
      {
        trial: {
          residency: aTrial().residency.map((row, i) => ({ ...row, sizeVramBytes: i === 0 ? 900 : 0 })),
        },
      },
      ['partial-residency: only 0 % of the model was on the GPU'],
    ],
    [
      'a model on the CPU, where the policy allows any placement',
      { ...residing({ sizeVramBytes: 0 }), protocol: { placement: 'any' } },
      [],
    ],
    [
      'a context that grew, as a changed default makes it',
      residing({ contextLength: 32_768 }),
      ['changed-context: the server ran with a context of 32768, not 1024'],
    ],
    [
      'a context that memory made smaller',
      residing({ contextLength: 512 }),
      ['changed-context: the server ran with a context of 512, not 1024'],
    ],
    ['a context that the server does not tell', residing({ contextLength: null }), []],
    [
      'the context times four slots, by a server before 0.15.5',
      { ...residing({ contextLength: 4096 }), evidence: atVersion('0.15.4') },
      [],
    ],
    [
      'a multiple by a server that tells the context itself',
      { ...residing({ contextLength: 4096 }), evidence: atVersion('0.15.5') },
      ['changed-context: the server ran with a context of 4096, not 1024'],
    ],
    [
      'no multiple, by an old server',
      { ...residing({ contextLength: 1536 }), evidence: atVersion('0.15.4') },
      ['changed-context: the server ran with a context of 1536, not 1024'],
    ],
    [
      'the model’s own context, which is less than what was asked for',
      { ...residing({ contextLength: 256 }), evidence: atVersion('0.24.0', 256) },
      [],
    ],
    [
      'agents who leave the context to the server',
      { ...residing({ contextLength: 4096 }), evidence: withOptions({}, { serverDefaults: true }) },
      [],
    ],
    ['an agent who leaves the context to its server, beside one who does not', baselineAndOther(1024), []],
    [
      'the other one’s context is still asked for',
      baselineAndOther(4096),
      ['changed-context: the server ran with a context of 4096, not 1024'],
    ],
    [
      'a model that sees images, which gets 2048 whatever is asked for',
      { ...residing({ contextLength: 2048 }), evidence: atVersion('0.24.0', 8192, 2048) },
      [],
    ],
    [
      'a server that had lost the model',
      { watched: { lostModel: ['http://127.0.0.1:11435'] } },
      ['lost-model: http://127.0.0.1:11435 had lost the model before the trial, and loaded it again'],
    ],
  ])('%s', (_what, parts, words) => {
    expect(wordsOf(serverReasons(anEvidence(parts)))).toEqual(words)
  })
})

describe('agents who make a server load at every turn', () => {
  test.each([
    ['another context on the same server', secondAgent(0, { num_ctx: 2048 }), true],
    ['another number of layers on the same server', secondAgent(0, { num_gpu: 20 }), true],
    ['another seed and temperature on the same server', secondAgent(0, { seed: 7, temperature: 0.1 }), false],
    ['another context on a server of its own', secondAgent(1, { num_ctx: 2048 }), false],
  ])('%s: %s', (_what, variant, reloads) => {
    expect(reloadsByDesign(variant)).toBe(reloads)
  })
})
