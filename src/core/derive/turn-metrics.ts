/** Figures of one turn that is more than a call: how long it took, step by step, and what its program needed. */
import type { MetricId } from '../../model/metric-catalog.ts'
import type { Leg, Turn } from '../../model/run.ts'

const bytesPerMebibyte = 2 ** 20

/** The legs that turns are read in: alone, as the request metrics that they stand beside. */
export const turnLegs: readonly Leg['kind'][] = ['solo']

/** Time of all steps of that name; null where the turn tells no such step. */
function stepMs({ steps }: Turn, name: string): number | null {
  const own = steps.filter((step) => step.name === name)
  return own.length > 0 ? own.reduce((total, { ms }) => total + ms, 0) : null
}

/** The table of turn metrics; a null means that the turn cannot give it. */
export const turnMetrics = {
  turnTimeMs: ({ startedMs, endedMs }) => endedMs - startedMs,
  ingestTimeMs: (turn) => stepMs(turn, 'ingest'),
  analysisTimeMs: (turn) => stepMs(turn, 'analysis'),
  reportTimeMs: (turn) => stepMs(turn, 'report'),
  agentStartupMs: ({ program }) => program?.startupMs ?? null,
  agentPeakRssMebibytes: ({ program }) =>
    program === null || program.peakRssBytes === null ? null : program.peakRssBytes / bytesPerMebibyte,
} as const satisfies Partial<Record<MetricId, (turn: Turn) => number | null>>
