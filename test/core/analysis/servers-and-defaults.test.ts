import { describe, expect, test } from 'vitest'
import { analyzeRun } from '../../../src/core/analysis/analyze-run.ts'
import type { Cell } from '../../../src/model/plan.ts'
import { anAgent, aPolicy } from '../../model/a-run.ts'
import { defaultsCell, type SweepRow, sweepEvidence, sweptCell } from './a-sweep.ts'

const analysisOf = (rows: readonly SweepRow[]) => analyzeRun(sweepEvidence(rows))

describe('the share of configurations that beat the defaults', () => {
  const configurations: readonly SweepRow[] = [
    [sweptCell({ num_ctx: 256 }), [130, 131, 130, 129]],
    [sweptCell({ num_ctx: 512 }), [101, 104, 96, 103]],
    [sweptCell({ num_ctx: 1024 }), [90, 91, 90, 89]],
  ]

  test('counts those that are better, and those of them that are so beyond the scatter', () => {
    const { success } = analysisOf([[defaultsCell(), [100, 102, 98, 100]], ...configurations])
    expect(success.find(({ metric }) => metric === 'decodeTokensPerSecond')).toEqual({
      metric: 'decodeTokensPerSecond',
      baselineCellId: 'defaults',
      configurations: 3,
      better: 2,
      shown: 1,
    })
  })

  test('does not exist without a cell of the defaults', () => {
    expect(analysisOf(configurations).success).toEqual([])
  })

  test.each<[string, Partial<Cell>]>([
    ['another workload', { workload: 'batch' }],
    ['another phase', { phase: 'phase-1' }],
    ['another topology', { topology: 'two-servers' }],
    ['another model', { head: { model: 'large', agents: [anAgent({ serverDefaults: true, options: {} })] } }],
    [
      'another task',
      {
        head: {
          model: 'tiny:latest',
          agents: [
            anAgent({
              serverDefaults: true,
              options: {},
              task: { kind: 'chat', system: null, prompt: 'Sing.', headings: [] },
            }),
          ],
        },
      },
    ],
  ])('a cell of defaults with %s is no baseline', (_what, overrides) => {
    expect(analysisOf([[defaultsCell(overrides), [100, 101]], ...configurations]).success).toEqual([])
  })
})

describe('a second server', () => {
  const pair = (id: string, servers: readonly [number, number], overrides: Partial<Cell> = {}): Cell =>
    sweptCell(
      {},
      {
        id,
        topology: new Set(servers).size === 1 ? 'one-server' : 'two-servers',
        head: { model: 'm', agents: servers.map((server) => anAgent({ server })) },
        ...overrides,
      },
    )

  test('is contrasted with one where all else is equal, from fewer to more', () => {
    const rows: readonly SweepRow[] = [
      [pair('two', [0, 1]), [100, 102, 101]],
      [pair('one', [0, 0]), [60, 61, 62]],
      [pair('other', [0, 1], { scenario: 'other' }), [10, 11, 12]],
    ]
    const { topologies } = analysisOf(rows)
    expect(topologies.filter(({ metric }) => metric === 'decodeTokensPerSecond')).toEqual([
      {
        metric: 'decodeTokensPerSecond',
        fromCellId: 'one',
        toCellId: 'two',
        from: expect.closeTo(61, 9),
        to: expect.closeTo(101, 9),
      },
    ])
  })

  test('is none where both cells have as many', () => {
    const rows: readonly SweepRow[] = [
      [pair('two', [0, 1]), [100]],
      [pair('given', [0, 1], { topology: 'as-given' }), [60]],
    ]
    expect(analysisOf(rows).topologies).toEqual([])
  })
})

describe('the measurement boundary', () => {
  const whatOf = (cells: readonly Cell[], cold = true) =>
    analyzeRun(
      sweepEvidence(
        cells.map((cell): SweepRow => [cell, [100]]),
        { policy: aPolicy({ protocol: { cold } }) },
      ),
    ).boundaries.map(({ what }) => what)
  const workflow = anAgent({ task: { kind: 'workflow', 'most-files': 1, 'most-kibibytes': 1 } })

  test('is told once for each task and workload of the plan, and for cold starts where there are any', () => {
    const cells: readonly Cell[] = [
      sweptCell({ num_ctx: 1 }),
      sweptCell({ num_ctx: 2 }),
      sweptCell(
        {},
        { id: 'pair', workload: 'two-agents', head: { model: 'm', agents: [workflow, workflow] } },
      ),
      sweptCell({}, { id: 'batch', workload: 'batch' }),
    ]
    expect(whatOf(cells)).toEqual([
      'A call',
      'A workflow agent’s turn',
      'Agents at once',
      'A batch',
      'A cold start',
    ])
    expect(whatOf(cells.slice(0, 1), false)).toEqual(['A call'])
  })

  test('says what is in and what is out, with its source', () => {
    const { boundaries } = analysisOf([[sweptCell({}, { workload: 'sustained' }), [100]]])
    for (const { included, excluded, source } of boundaries) {
      expect(included).toMatch(/^From the .*\.$/)
      expect(excluded).toMatch(/\.$/)
      expect(source).toMatch(/^appendix L/)
    }
  })
})
