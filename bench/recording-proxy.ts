/**
 * What the recording proxy costs its clients, and how far its records are from theirs. The same calls go to a scripted
 * server directly and through a proxy, in turn; then the client's and the proxy's records of one and the same call are
 * set side by side. Each agent has a server and a proxy of its own, as programs have. Clients and proxies share this
 * process, and so its clock: a program's own client would not.
 *
 *     node bench/recording-proxy.ts [--rounds 9] [--calls 10] [--tokens 32] [--json]
 */
import { parseArgs } from 'node:util'
import { systemClock } from '../src/adapters/clock/system-clock.ts'
import { connectOllama } from '../src/adapters/ollama/connect-ollama.ts'
import { observeExchanges } from '../src/adapters/ollama/observed-exchanges.ts'
import type { RequestRecord } from '../src/model/request-record.ts'
import type { InferenceServer } from '../src/ports/inference-server.ts'
import { startRecordingProxy } from '../src/proxy/recording-proxy.ts'
import { startScriptedServers } from './scripted-servers.ts'
import { formatSpread, type Spread, spreadOf } from './spread.ts'

const play = { ttftMs: 40, tokensPerSecond: 100 }
const limits = { connectMs: 5_000, loadMs: 5_000, firstTokenMs: 5_000, stallMs: 5_000, totalMs: 60_000 }
const clock = systemClock()

/** A client of a server, and a client of the proxy before it with what that recorded. */
interface Agent {
  readonly direct: InferenceServer
  readonly proxied: InferenceServer
  readonly recorded: () => readonly RequestRecord[]
  readonly close: () => Promise<void>
}

interface Job {
  readonly rounds: number
  readonly calls: number
  readonly tokens: number
}

async function anAgent(target: string): Promise<Agent> {
  const observed = observeExchanges({ nowMs: clock.nowMs })
  const proxy = await startRecordingProxy({
    target,
    listen: { host: '127.0.0.1', port: 0 },
    nowMs: clock.nowMs,
    observe: observed.observe,
    onRequest: () => {},
  })
  const direct = connectOllama(target, { clock, timeouts: limits })
  const proxied = connectOllama(proxy.url, { clock, timeouts: limits })
  const close = async () => {
    await Promise.all([direct.close(), proxied.close()])
    await proxy.close()
  }
  return { direct, proxied, recorded: observed.records, close }
}

/** All clients at once, each with one call after the other: their records, client by client. */
const measure = (clients: readonly InferenceServer[], { calls, tokens }: Job): Promise<RequestRecord[][]> =>
  Promise.all(
    clients.map(async (client) => {
      const records: RequestRecord[] = []
      const messages = [{ role: 'user', content: 'Go on.' }] as const
      const call = { model: 'tiny:latest', messages, options: { num_predict: tokens }, mayLoad: false }
      for (let i = 0; i < calls; i += 1) {
        const record = await client.chat(call)
        if (record.failure !== null) throw new Error(`A call failed: ${record.failure.message}`)
        records.push(record)
      }
      return records
    }),
  )

const ttftMs = ({ firstTokenMs, writeMs }: RequestRecord): number => Number(firstTokenMs) - Number(writeMs)

const decodeTokensPerSecond = ({ firstTokenMs, lastTokenMs, server }: RequestRecord): number =>
  ((Number(server?.outputTokens) - 1) * 1000) / (Number(lastTokenMs) - Number(firstTokenMs))

const medianOf = (records: readonly RequestRecord[], figure: (record: RequestRecord) => number): number =>
  spreadOf(records.map(figure)).median

/** p50 and p99 of absolute differences. */
interface Apart {
  readonly p50: number
  readonly p99: number
}

const apart = (differences: readonly number[]): Apart => {
  const sorted = differences.map(Math.abs).toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99) }
}

/** Of each round: through the proxy over directly. And, of each call through it: its record against the client's. */
interface Level {
  readonly agents: number
  readonly ttftRatio: Spread
  readonly ttftAddedMs: Spread
  readonly decodeRatio: Spread
  readonly recordTtftMs: Apart
  readonly recordDecodeRatio: Apart
}

/** What the clients saw of one round, and, of the calls through the proxies, each with what was recorded of it. */
interface Round {
  readonly direct: readonly RequestRecord[]
  readonly proxied: readonly RequestRecord[]
  readonly pairs: readonly (readonly [RequestRecord, RequestRecord])[]
}

async function runRound(agents: readonly Agent[], job: Job, goesFirst: 'direct' | 'proxied'): Promise<Round> {
  const direct = agents.map((agent) => agent.direct)
  const first = goesFirst === 'direct' ? await measure(direct, job) : null
  const proxied = await measure(
    agents.map((agent) => agent.proxied),
    job,
  )
  const recorded = agents.map((agent) => agent.recorded().slice(-job.calls))
  return {
    direct: (first ?? (await measure(direct, job))).flat(),
    proxied: proxied.flat(),
    pairs: proxied.flatMap((seen, i) =>
      seen.map((one, k) => {
        const other = recorded[i]?.[k]
        if (other === undefined) throw new Error('A call was not recorded.')
        return [one, other] as const
      }),
    ),
  }
}

async function runLevel(targets: readonly string[], job: Job): Promise<Level> {
  const agents = await Promise.all(targets.map(anAgent))
  await runRound(agents, { ...job, calls: 2 }, 'direct')
  const rounds: Round[] = []
  // Who went second goes first in the next round.
  for (let i = 0; i < job.rounds; i += 1) {
    rounds.push(await runRound(agents, job, i % 2 === 0 ? 'direct' : 'proxied'))
  }
  for (const agent of agents) await agent.close()
  const medians = (figure: (record: RequestRecord) => number) =>
    rounds.map(({ direct, proxied }) => [medianOf(direct, figure), medianOf(proxied, figure)] as const)
  const both = rounds.flatMap(({ pairs }) => pairs)
  const rateRatio = ([seen, recorded]: (typeof both)[number]) =>
    decodeTokensPerSecond(recorded) / decodeTokensPerSecond(seen)
  return {
    agents: agents.length,
    ttftRatio: spreadOf(medians(ttftMs).map(([direct, proxied]) => proxied / direct)),
    ttftAddedMs: spreadOf(medians(ttftMs).map(([direct, proxied]) => proxied - direct)),
    decodeRatio: spreadOf(medians(decodeTokensPerSecond).map(([direct, proxied]) => proxied / direct)),
    recordTtftMs: apart(both.map(([seen, recorded]) => ttftMs(seen) - ttftMs(recorded))),
    recordDecodeRatio: apart(both.map((pair) => rateRatio(pair) - 1)),
  }
}

function print(level: Level): void {
  const { recordTtftMs: ttft, recordDecodeRatio: decode } = level
  const percent = (value: number) => `${(value * 100).toFixed(3)} %`
  console.log(`agents: ${level.agents}`)
  console.log(`  TTFT, through the proxy over direct        ${formatSpread(level.ttftRatio, 4)}`)
  console.log(`  TTFT that it adds, in ms                   ${formatSpread(level.ttftAddedMs, 3)}`)
  console.log(`  decode rate, through it over direct        ${formatSpread(level.decodeRatio, 5)}`)
  console.log(
    `  its record's TTFT off the client's         ${ttft.p50.toFixed(3)} / ${ttft.p99.toFixed(3)} ms`,
  )
  console.log(`  its record's decode rate off the client's  ${percent(decode.p50)} / ${percent(decode.p99)}`)
}

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    calls: { type: 'string', default: '10' },
    tokens: { type: 'string', default: '32' },
    json: { type: 'boolean', default: false },
  },
})

await using servers = await startScriptedServers(8, play)
const job = { rounds: Number(values.rounds), calls: Number(values.calls), tokens: Number(values.tokens) }
const levels: Level[] = []
for (const agents of [1, 2, 8]) levels.push(await runLevel(servers.urls.slice(0, agents), job))
if (values.json) console.log(JSON.stringify({ play, ...job, levels }, null, 2))
else {
  console.log('median (range) of the rounds; p50 / p99 of the calls')
  for (const level of levels) print(level)
}
