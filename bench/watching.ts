/**
 * What watching costs: TTFT and decode with every probe on against every probe off, in turn (ABBA) within one run, as
 * ratios. On means the GPU's tool read every second (a stand-in that prints a reading a second, where there is no
 * nvidia-smi), the CPU and governor, foreign processes and memory of the servers after each visit.
 *
 *     node bench/watching.ts [--pairs 40] [--servers URL] [--model TAG] [--json]
 *
 * Without a server: the embedded engine with real inference on this CPU. Goal: both ratios at least 0.995 (TTFT as off
 * over on, decode as on over off).
 */
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { eventLoopLag } from '../src/adapters/clock/event-loop-lag.ts'
import { systemClock } from '../src/adapters/clock/system-clock.ts'
import { openGpuProbe } from '../src/adapters/gpu/gpu-probe.ts'
import { openHostProbe } from '../src/adapters/host/host-probe.ts'
import { connectOllama } from '../src/adapters/ollama/connect-ollama.ts'
import { startEmbeddedServers } from '../src/adapters/process/embedded-servers.ts'
import { deriveSamples } from '../src/core/derive/samples.ts'
import { trialValue } from '../src/core/derive/summaries.ts'
import type { Rig } from '../src/measure/bench-rig.ts'
import { nonceMaker } from '../src/measure/prompt.ts'
import { runVisit } from '../src/measure/visit.ts'
import type { MetricId } from '../src/model/metric-catalog.ts'
import { explicitDefaults } from '../src/model/options.ts'
import type { Cell, CellAgent } from '../src/model/plan.ts'
import { policySchema } from '../src/model/policy.ts'
import type { Trial } from '../src/model/run.ts'
import type { StartedServers } from '../src/ports/started-servers.ts'
import { tool } from '../src/tool.ts'
import { makeFakeNvidiaSmi } from '../test/adapters/gpu/fake-nvidia-smi.ts'
import { noAgentFiles } from '../test/measure/a-rig.ts'
import { formatSpread, spreadOf } from './spread.ts'

const goal = 0.995
const settleMs = 800
const tokens = 96

const policy = policySchema.parse({
  version: 1,
  name: 'watching',
  models: 'auto',
  agents: { agent: { options: {} } },
  matrix: [{ workload: 'single-agent', agents: ['agent'] }],
  protocol: { 'warmup-requests': 2, 'ttft-probes': 4, cold: false, placement: 'any' },
})

const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '40' },
    servers: { type: 'string' },
    model: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

const entry = join(import.meta.dirname, '..', 'src', 'embedded', 'main.ts')
const started: StartedServers | null = values.servers
  ? null
  : await startEmbeddedServers({ entry, engine: 'llama', count: 1, threads: 1 })
const clock = systemClock()
const timeouts = { connectMs: 5000, loadMs: 60_000, firstTokenMs: 60_000, stallMs: 60_000, totalMs: 300_000 }
const server = connectOllama(values.servers ?? started?.urls[0] ?? '', { clock, timeouts })
const model = values.model ?? (await server.available())[0]?.name ?? ''

const agent: CellAgent = {
  name: 'agent',
  options: { ...explicitDefaults, num_predict: tokens, num_ctx: 512, num_thread: 1 },
  serverDefaults: false,
  server: 0,
  task: { kind: 'chat', system: null, prompt: null, headings: [] },
}
const cell: Cell = {
  id: 'watching',
  workload: 'single-agent',
  phase: null,
  latency: null,
  scenario: 'agent',
  topology: 'one-server',
  head: { model, agents: [agent] },
  base: null,
}

const tools = makeFakeNvidiaSmi()
const own = await openGpuProbe().facts()
const isReal = own.state === 'present'
const gpu = openGpuProbe(isReal ? {} : { env: tools.env })
const host = openHostProbe()
const intervalMs = policy.protocol.watch['interval-seconds'] * 1000
const lag = eventLoopLag()

const base: Rig = {
  servers: { head: [server], base: [] },
  started: { head: started, base: null },
  ...noAgentFiles,
  environment: {
    engine: 'ollama',
    machine: 'bench',
    tool,
    host: await host.facts(),
    gpu: await gpu.facts(),
    servers: { head: [], base: [] },
  },
  instruments: { gpu, watch: null, host, lag },
  clock,
  protocol: policy.protocol,
  restart: 'never',
  nonce: nonceMaker(clock.wallTime()),
  signal: new AbortController().signal,
}

/** Nobody looks: no stream, no process table, no tool between the visits. */
const blind: Rig['instruments'] = {
  gpu: { ...gpu, processes: async () => null },
  watch: null,
  host: {
    ...host,
    lap: () => ({ cpuUtilizationPercent: null, governor: null }),
    rssBytes: async () => null,
  },
  lag,
}

const warm = new Map()

/** The stream runs on beside a blind visit unless it is stopped: it is started for each watched one. */
async function visit({
  isWatched,
  round,
}: {
  readonly isWatched: boolean
  readonly round: number
}): Promise<Trial> {
  const own = isWatched ? gpu.watch(intervalMs) : null
  // A job starts its tool once: what starting costs is not what watching costs.
  await clock.sleep(settleMs)
  const instruments = isWatched ? { ...base.instruments, watch: own } : blind
  const servers = isWatched ? base.started : { head: null, base: null }
  try {
    return await runVisit(
      { ...base, instruments, started: servers },
      cell,
      { id: `v${round}`, cellId: cell.id, subject: 'head', round, cold: false },
      warm,
    )
  } finally {
    await own?.stop()
  }
}

/** The trial's median of a metric; NaN when it has none. */
function figureOf(trial: Trial, metric: MetricId): number {
  if (trial.failure !== null) throw new Error(trial.failure)
  const run = { policy: { policy, file: '', sha256: '', positions: {} }, trials: [{ ...trial, spoiled: [] }] }
  const sample = deriveSamples(run).find((one) => one.metric === metric)
  return sample ? trialValue(sample) : Number.NaN
}

const ratios = { ttft: [] as number[], decode: [] as number[] }
const loadBefore = loadavg()[0] ?? Number.NaN
try {
  await visit({ isWatched: false, round: -1 })
  for (let pair = 0; pair < Number(values.pairs); pair++) {
    const order = pair % 2 === 0 ? [true, false] : [false, true]
    const trials = new Map<boolean, Trial>()
    for (const isWatched of order) trials.set(isWatched, await visit({ isWatched, round: pair }))
    const [on, off] = [trials.get(true), trials.get(false)]
    if (!on || !off) continue
    ratios.ttft.push(figureOf(off, 'warmTtftMs') / figureOf(on, 'warmTtftMs'))
    ratios.decode.push(figureOf(on, 'decodeTokensPerSecond') / figureOf(off, 'decodeTokensPerSecond'))
  }
} finally {
  lag.stop()
  await server.close()
  await started?.stop()
  tools.remove()
}

/** Mean of the logarithms with its standard error: pairs of a noisy machine scatter by more than what is looked for. */
function mean(list: readonly number[]): { readonly ratio: number; readonly standardErrorPercent: number } {
  const logs = list.map(Math.log)
  const middle = logs.reduce((sum, value) => sum + value, 0) / logs.length
  const variance = logs.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (logs.length - 1)
  return { ratio: Math.exp(middle), standardErrorPercent: Math.sqrt(variance / logs.length) * 100 }
}

const result = {
  tool: isReal ? 'nvidia-smi' : 'a stand-in for nvidia-smi',
  pairs: ratios.ttft.length,
  loadBefore,
  ttft: { ...mean(ratios.ttft), spread: spreadOf(ratios.ttft) },
  decode: { ...mean(ratios.decode), spread: spreadOf(ratios.decode) },
}
if (values.json) console.log(JSON.stringify({ goal, ...result }, null, 2))
else {
  console.log(
    `${result.pairs} pairs of ${model}, ${result.tool}; ${availableParallelism()} cores, load ${loadBefore.toFixed(2)} before`,
  )
  for (const [name, { ratio, standardErrorPercent, spread }] of [
    ['TTFT, off over on', result.ttft],
    ['decode, on over off', result.decode],
  ] as const)
    console.log(
      `${name.padEnd(20)} ${ratio.toFixed(4)} ± ${standardErrorPercent.toFixed(2)} %; median ${formatSpread(spread, 4)}`,
    )
  const met = result.ttft.ratio >= goal && result.decode.ratio >= goal
  console.log(`Goal (both at least ${goal}) ${met ? 'met' : 'missed'}.`)
}
