/** Makers of verdicts, checks and figures for tests: complete by default, changed by overrides. */
import type { Environment } from '../../src/model/environment.ts'
import type { Summary } from '../../src/model/figures.ts'
import { type MetricId, metricDefinition } from '../../src/model/metric-catalog.ts'
import type { Change, Check, CheckStatus, Verdict } from '../../src/model/verdict.ts'
import { aFoundServer, aMachine } from './a-machine.ts'

/** Two found Ollamas of two versions, on the reports' machine. */
export const anEnvironment = (overrides: Partial<Environment> = {}): Environment =>
  aMachine({
    servers: {
      head: [aFoundServer({ version: '0.15.6' })],
      base: [aFoundServer({ url: 'http://127.0.0.1:11435', version: '0.15.4' })],
    },
    ...overrides,
  })

/** A change around an estimate; two points or percent of interval on each side unless said otherwise. */
export const aChange = (estimate: number, overrides: Partial<Change> = {}): Change => {
  const kind = overrides.kind ?? 'ratio'
  const margin = kind === 'ratio' ? 0.02 : 0.8
  return {
    kind,
    estimate,
    low: estimate - margin,
    high: estimate + margin,
    confidencePercent: 95,
    pairs: 12,
    ...overrides,
  }
}

/** A passed limit on warm TTFT, unless said otherwise. */
export const aCheck = (overrides: Partial<Check> = {}): Check => ({
  id: `${overrides.kind ?? 'limit'}/${overrides.metric ?? 'warmTtftMs'}/${overrides.cellId ?? 'a-cell'}`,
  kind: 'limit',
  cellId: 'multi-agent/chimera_homo/two-servers/gemma3/ctx512',
  metric: 'warmTtftMs',
  of: (overrides.kind ?? 'limit') === 'limit' ? 'typical' : null,
  status: 'pass',
  message: 'warm TTFT is 612 ms, within the limit.',
  fix: null,
  expected: 'warn above 1000 ms, fail above 2000 ms',
  base: null,
  head: 612,
  trials: 12,
  change: null,
  target: null,
  detectable: null,
  source: 'appendix H.2',
  at: { file: 'policies/multi-agent.yml', line: 31, column: 5 },
  ...overrides,
})

const order: readonly CheckStatus[] = ['fail', 'invalid', 'not-comparable', 'inconclusive', 'warn', 'pass']

/** Figures of one metric around a typical value; percentiles as far as the samples certify them. */
export const aSummary = (overrides: Partial<Summary> & { readonly typical: number }): Summary => {
  const { typical } = overrides
  const samples = overrides.samples ?? 24
  const metric: MetricId = overrides.metric ?? 'warmTtftMs'
  const perTrial = metricDefinition(metric).level !== 'request'
  return {
    cellId: 'multi-agent/chimera_homo/two-servers/gemma3/ctx512',
    subject: 'head',
    metric,
    trials: 12,
    samples: perTrial ? 12 : samples,
    worst: typical * 1.05,
    mean: typical * 1.004,
    sd: typical * 0.018,
    cvPercent: 1.8,
    min: typical * 0.97,
    max: typical * 1.05,
    p50: typical * 1.001,
    p90: samples >= 64 && !perTrial ? typical * 1.03 : null,
    p95: null,
    p99: null,
    ...overrides,
  }
}

/** Counts of trials: every planned one was measured, and counts. */
export const someTrials = (
  planned: number,
  overrides: Partial<Verdict['trials']> = {},
): Verdict['trials'] => ({
  planned,
  measured: planned,
  again: 0,
  failed: 0,
  leftOut: 0,
  marked: 0,
  ...overrides,
})

/** A whole verdict: checks are put in order and counted, the rest is a green run on Ollama. */
export const aVerdict = (overrides: Partial<Verdict> = {}): Verdict => {
  const checks = (overrides.checks ?? [aCheck()]).toSorted(
    (one, other) => order.indexOf(one.status) - order.indexOf(other.status),
  )
  const counted = Object.fromEntries(
    order.map((status) => [status, checks.filter((check) => check.status === status).length]),
  ) as Verdict['counts'] // every status is a key, by `order`
  return {
    schemaVersion: 3,
    outcome: 'pass',
    title: '1 cell',
    policy: {
      name: 'multi-agent',
      file: 'policies/multi-agent.yml',
      sha256: '9f2c41d7a8b35e60c1d2e3f4a5b6c7d8e9f00112233445566778899aabbccdde',
    },
    environment: anEnvironment(),
    analysis: null,
    figures: [],
    problems: [],
    notes: [],
    preflight: [],
    trials: someTrials(24),
    measuredMinutes: 96.4,
    blocksOnInconclusive: false,
    ...overrides,
    checks,
    counts: overrides.counts ?? counted,
  }
}
