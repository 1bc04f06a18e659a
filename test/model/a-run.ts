/** Factories for runs: a whole run by default, whose parts a test overrides. */
import type { Environment, ServerFacts } from '../../src/model/environment.ts'
import type { GpuSpan } from '../../src/model/gpu.ts'
import type { Cell, CellAgent, SubjectName, TaskOf, Visit } from '../../src/model/plan.ts'
import { type Policy, policySchema } from '../../src/model/policy.ts'
import type { RequestRecord } from '../../src/model/request-record.ts'
import type { Call, Leg, Resumed, Run, RunHeader, Spoiled, Trial, Watched } from '../../src/model/run.ts'
import { aFoundServer, aMachine, aModel, noGpu } from './a-machine.ts'

/** A policy with what the schema fills in. */
export const aPolicy = (overrides: Record<string, unknown> = {}): Policy =>
  policySchema.parse({
    version: 1,
    name: 'a-policy',
    models: ['tiny:latest'],
    agents: { chimera: { options: { num_ctx: 1024 } } },
    matrix: [{ workload: 'two-agents', agents: ['chimera', 'chimera'], topology: 'two-servers' }],
    ...overrides,
  })

/** The task of asking one thing: the built-in question by default. */
export const aChat = (overrides: Partial<TaskOf<'chat'>> = {}): TaskOf<'chat'> => ({
  kind: 'chat',
  system: null,
  prompt: null,
  headings: [],
  ...overrides,
})

/** An agent that asks the built-in question on the first server. */
export const anAgent = (overrides: Partial<CellAgent> = {}): CellAgent => ({
  name: 'chimera',
  options: { num_ctx: 1024, num_predict: 64 },
  serverDefaults: false,
  server: 0,
  task: aChat(),
  ...overrides,
})

/** A two-agents cell on two servers; base is the same unless it is overridden. */
export const aCell = (overrides: Partial<Cell> = {}): Cell => ({
  id: 'cell',
  workload: 'two-agents',
  phase: null,
  scenario: 'chimera_homo',
  latency: null,
  topology: 'two-servers',
  head: { model: 'tiny:latest', agents: [anAgent(), anAgent({ server: 1 })] },
  base: null,
  ...overrides,
})

interface CallFigures {
  readonly agent?: number
  readonly writeMs?: number
  readonly ttftMs?: number
  readonly durationMs?: number
  readonly tokens?: number
  readonly record?: Partial<RequestRecord>
}

/** A call: written at `writeMs`, first token after `ttftMs`, last one after `durationMs`. */
export function aCall({
  agent = 0,
  writeMs = 0,
  ttftMs = 100,
  durationMs = 1000,
  tokens = 10,
  record,
}: CallFigures = {}): Call {
  const gaps = Math.max(0, tokens - 1)
  return {
    agent,
    fresh: true,
    stage: null,
    answer: null,
    record: {
      writeMs,
      firstByteMs: writeMs + ttftMs,
      firstTokenMs: writeMs + ttftMs,
      firstAnswerTokenMs: writeMs + ttftMs,
      lastTokenMs: writeMs + durationMs,
      endMs: writeMs + durationMs,
      chunkGapsUs: Array.from({ length: gaps }, () => Math.round(((durationMs - ttftMs) * 1000) / gaps)),
      chunks: tokens,
      emptyChunks: 0,
      server: {
        totalMs: durationMs,
        loadMs: 5,
        promptEvalMs: ttftMs - 10,
        evalMs: durationMs - ttftMs,
        promptTokens: 60,
        outputTokens: tokens,
      },
      doneReason: 'length',
      firstTokenLagMs: 0,
      busyRetries: 0,
      failure: null,
      ...record,
    },
  }
}

/** A leg of one kind. */
export const aLeg = (kind: Leg['kind'], ...calls: Call[]): Leg => ({ kind, calls, turns: [] })

/** A visit of a cell; head's first round by default. */
export const aVisit = (overrides: Partial<Visit> = {}): Visit => {
  const { cellId = 'cell', subject = 'head', round = 0 } = overrides
  return { id: `${cellId}#${round}-${subject}`, cellId, subject, round, cold: false, ...overrides }
}

/** Two agents of 10 tokens in a second, alone and together, nobody slowing anybody. */
export const evenLegs = (): Leg[] => [
  aLeg('solo', aCall({ agent: 0 }), aCall({ agent: 1, writeMs: 1000 })),
  aLeg('concurrent', aCall({ agent: 0, writeMs: 2000 }), aCall({ agent: 1, writeMs: 2000 })),
]

/** What is watched on a machine without a GPU, when nothing happens. */
export const aWatch = (overrides: Partial<Watched> = {}): Watched => ({
  gpus: null,
  gpuTrouble: null,
  foreign: null,
  host: { cpuUtilizationPercent: 12, governor: null },
  serverRssBytes: null,
  fallbacks: [],
  lostModel: [],
  ...overrides,
})

/** A GPU at work, cool and at its clocks. */
export const aGpuSpan = (overrides: Partial<GpuSpan> = {}): GpuSpan => ({
  uuid: 'GPU-11111111-2222-3333-4444-555555555555',
  readings: 10,
  temperatureCelsius: 64,
  utilizationPercent: 71,
  memoryUsedBytes: 8 * 2 ** 30,
  smClockMegahertz: 2400,
  memoryClockMegahertz: 9000,
  powerWatts: 140,
  slowdowns: {},
  ...overrides,
})

/** A reason that leaves a trial out. */
export const aReason = (overrides: Partial<Spoiled> = {}): Spoiled => ({
  rule: 'client-lag',
  detail: 'the client was late by 60 ms (allowed 50 ms)',
  leftOut: true,
  ...overrides,
})

/** A valid trial. */
export const aTrial = (overrides: Partial<Trial> = {}): Trial => ({
  visit: aVisit(),
  startedMs: 0,
  endedMs: 3000,
  startedAt: '2026-01-01T00:00:00.000Z',
  endedAt: '2026-01-01T00:00:03.000Z',
  legs: evenLegs(),
  residency: [0, 1].map((server) => ({
    server,
    model: 'tiny:latest',
    sizeBytes: 1000,
    sizeVramBytes: 1000,
    contextLength: 1024,
  })),
  lag: { meanMs: 0, p99Ms: 0.5, maxMs: 1 },
  watched: aWatch(),
  spoiled: [],
  failure: null,
  ...overrides,
})

/** A found Ollama that holds tiny:latest. */
export const someServerFacts = (overrides: Partial<ServerFacts> = {}): ServerFacts =>
  aFoundServer({
    version: '0.24.0',
    models: [aModel({ name: 'tiny:latest', sizeBytes: 1000, blocks: 4, trainContext: 8192, parameters: '' })],
    ...overrides,
  })

/** A machine without a GPU that two found servers run on. */
export const anEnvironment = (overrides: Partial<Environment> = {}): Environment =>
  aMachine({ gpu: noGpu, servers: { head: [someServerFacts(), someServerFacts()], base: [] }, ...overrides })

/** What is known before the first trial. */
export const aRunHeader = (overrides: Partial<RunHeader> = {}): RunHeader => {
  const { trials: _trials, resumed: _resumed, ended: _ended, ...header } = aRun()
  return { ...header, ...overrides }
}

/** A pause of a minute after the first minute. */
export const aPause = (overrides: Partial<Resumed> = {}): Resumed => ({
  at: '2026-01-01T00:02:00.000Z',
  atMs: 120_000,
  pausedMs: 60_000,
  repaired: false,
  notes: [],
  ...overrides,
})

export interface RunParts {
  readonly policy?: Policy
  readonly cells?: readonly Cell[]
  readonly trials?: readonly Trial[]
  readonly run?: Partial<Run>
}

/** A run of the given trials, planned exactly as measured unless `run.plan` says otherwise. */
export function aRun({
  policy = aPolicy(),
  cells = [aCell()],
  trials = [aTrial()],
  run = {},
}: RunParts = {}): Run {
  return {
    schemaVersion: 3,
    startedAt: '2026-01-01T00:00:00.000Z',
    startedMs: 0,
    against: 'none',
    policy: {
      policy,
      file: 'policies/a-policy.yml',
      sha256: '0'.repeat(64),
      positions: { 'limits[0]': { file: 'policies/a-policy.yml', line: 9, column: 5 } },
    },
    published: null,
    plan: { seed: 1, cells: [...cells], visits: trials.map(({ visit }) => visit) },
    environment: anEnvironment(),
    preflight: [],
    job: null,
    notes: [],
    trials: [...trials],
    resumed: [],
    ended: { how: 'completed', message: 'Every planned trial was measured.', atMs: 3000 },
    ...run,
  }
}

/** Pairs of trials whose solo decode and TTFT are scaled: `factors[i]` slows head in round i. */
export const pairedTrials = (factors: readonly { readonly ttft: number; readonly rate: number }[]): Trial[] =>
  factors.flatMap((factor, round) =>
    (['base', 'head'] as const).map((subject: SubjectName) => {
      const { ttft, rate } = subject === 'head' ? factor : { ttft: 1, rate: 1 }
      const wobble = 1 + 0.004 * Math.sin(round * 7 + (subject === 'head' ? 1 : 2))
      const ttftMs = 100 * ttft * wobble
      return aTrial({
        visit: aVisit({ subject, round }),
        legs: [aLeg('solo', aCall({ ttftMs, durationMs: ttftMs + 900 * rate * wobble }))],
      })
    }),
  )
