/** Facts of a machine on which all is well: two started servers, one cell, an idle card. */
import type { PreflightFacts } from '../../../src/core/preflight/preflight-facts.ts'
import type { ServerFacts } from '../../../src/model/environment.ts'
import type { Options } from '../../../src/model/options.ts'
import type { Cell, Plan, Variant } from '../../../src/model/plan.ts'
import type { LoadedPolicy } from '../../../src/model/policy.ts'
import type { PreflightLine } from '../../../src/model/preflight.ts'
import { aDevice, aMachine } from '../../model/a-machine.ts'
import { aPolicy } from '../../model/a-run.ts'

/** A policy as it was read. */
export const aLoaded = (overrides: Record<string, unknown> = {}): LoadedPolicy => ({
  policy: aPolicy(overrides),
  file: 'policies/a-policy.yml',
  sha256: '0'.repeat(64),
  positions: {},
})

/** Agents with these options, the first on the first server and so on. */
export const aVariant = (...agents: readonly Options[]): Variant => ({
  model: 'gemma3:latest',
  agents: agents.map((options, server) => ({
    name: 'chimera',
    options,
    serverDefaults: false,
    server,
    task: { kind: 'chat', system: null, prompt: null, headings: [] },
  })),
})

export const aCellOf = (head: Variant, overrides: Partial<Cell> = {}): Cell => ({
  id: 'cell',
  workload: 'two-agents',
  phase: null,
  latency: null,
  scenario: 'homo',
  topology: 'two-servers',
  head,
  base: null,
  ...overrides,
})

/** The cells with `rounds` visits of each. */
export const aPlan = (cells: readonly Cell[], rounds = 2): Plan => ({
  seed: 1,
  cells: [...cells],
  visits: cells.flatMap(({ id }) =>
    Array.from({ length: rounds }, (_, round) => ({
      id: `${id}#${round}-head`,
      cellId: id,
      subject: 'head' as const,
      round,
      cold: false,
    })),
  ),
})

const used = 500 * 2 ** 20

export const aReading = (overrides: object = {}) => ({
  uuid: aDevice().uuid,
  temperatureCelsius: 48,
  utilizationPercent: 2,
  memoryUsedBytes: used,
  smClockMegahertz: 210,
  memoryClockMegahertz: 405,
  powerWatts: 8,
  slowdowns: [],
  ...overrides,
})

export const someFacts = (overrides: Partial<PreflightFacts> = {}): PreflightFacts => ({
  policy: aLoaded(),
  plan: aPlan([aCellOf(aVariant({ num_ctx: 4096 }, { num_ctx: 4096 }))]),
  environment: aMachine(),
  gpuReadings: [aReading()],
  gpuProcesses: [],
  loadedModels: ['http://127.0.0.1:11434', 'http://127.0.0.1:11435'].map((url) => ({ url, models: [] })),
  freeBytes: 80e9,
  resultFolder: '.ollama-perf-gate',
  writable: [{ purpose: 'results', path: '.ollama-perf-gate', isWritable: true }],
  wallTime: '2026-11-21T12:00:00.000Z',
  orphans: [],
  fallbacks: [],
  warmTtftMs: [{ url: 'http://127.0.0.1:11434', agent: 'chimera', ttftMs: 120 }],
  ...overrides,
})

/** The same machine with these servers for head. */
export const withServers = (...head: ServerFacts[]): Partial<PreflightFacts> => ({
  environment: aMachine({ servers: { head, base: [] } }),
})

/** "warn: 12 % in use", or null without such a line: what a table can hold. */
export const told = (lines: readonly PreflightLine[], what: string): string | null => {
  const own = lines.filter((line) => line.what === what)
  return own.length === 0 ? null : own.map(({ verdict, value }) => `${verdict}: ${value}`).join('\n')
}
