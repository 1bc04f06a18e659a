/**
 * Whether the client keeps memory: heap in use after a garbage collection, every thousandth of ten thousand requests.
 *
 *     node --expose-gc bench/memory.ts [--json]
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { systemClock } from '../src/adapters/clock/system-clock.ts'
import { connectOllama } from '../src/adapters/ollama/connect-ollama.ts'
import type { InferenceServer } from '../src/ports/inference-server.ts'
import { startStampingServer } from './stamping-server.ts'

/** Heap in use after so many requests. */
interface Reading {
  readonly requests: number
  readonly heapMegabytes: number
  readonly rssMegabytes: number
}

const requestsInAll = 10_000
const requestsBetweenReadings = 1_000
const streams = 4
const tokens = 20
const limits = { connectMs: 5_000, loadMs: 0, firstTokenMs: 5_000, stallMs: 5_000, totalMs: 60_000 }

const callMany = async (client: InferenceServer, count: number): Promise<void> => {
  let started = 0
  const agent = async () => {
    while (started < count) {
      started += 1
      const messages = [{ role: 'user', content: 'Go on.' }] as const
      const options = { num_predict: tokens }
      const { failure } = await client.chat({ model: 'm', messages, options, mayLoad: false })
      if (failure !== null) throw new Error(`A call failed: ${failure.message}`)
    }
  }
  await Promise.all(Array.from({ length: streams }, agent))
}

const read = async (requests: number, collect: () => void): Promise<Reading> => {
  for (let i = 0; i < 3; i += 1) {
    collect()
    await nextTurn()
  }
  const { heapUsed, rss } = process.memoryUsage()
  return { requests, heapMegabytes: heapUsed / 2 ** 20, rssMegabytes: rss / 2 ** 20 }
}

const collect = globalThis.gc
if (collect === undefined) throw new Error('Start it as: node --expose-gc bench/memory.ts')
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })

await using server = await startStampingServer(0)
const client = connectOllama(server.url, { clock: systemClock(), timeouts: limits })
const readings: Reading[] = []
for (let done = 0; done < requestsInAll; done += requestsBetweenReadings) {
  await callMany(client, requestsBetweenReadings)
  readings.push(await read(done + requestsBetweenReadings, collect))
  if (!values.json) {
    const { requests, heapMegabytes, rssMegabytes } = readings.at(-1) as Reading
    console.log(
      `${String(requests).padStart(6)} requests  heap ${heapMegabytes.toFixed(2)} MB  rss ${rssMegabytes.toFixed(0)} MB`,
    )
  }
}
await client.close()
if (values.json) console.log(JSON.stringify({ streams, tokens, readings }, null, 2))
