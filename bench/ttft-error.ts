/**
 * How wrong the client's moments are: streams of 100 tokens a second from a server that stamps each chunk just before
 * it writes it, on the same machine and clock. Also what a chunk costs the client in CPU time.
 *
 *     node bench/ttft-error.ts [--requests 200] [--tokens 20] [--json]
 *
 * The error holds the server's write, the network stack, the wake-up of this process and the client's own work; the
 * first four are there in any client. Goal: p50 at most 0.5 ms and p99 at most 5 ms.
 */
import { parseArgs } from 'node:util'
import { systemClock } from '../src/adapters/clock/system-clock.ts'
import { connectOllama } from '../src/adapters/ollama/connect-ollama.ts'
import type { RequestRecord } from '../src/model/request-record.ts'
import type { InferenceServer } from '../src/ports/inference-server.ts'
import { type Stamps, startStampingServer } from './stamping-server.ts'

/** Distribution of an error in ms. */
interface Spread {
  readonly samples: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** What one number of concurrent streams gave. Errors in ms, `gapMeanRatio` is measured over true mean gap. */
interface Level {
  readonly streams: number
  readonly firstToken: Spread
  readonly gap: Spread
  readonly gapMeanRatio: number
  readonly cpuMicrosecondsPerChunk: number
}

interface Job {
  readonly client: InferenceServer
  readonly streams: number
  readonly requests: number
  readonly tokens: number
}

const goal = { p50Ms: 0.5, p99Ms: 5 } as const
const tokensPerSecond = 100
const limits = { connectMs: 5_000, loadMs: 0, firstTokenMs: 5_000, stallMs: 5_000, totalMs: 60_000 }

const spreadOf = (errors: readonly number[]): Spread => {
  const sorted = errors.map(Math.abs).toSorted((a, b) => a - b)
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
  return { samples: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) }
}

/** Streams until `requests` calls are done, `streams` at a time; the records by the calls' model names. */
const measure = async ({ client, streams, requests, tokens }: Job): Promise<Map<string, RequestRecord>> => {
  const records = new Map<string, RequestRecord>()
  let started = 0
  const agent = async () => {
    while (started < requests) {
      const model = `${streams}-${started}`
      started += 1
      const messages = [{ role: 'user', content: 'Go on.' }] as const
      records.set(
        model,
        await client.chat({ model, messages, options: { num_predict: tokens }, mayLoad: false }),
      )
    }
  }
  await Promise.all(Array.from({ length: streams }, agent))
  return records
}

/** What to add to this process's clock to have CLOCK_MONOTONIC, in ms. */
const clockOffsetMs = (): number => Number(process.hrtime.bigint()) / 1e6 - performance.now()

const errorsOf = (records: ReadonlyMap<string, RequestRecord>, stamps: Stamps) => {
  const offsetMs = clockOffsetMs()
  const first: number[] = []
  const gaps: number[] = []
  let measuredMs = 0
  let trueMs = 0
  for (const [model, record] of records) {
    const truth = (stamps[model] ?? []).map((stamp) => Number(stamp) / 1e6)
    const [start] = truth
    if (record.failure !== null || record.firstTokenMs === null || start === undefined) {
      throw new Error(`A call failed: ${record.failure?.message ?? 'no token'}`)
    }
    first.push(record.firstTokenMs + offsetMs - start)
    for (const [i, gapUs] of record.chunkGapsUs.entries()) {
      const trueGapMs = Number(truth[i + 1]) - Number(truth[i])
      gaps.push(gapUs / 1000 - trueGapMs)
      measuredMs += gapUs / 1000
      trueMs += trueGapMs
    }
  }
  return { first, gaps, gapMeanRatio: measuredMs / trueMs }
}

const runLevel = async (job: Job, stamps: () => Promise<Stamps>): Promise<Level> => {
  await measure({ ...job, requests: job.streams * 3 })
  await stamps()
  const before = process.cpuUsage()
  const records = await measure(job)
  const { user, system } = process.cpuUsage(before)
  const { first, gaps, gapMeanRatio } = errorsOf(records, await stamps())
  return {
    streams: job.streams,
    firstToken: spreadOf(first),
    gap: spreadOf(gaps),
    gapMeanRatio,
    cpuMicrosecondsPerChunk: (user + system) / (job.requests * job.tokens),
  }
}

const print = (levels: readonly Level[]): void => {
  const ms = (value: number) => value.toFixed(3).padStart(8)
  console.log(`${tokensPerSecond} tokens/s a stream; errors in ms against the server's stamps`)
  console.log(
    'streams   first token p50      p99      max   gap p50      p99      max   mean gap   CPU/chunk',
  )
  for (const { streams, firstToken, gap, gapMeanRatio, cpuMicrosecondsPerChunk } of levels) {
    const ttft = `${ms(firstToken.p50)} ${ms(firstToken.p99)} ${ms(firstToken.max)}`
    const between = `${ms(gap.p50)} ${ms(gap.p99)} ${ms(gap.max)}`
    const mean = `${((gapMeanRatio - 1) * 100).toFixed(3)} %`.padStart(9)
    const cpu = `${cpuMicrosecondsPerChunk.toFixed(0)} µs`.padStart(10)
    console.log(`${String(streams).padStart(7)}          ${ttft}  ${between}  ${mean}  ${cpu}`)
  }
}

const meetsGoal = ({ firstToken }: Level): boolean =>
  firstToken.p50 <= goal.p50Ms && firstToken.p99 <= goal.p99Ms

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '200' },
    tokens: { type: 'string', default: '20' },
    json: { type: 'boolean', default: false },
  },
})

await using server = await startStampingServer(tokensPerSecond)
const client = connectOllama(server.url, { clock: systemClock(), timeouts: limits })
const levels: Level[] = []
for (const streams of [1, 2, 8]) {
  const job = { client, streams, requests: Number(values.requests), tokens: Number(values.tokens) }
  levels.push(await runLevel(job, server.stamps))
}
await client.close()
const met = levels.every(meetsGoal)
if (values.json) console.log(JSON.stringify({ tokensPerSecond, goal, met, levels }, null, 2))
else {
  print(levels)
  console.log(
    `Goal (first token: p50 <= ${goal.p50Ms} ms, p99 <= ${goal.p99Ms} ms) ${met ? 'met' : 'missed'}.`,
  )
}
