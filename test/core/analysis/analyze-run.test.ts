import { describe, expect, test } from 'vitest'
import { analyzeRun } from '../../../src/core/analysis/analyze-run.ts'
import { judgeRun } from '../../../src/core/judge/judge-run.ts'
import { analysisSchema } from '../../../src/model/analysis.ts'
import { type Run, runSchema } from '../../../src/model/run.ts'
import { anAgent } from '../../model/a-run.ts'
import { defaultsCell, type SweepRow, sweepEvidence, sweepRun, sweptCell } from './a-sweep.ts'
import { tr111Figures, tr111Run } from './tr111-table.ts'

const someCells = (cells: number): readonly SweepRow[] =>
  Array.from({ length: cells }, (_, i): SweepRow => {
    const options = { num_ctx: 512 * (1 + (i % 10)), num_gpu: Math.floor(i / 10), temperature: 0.8 }
    const agents = [anAgent({ options }), anAgent({ options })]
    const rate = 100 + (i % 10)
    return [
      sweptCell(options, { head: { model: 'm', agents } }),
      [-1, 0, 1, 2, 3].map((offset) => rate + offset),
    ]
  })

/** As it comes out of its file. */
const stored = (run: Run): Run => runSchema.parse(JSON.parse(JSON.stringify(run)))

describe('an analysis', () => {
  test('of a sweep has the published form, and is in its verdict, the same when it is judged again from its text', () => {
    const run = stored(sweepRun(tr111Run, { figures: [...tr111Figures] }))
    const verdict = judgeRun(run, null)
    expect(analysisSchema.parse(verdict.analysis)).toEqual(verdict.analysis)
    const again = judgeRun(stored(run), null)
    expect(JSON.stringify(again)).toBe(JSON.stringify(verdict))
  })

  test('of one cell tells what its timings are, and nothing that needs another cell', () => {
    expect(analyzeRun(sweepEvidence([[defaultsCell(), [100, 101]]]))).toMatchObject({
      axes: [],
      interactions: [],
      rankings: [],
      success: [],
      topologies: [],
      published: [],
      notes: [],
      boundaries: [{ what: 'A call' }, { what: 'A cold start' }],
    })
  })

  test('of a run whose trials all failed is empty, not an error', () => {
    const rows = someCells(4).map(([cell]): SweepRow => [cell, []])
    expect(analyzeRun(sweepEvidence(rows))).toMatchObject({ axes: [], rankings: [], notes: [] })
  })

  test('of 500 cells takes next to no time beside deriving their figures, and has lists that end', () => {
    const evidence = sweepEvidence(someCells(500))
    const started = performance.now()
    const { rankings, topologies, interactions, axes } = analyzeRun(evidence)
    expect(performance.now() - started).toBeLessThan(5000)
    expect(Math.max(...rankings.map(({ cells }) => cells.length))).toBe(50)
    expect(topologies).toEqual([])
    expect(axes.length).toBeGreaterThan(0)
    expect(interactions.length).toBeGreaterThan(0)
  })
})
