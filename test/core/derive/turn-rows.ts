/** Figures of turns that are more than a call. */
import type { Leg, Turn } from '../../../src/model/run.ts'
import { aCall } from '../../model/a-run.ts'
import { type MetricRow, withLegs } from './metric-row.ts'

/** A turn of two seconds that begins at once. */
export const aTurn = (overrides: Partial<Turn> = {}): Turn => ({
  agent: 0,
  startedMs: 0,
  endedMs: 2000,
  steps: [],
  ingested: null,
  program: null,
  failure: null,
  ...overrides,
})

export const turnLeg = (kind: Leg['kind'], ...turns: Turn[]): Leg => ({
  kind,
  calls: turns.map(({ agent, startedMs }) => aCall({ agent, writeMs: startedMs + 500 })),
  turns,
})

const steps = [
  { name: 'ingest', ms: 120 },
  { name: 'analysis', ms: 900 },
  { name: 'report', ms: 980 },
]
const program = { startupMs: 85, peakRssBytes: 48 * 2 ** 20, exitCode: 0 }
const workflow = withLegs(turnLeg('solo', aTurn({ steps })))
const ofProgram = withLegs(turnLeg('solo', aTurn({ program })))
const untold = withLegs(
  turnLeg('solo', aTurn({ program: { ...program, startupMs: null, peakRssBytes: null } })),
)

export const turnRows: readonly MetricRow[] = [
  ['from its beginning to its end', 'turnTimeMs', workflow, [2000]],
  [
    'a turn of one call has its own metrics',
    'turnTimeMs',
    withLegs({ ...turnLeg('solo', aTurn()), turns: [] }),
    [],
  ],
  ['while others run it is another figure', 'turnTimeMs', withLegs(turnLeg('concurrent', aTurn())), []],
  ['the step by its name', 'ingestTimeMs', workflow, [120]],
  ['the first call', 'analysisTimeMs', workflow, [900]],
  ['the second call', 'reportTimeMs', workflow, [980]],
  ['a program that tells no steps', 'reportTimeMs', ofProgram, []],
  [
    'a step in two parts',
    'ingestTimeMs',
    withLegs(turnLeg('solo', aTurn({ steps: [...steps, ...steps] }))),
    [240],
  ],
  ['until its first request', 'agentStartupMs', ofProgram, [85]],
  ['a workflow has no process of its own', 'agentStartupMs', workflow, []],
  ['its greatest memory, 1 MiB being 2^20 bytes', 'agentPeakRssMebibytes', ofProgram, [48]],
  ['memory that nobody could read', 'agentPeakRssMebibytes', untold, []],
]
