/** What an entry's sweep, exclude and include come to. */
import { describe, expect, it } from 'vitest'
import { type MatrixEntry, matrixEntrySchema } from '../../src/model/policy.ts'
import { combinationCount, expandSweep } from '../../src/model/sweep.ts'

const anEntry = (overrides: Record<string, unknown> = {}): MatrixEntry =>
  matrixEntrySchema.parse({ workload: 'single-agent', agents: ['a'], ...overrides })

/** `m 512 0.8`: the values of each combination, without the topology that all have. */
const rowsOf = (overrides: Record<string, unknown>, models = ['m']) =>
  expandSweep(anEntry(overrides), models).combinations.map(({ topology: _, ...row }) =>
    Object.values(row).join(' '),
  )

const twoByTwo = { sweep: { num_ctx: [512, 1024], temperature: [0.6, 0.8] } }

describe('expandSweep', () => {
  it.each([
    ['an entry without a sweep is one combination for each model', {}, ['m']],
    ['a sweep is every combination', twoByTwo, ['m 512 0.6', 'm 512 0.8', 'm 1024 0.6', 'm 1024 0.8']],
    [
      'models of the entry stand for those of the policy',
      { models: ['x', 'y'], sweep: { num_ctx: [512] } },
      ['x 512', 'y 512'],
    ],
    ['a sweep of models does so too', { sweep: { model: ['x', 'y'] } }, ['x', 'y']],
    [
      'an exclude leaves out all that have its values',
      { ...twoByTwo, exclude: [{ num_ctx: 512, temperature: 0.6 }, { num_ctx: 1024 }] },
      ['m 512 0.8'],
    ],
    [
      'an include adds an option to all that have its other values',
      { ...twoByTwo, include: [{ num_ctx: 512, seed: 7 }] },
      ['m 512 0.6 7', 'm 512 0.8 7', 'm 1024 0.6', 'm 1024 0.8'],
    ],
    [
      'an include that fits none stands alone, without the options that it does not name',
      { ...twoByTwo, include: [{ num_ctx: 4096 }] },
      ['m 512 0.6', 'm 512 0.8', 'm 1024 0.6', 'm 1024 0.8', 'm 4096'],
    ],
    [
      'and does so for every model',
      { models: ['x', 'y'], sweep: { num_ctx: [512] }, include: [{ num_ctx: 4096 }] },
      ['x 512', 'y 512', 'x 4096', 'y 4096'],
    ],
    [
      'an include brings back a part of what was excluded',
      { ...twoByTwo, exclude: [{ num_ctx: 1024 }], include: [{ num_ctx: 1024, temperature: 1 }] },
      ['m 512 0.6', 'm 512 0.8', 'm 1024 1'],
    ],
    [
      'values are compared as what they are',
      { sweep: { keep_alive: ['5', 5] }, exclude: [{ keep_alive: 5 }] },
      ['m 5'],
    ],
  ])('%s', (_, overrides, rows) => {
    expect(rowsOf(overrides)).toEqual(rows)
  })

  it('takes the topology from the entry, or from the sweep', () => {
    const topologies = (overrides: Record<string, unknown>) =>
      expandSweep(anEntry(overrides), ['m']).combinations.map(({ topology }) => topology)
    expect(topologies({ topology: 'as-given' })).toEqual(['as-given'])
    expect(topologies({ sweep: { topology: ['one-server', 'two-servers'] } })).toEqual([
      'one-server',
      'two-servers',
    ])
  })

  it('names what does nothing, and what undoes another', () => {
    const expansion = expandSweep(
      anEntry({
        ...twoByTwo,
        exclude: [{ num_ctx: 512 }, { num_ctx: 2048 }, { num_ctx: 512 }],
        include: [{ num_ctx: 1024 }, { seed: 1 }, { temperature: 0.6, seed: 2 }],
      }),
      ['m'],
    )
    expect(expansion).toMatchObject({
      idleExcludes: [1],
      idleIncludes: [0],
      clashes: [{ include: 2, axis: 'seed' }],
    })
  })
})

describe('combinationCount', () => {
  it.each([
    ['one', {}, ['m'], 1],
    ['two by two', twoByTwo, ['m'], 4],
    ['for each model', twoByTwo, ['m', 'n'], 8],
  ])('%s', (_, overrides, models, count) => {
    expect(combinationCount(anEntry(overrides), models)).toBe(count)
  })
})
