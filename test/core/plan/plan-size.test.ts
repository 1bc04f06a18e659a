/** Plans in words: the product of cells and runs, and lists that stay readable. */
import { describe, expect, it } from 'vitest'
import { plannedCells, plannedGroups } from '../../../src/core/plan/plan-list.ts'
import { planRun } from '../../../src/core/plan/plan-run.ts'
import { planAgainstBudget, planAssumption, planMinutes, planSize } from '../../../src/core/plan/plan-size.ts'
import { aPairedRequest, aRequest } from './a-request.ts'

const protocol = 'protocol: { runs: 6, budget-minutes: 2 }\n'
const five =
  '  - { workload: single-agent, agents: [chimera], sweep: { num_ctx: [512, 1024, 2048, 4096, 8192] } }'
const sixty =
  '  - { workload: single-agent, agents: [chimera], sweep: { num_ctx: [512, 1024], seed: [1, 2, 3, 4, 5], top_k: [1, 2, 3, 4, 5, 6] } }'
const wide = '  - { workload: single-agent, phase: last, agents: [wide] }'

const planned = (request: ReturnType<typeof aRequest>) => ({
  plan: planRun(request),
  policy: request.loaded.policy,
})

describe('the size of a plan', () => {
  it('is cells times runs, and the time', () => {
    const { plan, policy } = planned(aRequest(five, {}, protocol))
    expect(planSize(plan, policy)).toBe('5 cells × 6 runs = 30 trials, roughly 4 minutes')
    expect(planAgainstBudget(plan, policy)).toBe(
      '5 cells × 6 runs = 30 trials, roughly 4 minutes; the budget is 2 minutes, which may end first',
    )
  })

  it('is twice that with a base', () => {
    const { plan, policy } = planned(aPairedRequest(five, {}, protocol))
    expect(planSize(plan, policy)).toBe('5 cells × 6 runs × base and head = 60 trials, roughly 8 minutes')
  })

  it('is no product where base lacks an agent', () => {
    const request = aPairedRequest(`${five}\n${wide}`, {}, protocol)
    const { wide: _, ...base } = request.agents.head
    const { plan, policy } = planned({ ...request, agents: { ...request.agents, base } })
    expect(planSize(plan, policy)).toContain('6 cells, 66 trials, roughly')
  })

  it('counts a restart for each cell', () => {
    const [never, each] = ['never', 'each-cell'].map((restart) =>
      planned(aRequest(five, {}, `${protocol}servers: { restart: ${restart} }\n`)),
    )
    const minutes = (one: typeof never) => (one ? planMinutes(one.plan, one.policy) : 0)
    expect(minutes(each) - minutes(never)).toBeCloseTo((5 * 5) / 60, 1)
  })

  it('rests on an assumption where there is a program', () => {
    const request = aRequest(five)
    const program = { command: ['x'], 'setup-minutes': 15, 'timeout-minutes': 10, metrics: false }
    const head = { chimera: { options: {}, program } }
    expect(planAssumption(planRun(request))).toBeNull()
    expect(planAssumption(planRun({ ...request, agents: { head, base: null } }))).toContain('program')
  })
})

describe('the list of a plan', () => {
  it('has every cell, in the order of measuring', () => {
    const { plan, policy } = planned(aRequest(five, {}, protocol))
    const order = [...new Set(plan.visits.map(({ cellId }) => cellId))]
    expect(plannedGroups(plan, policy)).toEqual(plannedCells(plan, policy))
    expect(plannedCells(plan, policy).map(({ id, cells, trials }) => [id, cells, trials])).toEqual(
      order.map((id) => [id, 1, 6]),
    )
  })

  it('has a line for each group where there are many, and they add up', () => {
    const { plan, policy } = planned(aRequest(`${sixty}\n${wide}`, {}, protocol))
    const groups = plannedGroups(plan, policy)
    expect(groups.map(({ id, cells, trials }) => [id, cells, trials])).toEqual([
      ['single-agent/chimera/one-server/gemma3', 60, 360],
      ['single-agent/last/wide/one-server/gemma3', 1, 6],
    ])
    expect(groups.reduce((sum, { minutes }) => sum + minutes, 0)).toBeCloseTo(planMinutes(plan, policy), 1)
    expect(plannedCells(plan, policy)).toHaveLength(61)
  })
})
