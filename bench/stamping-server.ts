/**
 * A server that streams like Ollama's chat and stamps every chunk with the machine's monotonic clock just before it
 * writes it: the truth that the benchmarks hold the client's moments against. A process of its own, so that its work is
 * not the client's. Knows nothing of the client.
 *
 *     node bench/stamping-server.ts 100     # tokens a second of each stream; 0 is as fast as it can
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** Stamps in ns of CLOCK_MONOTONIC as decimal text, one a chunk, by the model name of the call. */
export type Stamps = Readonly<Record<string, readonly string[]>>

/** A running stamping server; `stamps` hands out those since it was last asked. */
export interface StampingServer extends AsyncDisposable {
  readonly url: string
  stamps(): Promise<Stamps>
}

interface Call {
  readonly model: string
  readonly options: { readonly num_predict: number }
}

const readCall = async (request: IncomingMessage): Promise<Call> => {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  return JSON.parse(Buffer.concat(pieces).toString('utf8')) as Call // the benchmarks send nothing else
}

/** Streams `num_predict` chunks in step with the clock, not with the sleeps before them. */
const stream = async (
  response: ServerResponse,
  call: Call,
  tokensPerSecond: number,
): Promise<readonly string[]> => {
  const stamps: string[] = []
  const common = { model: call.model, created_at: new Date().toISOString() }
  const stepMs = tokensPerSecond === 0 ? 0 : 1000 / tokensPerSecond
  // A first token at a random time: one in step with the request would always find the client awake.
  const startMs = performance.now() + stepMs * (0.5 + Math.random())
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  for (let i = 0; i < call.options.num_predict; i += 1) {
    const waitMs = startMs + i * stepMs - performance.now()
    if (stepMs > 0 && waitMs > 0) await sleep(waitMs)
    const before = `{"model":"${common.model}","created_at":"${common.created_at}","message":{"role":"assistant","content":" w${i}"},"done":false,"stamp":"`
    const stamp = String(process.hrtime.bigint())
    response.write(`${before}${stamp}"}\n`)
    stamps.push(stamp)
  }
  const end = { done: true, done_reason: 'length', eval_count: stamps.length, eval_duration: 1 }
  response.end(`${JSON.stringify({ ...common, message: { role: 'assistant', content: '' }, ...end })}\n`)
  return stamps
}

const serve = async (tokensPerSecond: number): Promise<void> => {
  let stamps: Record<string, readonly string[]> = {}
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.end(JSON.stringify(stamps))
      stamps = {}
      return
    }
    const answer = async () => {
      const call = await readCall(request)
      stamps[call.model] = await stream(response, call, tokensPerSecond)
    }
    answer().catch((error: unknown) => response.destroy(error as Error))
  })
  server.keepAliveTimeout = 60_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  console.log((server.address() as AddressInfo).port)
  // The parent holds the other end: when it is gone, so are we.
  process.stdin.once('close', () => process.exit(0)).resume()
}

const portOf = async (child: ChildProcess): Promise<number> => {
  if (child.stdout === null) throw new Error('The stamping server has no output.')
  for await (const line of createInterface({ input: child.stdout })) return Number(line)
  throw new Error('The stamping server ended before it told its port.')
}

/** Starts the server in a process of its own. */
export const startStampingServer = async (tokensPerSecond: number): Promise<StampingServer> => {
  const file = fileURLToPath(import.meta.url)
  const child = spawn(process.execPath, [file, String(tokensPerSecond)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const url = `http://127.0.0.1:${await portOf(child)}`
  return {
    url,
    stamps: async () => (await (await fetch(`${url}/stamps`)).json()) as Stamps, // ours, written above
    [Symbol.asyncDispose]: async () => {
      child.stdin?.end()
      await once(child, 'exit')
    },
  }
}

if (import.meta.main) await serve(Number(process.argv[2] ?? '100'))
