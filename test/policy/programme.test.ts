/** docs/programme.md against the policies, and the published figures against the policies that they stand beside. */
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { isOf } from '../../src/core/analysis/published-values.ts'
import { shapesOf } from '../../src/core/plan/cell-shape.ts'
import { estimateMinutes } from '../../src/core/plan/estimate-minutes.ts'
import { unmetNeed } from '../../src/model/measurable.ts'
import { metricDefinition } from '../../src/model/metric-catalog.ts'
import type { Plan } from '../../src/model/plan.ts'
import { planOffline } from '../../src/offline-plan.ts'
import { readPolicy, readPublished } from '../../src/read-policy.ts'

const policies = new URL('../../policies/', import.meta.url)
const published = new URL('published/', policies)
const ymlOf = (folder: URL): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => name.replace(/\.yml$/, ''))

const planned = async (name: string) => {
  const read = await readPolicy(fileURLToPath(new URL(`${name}.yml`, policies)))
  return { loaded: read.loaded, plan: planOffline(read, { paired: false, seed: 1 }) }
}

const page = readFileSync(new URL('../../docs/programme.md', import.meta.url), 'utf8')
const rowForm =
  /^\| (?<report>[^|]+) \| \[(?<name>[\w-]+)\.yml\]\(\.\.\/policies\/\k<name>\.yml\) \| (?<size>\d+ × \d+ = \d+) \| (?<minutes>\d+) \|/gm
const rows = [...page.matchAll(rowForm)].map(({ groups }) => ({ name: '', size: '', minutes: '', ...groups }))

const runsOf = ({ cells, visits }: Plan): number => visits.length / cells.length

describe('the table of docs/programme.md', () => {
  it('has a row for every policy', () => {
    expect(rows.map(({ name }) => name).toSorted()).toEqual(ymlOf(policies).toSorted())
  })

  it.each(rows)('has the size and the minutes of $name as `plan` gives them', async ({ name, ...row }) => {
    const { plan, loaded } = await planned(name)
    const { protocol, servers } = loaded.policy
    expect(row).toMatchObject({
      size: `${plan.cells.length} × ${runsOf(plan)} = ${plan.visits.length}`,
      minutes: String(Math.ceil(estimateMinutes(plan, protocol, servers.restart))),
    })
  })

  it.each([
    ['tr108', 158, 3],
    ['tr109', 18, 5],
    ['tr110', 30, 5],
    ['tr111', 19, 3],
    ['tr112', 37, 3],
    ['tr114-v1', 30, 5],
    ['tr114-v2', 27, 5],
    ['tr115', 30, 5],
    ['tr116', 6, 10],
  ])('has %s in the report’s own size, %i × %i', async (name, cells, runs) => {
    const { plan } = await planned(name)
    expect([plan.cells.length, runsOf(plan)]).toEqual([cells, runs])
  })

  it('has the 19 of TR113 on one server, and twins of three of them on two', async () => {
    const { plan } = await planned('tr113')
    const byTopology = Map.groupBy(plan.cells, ({ topology }) => topology)
    expect([...byTopology].map(([topology, cells]) => [topology, cells.length])).toEqual([
      ['one-server', 19],
      ['two-servers', 3],
    ])
    const oneServer = new Set(byTopology.get('one-server')?.map(({ id }) => id))
    for (const { id } of byTopology.get('two-servers') ?? [])
      expect(oneServer).toContain(id.replace('/two-servers/', '/one-server/'))
  })
})

describe('policies/published', () => {
  it.each(ymlOf(published))('%s belongs to the policy of its name', async (name) => {
    const { loaded } = await planned(name)
    expect(loaded.policy.published?.file).toBe(`published/${name}.yml`)
  })

  it.each(ymlOf(published))(
    '%s speaks of cells that its policy has and that can give its metrics',
    async (name) => {
      const { loaded, plan } = await planned(name)
      const { figures } = (await readPublished(loaded)) ?? { figures: [] }
      const idle = figures.filter(({ of, metric }) => {
        const cells = plan.cells.filter((cell) => isOf(of, cell))
        const needs = metric === null ? [] : metricDefinition(metric).needs
        return !cells.some((cell) =>
          shapesOf(cell, loaded.policy).some((shape) => unmetNeed(shape, needs) === null),
        )
      })
      expect(idle).toEqual([])
    },
  )

  it.each(ymlOf(published))('%s has ids, sources, and successors that are there', async (name) => {
    const { figures } = (await readPublished((await planned(name)).loaded)) ?? { figures: [] }
    const ids = figures.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(figures.filter(({ source, label }) => source.trim() === '' || label.trim() === '')).toEqual([])
    expect(
      figures.filter(
        ({ supersededBy }) =>
          supersededBy !== null && !ids.includes(supersededBy) && !ymlOf(published).includes(supersededBy),
      ),
    ).toEqual([])
  })
})

const efficiencies = (figures: readonly { metric: string | null; n: number | null; value: number }[]) =>
  figures.filter(({ metric }) => metric === 'overlapEfficiencyPercent')

describe('the published figures', () => {
  it('have every row of table 4.1 of TR111, with mean, deviation and CV of throughput and TTFT', async () => {
    const { loaded, plan } = await planned('tr111')
    const { figures } = (await readPublished(loaded)) ?? { figures: [] }
    const table = figures.filter(
      ({ source, statistic, unit }) =>
        source === 'TR111 v2 4.1' && !(statistic === 'mean' && unit === 'tokens'),
    )
    for (const cell of plan.cells)
      expect(
        table
          .filter(({ of }) => of !== null && isOf(of, cell))
          .map(({ unit, statistic }) => `${statistic} in ${unit}`),
      ).toEqual(['mean in tokens/s', 'sd in tokens/s', 'cv in %', 'mean in ms', 'sd in ms', 'cv in %'])
  })

  it('give each configuration of TR114 v1 a speedup that is twice its efficiency', async () => {
    const { figures } = (await readPublished((await planned('tr114-v1')).loaded)) ?? { figures: [] }
    const means = efficiencies(figures).filter(({ n }) => n === 5)
    const speedups = figures.filter(({ metric, n }) => metric === 'speedupRatio' && n === 5)
    expect(speedups).toHaveLength(30)
    expect(means).toHaveLength(60)
    for (const { id, value } of speedups) {
      const efficiency = figures.find((one) => one.id === id.replace(/-speedup$/, '-efficiency'))
      expect(efficiency?.value).toBeCloseTo(value * 50, 0)
    }
  })

  it('mark the rows of TR111 that were copied from another', async () => {
    const { figures } = (await readPublished((await planned('tr111')).loaded)) ?? { figures: [] }
    const copied = figures.filter(({ doubt }) => doubt?.startsWith('same TTFT'))
    expect(new Set(copied.map(({ id }) => id.replace(/-ttft.*/, '')))).toEqual(
      new Set([
        'gpu60-ctx512-t0.8',
        'gpu80-ctx1024-t0.8',
        'gpu80-ctx512-t0.8',
        'gpu120-ctx512-t0.6',
        'gpu120-ctx512-t0.8',
        'gpu120-ctx1024-t0.8',
      ]),
    )
  })

  it('keep both versions of TR114, the first superseded by the second', async () => {
    const [first, second] = await Promise.all(
      ['tr114-v1', 'tr114-v2'].map(
        async (name) => (await readPublished((await planned(name)).loaded))?.figures,
      ),
    )
    expect(first?.find(({ id }) => id === 'efficiency')).toMatchObject({
      value: 89.3,
      supersededBy: 'tr114-v2',
    })
    expect(second?.find(({ id }) => id === 'efficiency')).toMatchObject({ value: 98.281, supersededBy: null })
  })

  it('leave something undoubted for the whitepaper to reproduce', async () => {
    const { loaded } = await planned('whitepaper')
    expect(loaded.policy.published).toMatchObject({ within: '10 %' })
    const { figures } = (await readPublished(loaded)) ?? { figures: [] }
    const required = figures.filter(
      ({ metric, statistic, doubt }) =>
        metric !== null && doubt === null && ['mean', 'share'].includes(statistic),
    )
    expect(required.map(({ id }) => id)).toEqual(['decode', 'efficiency', 'homo-efficiency', 'contention'])
  })
})
