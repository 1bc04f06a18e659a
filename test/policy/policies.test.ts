/** The policies that come with the tool, and their schema for editors. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { estimateMinutes } from '../../src/core/plan/estimate-minutes.ts'
import { planRun } from '../../src/core/plan/plan-run.ts'
import { parsePolicy } from '../../src/policy/parse-policy.ts'
import { policyJsonSchema } from '../../src/policy/policy-json-schema.ts'

const folder = new URL('../../policies/', import.meta.url)
const textOf = (name: string): string => readFileSync(new URL(name, folder), 'utf8')
const names = readdirSync(folder).filter((name) => name.endsWith('.yml'))

const planOf = (name: string) => {
  const loaded = parsePolicy({ text: textOf(name), file: `policies/${name}`, sha256: '' })
  const { models, agents = {}, protocol } = loaded.policy
  const plan = planRun({
    loaded,
    agents: { head: agents, base: agents },
    servers: { head: 2, base: 2 },
    models: {
      head: new Map((models === 'auto' ? ['auto'] : models).map((model) => [model, model])),
      base: new Map((models === 'auto' ? ['auto'] : models).map((model) => [model, model])),
    },
    seed: 1,
  })
  return { plan, protocol, policy: loaded.policy }
}

describe.each(names)('%s', (name) => {
  it('parses, and fits into its budget with a base', () => {
    const { plan, protocol } = planOf(name)
    expect(estimateMinutes(plan, protocol)).toBeLessThan(protocol['budget-minutes'])
  })

  it('names its schema for editors, and itself as its file is named', () => {
    expect(textOf(name).split('\n')[0]).toBe('# yaml-language-server: $schema=./policy.schema.json')
    expect(`${planOf(name).policy.name}.yml`).toBe(name)
  })

  it('says for every bound where it comes from', () => {
    const { limits, regressions } = planOf(name).policy
    for (const rule of [...limits, ...regressions]) expect(rule.source ?? rule.note).toBeTruthy()
  })
})

describe('quick.yml', () => {
  it('takes two minutes or less without a base', () => {
    const { plan, protocol } = planOf('quick.yml')
    expect(
      estimateMinutes({ ...plan, visits: plan.visits.filter(({ subject }) => subject === 'head') }, protocol),
    ).toBeLessThan(2)
  })
})

describe('multi-agent.yml', () => {
  it('is the matrix of TR114, each configuration once', () => {
    const ids = planOf('multi-agent.yml').plan.cells.map(({ id }) => id.split('/'))
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

  it('lets every agent generate 256 tokens, the baseline too', () => {
    const agents = planOf('multi-agent.yml').plan.cells.flatMap(({ head }) => head.agents)
    expect(new Set(agents.map(({ options }) => options.num_predict))).toEqual(new Set([256]))
  })
})

describe('policy.schema.json', () => {
  it('is fresh: `node .ci/policy-schema.ts` would write the same', () => {
    expect(textOf('policy.schema.json')).toBe(policyJsonSchema())
  })
})
