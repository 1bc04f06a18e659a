/** Runs of sweeps whose figures are known: every trial has one call with a chosen rate and TTFT. */
import { gatherEvidence } from '../../../src/core/judge/evidence.ts'
import type { Cell } from '../../../src/model/plan.ts'
import type { Policy } from '../../../src/model/policy.ts'
import type { PublishedFigure } from '../../../src/model/published.ts'
import type { Run, Trial } from '../../../src/model/run.ts'
import { aCall, aCell, aLeg, anAgent, aPolicy, aRun, aTrial, aVisit } from '../../model/a-run.ts'

type Options = ReturnType<typeof anAgent>['options']

/** A cell of one agent with these options; its id tells them. */
export const sweptCell = (options: Options, overrides: Partial<Cell> = {}): Cell =>
  aCell({
    id: Object.entries(options)
      .map(([name, value]) => `${name}${value}`)
      .join('-'),
    workload: 'single-agent',
    scenario: 'sweep',
    topology: 'one-server',
    head: { model: 'tiny:latest', agents: [anAgent({ options })] },
    ...overrides,
  })

/** A cell of one agent that sends no options. */
export const defaultsCell = (overrides: Partial<Cell> = {}): Cell =>
  sweptCell(
    { num_predict: 128 },
    {
      id: 'defaults',
      head: {
        model: 'tiny:latest',
        agents: [anAgent({ name: 'baseline', serverDefaults: true, options: { num_predict: 128 } })],
      },
      ...overrides,
    },
  )

/** What one trial is to show. */
export interface Shown {
  readonly rate?: number
  readonly ttftMs?: number
}

/** A trial of one call, alone, that decodes at `rate` and waits `ttftMs` for its first token. */
export const shownTrial = (cellId: string, round: number, { rate = 100, ttftMs = 100 }: Shown): Trial =>
  aTrial({
    visit: aVisit({ cellId, round }),
    legs: [aLeg('solo', aCall({ ttftMs, tokens: 101, durationMs: ttftMs + 100_000 / rate }))],
  })

/** A cell with the decode rate of each of its trials, or all that they are to show. */
export type SweepRow = readonly [cell: Cell, trials: readonly (number | Shown)[]]

/** The run of these cells, and nothing else. */
export function sweepRun(
  rows: readonly SweepRow[],
  { policy = aPolicy(), figures = null }: { policy?: Policy; figures?: PublishedFigure[] | null } = {},
): Run {
  return aRun({
    policy,
    cells: rows.map(([cell]) => cell),
    trials: rows.flatMap(([{ id }, trials]) =>
      trials.map((shown, round) =>
        shownTrial(id, round, typeof shown === 'number' ? { rate: shown } : shown),
      ),
    ),
    run: {
      published: figures && {
        report: 'TR0',
        title: 'a report',
        machine: 'a machine',
        source: 'nowhere',
        figures,
      },
    },
  })
}

/** What judging looks at, of these cells. */
export const sweepEvidence = (...parts: Parameters<typeof sweepRun>) =>
  gatherEvidence(sweepRun(...parts), null)

/** A published mean of decode. */
export const aFigure = (overrides: Partial<PublishedFigure> = {}): PublishedFigure => ({
  id: 'a-row',
  label: 'decode',
  of: {},
  metric: 'decodeTokensPerSecond',
  statistic: 'mean',
  value: 100,
  unit: 'tokens/s',
  n: 3,
  source: 'TR0 1.1',
  supersededBy: null,
  doubt: null,
  ...overrides,
})
