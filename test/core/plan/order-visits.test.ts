/** The order of measuring. */
import { describe, expect, it } from 'vitest'
import { planRun } from '../../../src/core/plan/plan-run.ts'
import { aPairedRequest, aRequest } from './a-request.ts'

const matrix =
  '  - { workload: single-agent, agents: [chimera], sweep: { num_ctx: [64, 128, 256, 512, 1024, 2048] } }'
const ctxOf = (cellId: string): string => /ctx(\d+)/.exec(cellId)?.[1] ?? ''

describe('head alone', () => {
  const { visits } = planRun(aRequest(matrix, {}, 'protocol: { runs: 3 }\n'))

  it('is measured in rounds, one cell after the other', () => {
    const blocks = Array.from({ length: 6 }, (_, i) => visits.slice(i * 3, i * 3 + 3))
    for (const block of blocks) {
      expect(new Set(block.map(({ cellId }) => cellId)).size).toBe(1)
      expect(block.map(({ round, subject, cold }) => [round, subject, cold])).toEqual([
        [0, 'head', true],
        [1, 'head', false],
        [2, 'head', false],
      ])
    }
  })

  it('has visits with readable ids', () => {
    const [visit] = visits
    expect(visit?.id).toBe(`${visit?.cellId}#0-head`)
  })

  it('never starts cold when the policy says so', () => {
    const warm = planRun(aRequest(matrix, {}, 'protocol: { cold: false }\n')).visits
    expect(warm.some(({ cold }) => cold)).toBe(false)
  })
})

describe('base and head', () => {
  it('alternate as ABBA, each cold once a cell', () => {
    const firsts = new Set<string>()
    for (let seed = 0; seed < 20; seed++) {
      const { cells, visits } = planRun(aPairedRequest(matrix, { seed }, 'protocol: { runs: 4 }\n'))
      for (const { id } of cells) {
        const own = visits.filter(({ cellId }) => cellId === id)
        const order = own.map(({ subject }) => subject[0]).join('')
        firsts.add(order)
        expect(own.map(({ round }) => round)).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
        expect(own.map(({ cold }) => cold)).toEqual([true, true, ...Array.from({ length: 6 }, () => false)])
      }
    }
    expect([...firsts].toSorted()).toEqual(['bhhbbhhb', 'hbbhhbbh'])
  })
})

describe('the seed', () => {
  const orderOf = (seed: number) => planRun(aPairedRequest(matrix, { seed })).visits.map(({ id }) => id)

  it('decides the order, and nothing else does', () => {
    expect(orderOf(5)).toEqual(orderOf(5))
    expect(orderOf(5)).not.toEqual(orderOf(6))
    expect(orderOf(5).toSorted()).toEqual(orderOf(6).toSorted())
  })

  it('shuffles the cells, and is on record', () => {
    const plan = planRun(aRequest(matrix, { seed: 5 }, 'protocol: { runs: 1 }\n'))
    expect(plan.seed).toBe(5)
    expect(plan.cells.map(({ id }) => ctxOf(id))).toEqual(['64', '128', '256', '512', '1024', '2048'])
    const firsts = new Set(
      Array.from({ length: 60 }, (_, seed) =>
        ctxOf(planRun(aRequest(matrix, { seed })).visits[0]?.cellId ?? ''),
      ),
    )
    expect(firsts.size).toBe(6)
  })
})
