/**
 * What the gate's own overhead costs the two efficiencies: agents on servers of their own that do not slow each other,
 * so that both should be 100 %. Two agents by the whole story (`runGate`), eight by its visits, since a policy has no
 * more than two. What is missing is told apart: the servers' own pacing, by what they say, and the rest, which is ours.
 *
 *     node bench/overlap.ts [--trials 12] [--json]
 *
 * Goal: overlap at least 99.5 %, parallel at least 99 %.
 */
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { eventLoopLag } from '../src/adapters/clock/event-loop-lag.ts'
import { systemClock } from '../src/adapters/clock/system-clock.ts'
import { openResultFolder } from '../src/adapters/files/result-folder.ts'
import { openGpuProbe } from '../src/adapters/gpu/gpu-probe.ts'
import { openHostProbe } from '../src/adapters/host/host-probe.ts'
import { machineName } from '../src/adapters/host/machine-name.ts'
import { isThisHost } from '../src/adapters/host/this-host.ts'
import { connectOllama } from '../src/adapters/ollama/connect-ollama.ts'
import { trialMetrics } from '../src/core/derive/trial-metrics.ts'
import { rigOf, runGate } from '../src/main.ts'
import { examine, type GateRequest } from '../src/measure/examination.ts'
import type { WarmState } from '../src/measure/preparation.ts'
import { runVisit } from '../src/measure/visit.ts'
import type { World } from '../src/measure/world.ts'
import { explicitDefaults } from '../src/model/options.ts'
import { policySchema } from '../src/model/policy.ts'
import type { Trial } from '../src/model/run.ts'
import { tool } from '../src/tool.ts'
import { noAgentFiles } from '../test/measure/a-rig.ts'
import { type ScriptedServers, startScriptedServers } from './scripted-servers.ts'
import { formatSpread, type Spread, spreadOf } from './spread.ts'

const goal = { overlapPercent: 99.5, parallelPercent: 99 } as const
const play = { ttftMs: 40, tokensPerSecond: 100 } as const
const tokens = 128
const nominalMs = play.ttftMs + ((tokens - 1) * 1000) / play.tokensPerSecond

const policy = (trials: number) =>
  policySchema.parse({
    version: 1,
    name: 'overlap',
    models: 'auto',
    agents: { agent: { options: { ...explicitDefaults, num_predict: tokens } } },
    matrix: [{ workload: 'two-agents', agents: ['agent', 'agent'], topology: 'two-servers' }],
    protocol: { runs: trials, 'warmup-requests': 2, 'ttft-probes': 0, cold: false, placement: 'any' },
  })

const timeouts = { connectMs: 5000, loadMs: 10_000, firstTokenMs: 10_000, stallMs: 10_000, totalMs: 60_000 }

const clock = systemClock()

interface Bench {
  readonly request: GateRequest
  readonly world: World
}

/** A job around these servers, on this machine. */
async function withBench<T>(
  { urls, folder }: ScriptedServers,
  trials: number,
  work: (bench: Bench) => Promise<T>,
): Promise<T> {
  const head = urls.map((url) => connectOllama(url, { clock, timeouts }))
  const lag = eventLoopLag()
  const loaded = { policy: policy(trials), file: 'overlap.yml', sha256: '0'.repeat(64), positions: {} }
  const request: GateRequest = {
    policy: loaded,
    agents: { head: loaded.policy.agents ?? {}, base: null },
    baseline: null,
    published: null,
    against: 'none',
    baseModel: null,
    seed: 1,
    earlier: null,
  }
  const world: World = {
    servers: { head, base: [] },
    started: { head: null, base: null },
    isThisHost,
    installedVersion: async () => null,
    clock,
    lag,
    gpu: openGpuProbe(),
    host: openHostProbe(),
    ...noAgentFiles,
    progress: () => {},
    machine: machineName(),
    job: null,
    tool,
    orphans: [],
    folder,
    stateFolder: folder,
    signal: new AbortController().signal,
  }
  try {
    return await work({ request, world })
  } finally {
    lag.stop()
    await Promise.all(head.map((server) => server.close()))
  }
}

/** Two agents as a job measures them: examination, plan, warm-up, journal on disk, verdict. */
const gateTrials = (servers: ScriptedServers, trials: number): Promise<readonly Trial[]> =>
  withBench(servers, trials, async ({ request, world }) => {
    const store = await openResultFolder(join(servers.folder, 'out'), { keepJournal: false })
    try {
      return (await runGate(request, world, store)).run.trials
    } finally {
      await store.close()
    }
  })

/** Any number of agents, one on each server, by the same visits from the same barrier. */
const visitTrials = (servers: ScriptedServers, trials: number): Promise<readonly Trial[]> =>
  withBench(servers, trials, async ({ request, world }) => {
    const { header } = await examine(request, world)
    const [cell] = header.plan.cells
    const [agent] = cell?.head.agents ?? []
    if (!cell || !agent) throw new Error('The policy has no agent.')
    const agents = servers.urls.map((_, server) => ({ ...agent, server }))
    const many = { ...cell, head: { ...cell.head, agents } }
    const rig = rigOf(header, world, null)
    const warm: WarmState = new Map()
    const done: Trial[] = []
    for (const visit of header.plan.visits) done.push(await runVisit(rig, many, visit, warm))
    return done
  })

/** One call of a leg: how long the client saw it take, and how long the server says it took. */
interface Duration {
  readonly clientMs: number
  readonly serverMs: number
}

const durations = (trial: Trial, kind: 'solo' | 'concurrent'): readonly Duration[] =>
  trial.legs
    .filter((leg) => leg.kind === kind)
    .flatMap(({ calls }) => calls)
    .map(({ record }) => ({
      clientMs: record.endMs - (record.writeMs ?? Number.NaN),
      serverMs: record.server?.totalMs ?? Number.NaN,
    }))

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const inverse = (value: number): number => 1 / value

/** The figures of one trial; what the servers would have come to from one instant stands beside what was measured. */
function figuresOf(trial: Trial) {
  if (trial.failure !== null) throw new Error(`A trial failed: ${trial.failure}`)
  const [alone, together] = [durations(trial, 'solo'), durations(trial, 'concurrent')]
  const served = together.map(({ serverMs }) => serverMs)
  const all = [...alone, ...together]
  const serversOverlap = (sum(served) / (served.length * Math.max(...served))) * 100
  const serversParallel =
    (sum(served.map(inverse)) / sum(alone.map(({ serverMs }) => inverse(serverMs)))) * 100
  const overlap = trialMetrics.overlapEfficiencyPercent(trial) ?? Number.NaN
  const parallel = trialMetrics.parallelEfficiencyPercent(trial) ?? Number.NaN
  return {
    overlapPercent: overlap,
    parallelPercent: parallel,
    startSkewMs: trialMetrics.startSkewMs(trial) ?? Number.NaN,
    clientLagP99Ms: trial.lag.p99Ms,
    serversOwnOverlapPercent: serversOverlap,
    serversOwnParallelPercent: serversParallel,
    oursOfOverlapPoints: serversOverlap - overlap,
    oursOfParallelPoints: serversParallel - parallel,
    serverOverNominalSoloMs: sum(alone.map(({ serverMs }) => serverMs - nominalMs)) / alone.length,
    serverOverNominalTogetherMs: sum(served.map((ms) => ms - nominalMs)) / served.length,
    clientOverServerSoloMs: sum(alone.map(({ clientMs, serverMs }) => clientMs - serverMs)) / alone.length,
    clientOverServerTogetherMs:
      sum(together.map(({ clientMs, serverMs }) => clientMs - serverMs)) / together.length,
    worstClientOverServerMs: Math.max(...all.map(({ clientMs, serverMs }) => clientMs - serverMs)),
  }
}

type Figures = Readonly<Record<keyof ReturnType<typeof figuresOf>, Spread>>

function spreads(trials: readonly Trial[]): Figures {
  const rows = trials.map(figuresOf)
  const names = Object.keys(rows[0] ?? {}) as (keyof Figures)[] // every trial has the same figures
  return Object.fromEntries(names.map((name) => [name, spreadOf(rows.map((row) => row[name]))])) as Figures
}

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '12' },
    json: { type: 'boolean', default: false },
  },
})

async function measure(agents: number, by: typeof gateTrials): Promise<Figures> {
  await using servers = await startScriptedServers(agents, play)
  return spreads(await by(servers, Number(values.trials)))
}

const loadBefore = loadavg()[0] ?? Number.NaN
const levels = [
  { agents: 2, figures: await measure(2, gateTrials) },
  { agents: 8, figures: await measure(8, visitTrials) },
]
const met = levels.every(
  ({ figures }) =>
    figures.overlapPercent.median >= goal.overlapPercent &&
    figures.parallelPercent.median >= goal.parallelPercent,
)
if (values.json) console.log(JSON.stringify({ goal, met, nominalMs, loadBefore, levels }, null, 2))
else {
  console.log(
    `${values.trials} trials of ${tokens} tokens, ${nominalMs} ms each; ${availableParallelism()} cores, load ${loadBefore.toFixed(2)} before`,
  )
  for (const { agents, figures } of levels) {
    console.log(`\n${agents} agents on ${agents} servers: median (range)`)
    for (const [name, spread] of Object.entries(figures))
      console.log(`  ${name.padEnd(29)} ${formatSpread(spread, name.endsWith('Ms') ? 2 : 3)}`)
  }
  console.log(
    `\nGoal (overlap >= ${goal.overlapPercent} %, parallel >= ${goal.parallelPercent} %) ${met ? 'met' : 'missed'}.`,
  )
}
