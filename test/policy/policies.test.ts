/** The policies that come with the tool, and their schema for editors. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { comparePairs } from '../../src/core/compare/paired.ts'
import { judgeShare } from '../../src/core/judge/limit-share.ts'
import { estimateMinutes } from '../../src/core/plan/estimate-minutes.ts'
import { metricDefinition } from '../../src/model/metric-catalog.ts'
import { parseCatch } from '../../src/model/policy.ts'
import { planOffline } from '../../src/offline-plan.ts'
import { policyJsonSchema } from '../../src/policy/policy-json-schema.ts'
import { readPolicy } from '../../src/read-policy.ts'

const folder = new URL('../../policies/', import.meta.url)
const textOf = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
const names = readdirSync(folder).filter((name) => name.endsWith('.yml'))

const planOf = async (name: string) => {
  const read = await readPolicy(fileURLToPath(new URL(name, folder)))
  const { policy } = read.loaded
  return { plan: planOffline(read, { paired: true, seed: 1 }), protocol: policy.protocol, policy }
}

describe.each(names)('%s', (name) => {
  it('parses, and fits into its budget with a base', async () => {
    const { plan, protocol, policy } = await planOf(name)
    expect(estimateMinutes(plan, protocol, policy.servers.restart)).toBeLessThan(protocol['budget-minutes'])
  })

  it('names its schema for editors, and itself as its file is named', async () => {
    expect(textOf(name).split('\n')[0]).toBe('# yaml-language-server: $schema=./policy.schema.json')
    expect(`${(await planOf(name)).policy.name}.yml`).toBe(name)
  })

  it('says what it is and, for it and every bound, where it comes from', async () => {
    const { description, source, limits, regressions } = (await planOf(name)).policy
    expect(description).toBeTruthy()
    expect(source).toBeTruthy()
    for (const rule of [...limits, ...regressions]) expect(rule.source ?? rule.note).toBeTruthy()
  })

  it('has no rule that the best of all runs would leave open', async () => {
    const { plan, policy } = await planOf(name)
    const { runs } = policy.protocol
    for (const { metric, catch: text } of policy.regressions) {
      const question = { metric: metricDefinition(metric), target: parseCatch(text).value, checks: 1 }
      const pairs = Array.from({ length: runs }, () => ({ base: 100, head: 100 }))
      expect(comparePairs(pairs, question).decision).toBe('not-worse')
    }
    for (const limit of policy.limits) {
      if (metricDefinition(limit.metric).level !== 'event') continue
      const together = plan.cells.filter(({ workload }) => /two-agents|many-agents/.test(workload))
      const clean = Array.from({ length: together.length * runs }, () => 0)
      expect(judgeShare(limit, clean).status).toBe('pass')
    }
  })
})

describe('quick.yml', () => {
  it('takes two minutes or less without a base', async () => {
    const { plan, protocol } = await planOf('quick.yml')
    expect(
      estimateMinutes({ ...plan, visits: plan.visits.filter(({ subject }) => subject === 'head') }, protocol),
    ).toBeLessThan(2)
  })
})

describe('multi-agent.yml', () => {
  it('is the matrix of TR114, each configuration once', async () => {
    const ids = (await planOf('multi-agent.yml')).plan.cells.map(({ id }) => id.split('/'))
    const counts = Map.groupBy(ids, ([, scenario]) => scenario)
    expect([...counts].map(([scenario, cells]) => [scenario, cells.length])).toEqual([
      ['baseline_vs_chimera', 6],
      ['chimera_hetero', 7],
      ['chimera_homo', 13],
    ])
    expect(ids.filter(([, scenario]) => scenario === 'chimera_hetero').map((parts) => parts.at(-1))).toEqual([
      'gpu60-ctx512-t0.8+gpu80-ctx1024-t0.8',
      'gpu60-ctx1024-t0.8+gpu80-ctx2048-t0.8',
      'gpu80-ctx512-t0.8+gpu100-ctx1024-t0.8',
      'gpu80-ctx1024-t0.8+gpu100-ctx2048-t0.8',
      'gpu120-ctx512-t0.8+gpu140-ctx1024-t0.8',
      'gpu120-ctx1024-t0.8+gpu140-ctx2048-t0.8',
      'gpu80-ctx512-t0.8+gpu80-ctx1024-t0.8',
    ])
  })

  it('lets every agent generate 256 tokens, the baseline too', async () => {
    const agents = (await planOf('multi-agent.yml')).plan.cells.flatMap(({ head }) => head.agents)
    expect(new Set(agents.map(({ options }) => options.num_predict))).toEqual(new Set([256]))
  })
})

describe('policy.schema.json', () => {
  it('is fresh: `node .ci/policy-schema.ts` would write the same', () => {
    expect(textOf('policy.schema.json')).toBe(policyJsonSchema())
  })
})
