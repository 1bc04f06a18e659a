/** A session's world in memory: servers that keep a diary, a clock that only moves when somebody waits. */
import { setTimeout } from 'node:timers/promises'
import type { Instruments, Rig } from '../../src/measure/bench-rig.ts'
import type { Failure, RequestRecord } from '../../src/model/request-record.ts'
import type { JournalLine } from '../../src/model/run.ts'
import type { ChatCall, InferenceServer, LoadedModel } from '../../src/ports/inference-server.ts'
import type { StartedServers } from '../../src/ports/started-servers.ts'
import { anEnvironment, aPolicy } from '../model/a-run.ts'

/** Time that moves by what calls take. */
export class FakeClock {
  ms = 1000
  nowMs = (): number => this.ms
  wallTime = (): string => new Date(Date.UTC(2026, 0, 1) + this.ms).toISOString()
  /** Waits in real time: a session only sleeps to be woken by its budget, or by its end. */
  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    setTimeout(ms, undefined, signal ? { signal } : {})
}

export interface FakeServerOptions {
  /** Of which calls, counted from 1, it answers none until it is aborted. */
  readonly hangs?: (count: number) => boolean
  readonly url?: string
  readonly loaded?: readonly string[]
  readonly callMs?: number
  /** How it holds a model, where that is not as it was asked to. */
  readonly residence?: Partial<LoadedModel>
  readonly onChat?: (call: ChatCall, count: number) => Failure | null
  /** What the calls are answered with, counted from 1, for who asks for the text. */
  readonly answer?: (count: number) => string
}

/** A server that answers every chat after `callMs` with as many tokens as were asked for. */
export class FakeServer implements InferenceServer {
  readonly url: string
  readonly diary: string[] = []
  readonly prompts: string[] = []
  /** What it answers to /api/version. */
  ownVersion = '0.24.0'
  #loaded: Set<string>
  #chats = 0
  readonly #clock: FakeClock
  readonly #options: FakeServerOptions

  constructor(clock: FakeClock, options: FakeServerOptions = {}) {
    this.url = options.url ?? 'http://127.0.0.1:11434'
    this.#clock = clock
    this.#options = options
    this.#loaded = new Set(options.loaded)
  }

  async chat(call: ChatCall, signal?: AbortSignal): Promise<RequestRecord> {
    this.#chats += 1
    const count = this.#chats
    this.#loaded.add(call.model)
    this.diary.push(`chat ${call.options.num_predict ?? 'default'}`)
    this.prompts.push(call.messages.map(({ content }) => content).join('\n'))
    const failure = this.#options.onChat?.(call, this.#chats) ?? null
    const writeMs = this.#clock.ms
    if (this.#options.hangs?.(this.#chats) && !signal?.aborted)
      await new Promise((resolve) => signal?.addEventListener('abort', resolve))
    await Promise.resolve()
    this.#clock.ms += this.#options.callMs ?? 100
    const outputTokens = call.options.num_predict ?? 1
    if (!failure && !signal?.aborted)
      call.onAnswer?.({ text: this.#options.answer?.(count) ?? 'An answer.', sha256: '0' })
    return {
      writeMs,
      firstByteMs: writeMs + 10,
      firstTokenMs: failure ? null : writeMs + 10,
      firstAnswerTokenMs: failure ? null : writeMs + 10,
      lastTokenMs: failure ? null : this.#clock.ms,
      endMs: this.#clock.ms,
      chunkGapsUs: Array.from({ length: outputTokens - 1 }, () => 1000),
      chunks: outputTokens,
      emptyChunks: 0,
      server: failure
        ? null
        : { totalMs: 100, loadMs: 1, promptEvalMs: 9, evalMs: 90, promptTokens: 60, outputTokens },
      doneReason: failure ? null : 'length',
      firstTokenLagMs: null,
      busyRetries: 0,
      failure: signal?.aborted ? { kind: 'aborted', message: 'The call was aborted.' } : failure,
    }
  }

  version = async (): Promise<string> => this.ownVersion
  available = async () => [{ name: 'tiny:latest', digest: 'd', sizeBytes: 1, remote: false }]
  show = async () => ({
    facts: {
      parameterSize: null,
      quantization: null,
      blocks: 4,
      trainContext: 8192,
      leastContext: 4,
      parameters: '',
      weightsDigest: null,
      templateSha256: null,
      kvBytesPerToken: null,
    },
    capabilities: ['completion'],
  })
  generate = (): Promise<RequestRecord> => Promise.reject(new Error('nobody asks for generate'))
  pull = async (): Promise<void> => {}
  close = async (): Promise<void> => {}

  async loaded(): Promise<readonly LoadedModel[]> {
    const whole = { sizeBytes: 10, sizeVramBytes: 10, contextLength: 1024 }
    return [...this.#loaded].map((name) => ({ name, ...whole, ...this.#options.residence }))
  }

  /** As after a restart: nothing is in memory. */
  forget(): void {
    this.#loaded.clear()
  }

  async load(model: string): Promise<void> {
    this.diary.push('load')
    this.#loaded.add(model)
  }

  async unload(model: string): Promise<void> {
    this.diary.push('unload')
    this.#loaded.delete(model)
  }
}

/** A server for each of the options, on ports of their own. */
export const someServers = (clock: FakeClock, options: readonly FakeServerOptions[]): FakeServer[] =>
  options.map((one, i) => new FakeServer(clock, { url: `http://127.0.0.1:${11434 + i}`, ...one }))

/** Instruments of a machine without a GPU. */
export const someInstruments = (overrides: Partial<Instruments> = {}): Instruments => ({
  gpu: {
    facts: async () => anEnvironment().gpu,
    readings: async () => null,
    processes: async () => null,
    watch: () => ({ lap: () => [], trouble: () => null, stop: async () => {} }),
  },
  watch: null,
  host: {
    facts: async () => anEnvironment().host,
    lap: () => ({ cpuUtilizationPercent: 10, governor: null }),
    rssBytes: async () => null,
    freeBytes: async () => 1e12,
    isWritable: async () => true,
  },
  lag: { lap: () => ({ meanMs: 0, p99Ms: 0, maxMs: 0 }) },
  ...overrides,
})

const unexpected = () => Promise.reject(new Error('nobody should ask for this'))

/** No programs and no documents, for sessions of agents that only ask. */
export const noAgentFiles = {
  programs: { setUp: unexpected, run: unexpected },
  documents: { makeReady: unexpected, read: unexpected },
  checkouts: { head: '/checkout', base: '/checkout' },
} as const

/** A rig around these servers. */
export const aRig = (clock: FakeClock, servers: Rig['servers'], overrides: Partial<Rig> = {}): Rig => ({
  servers,
  clock,
  ...noAgentFiles,
  started: { head: null, base: null },
  environment: anEnvironment(),
  instruments: someInstruments(),
  restart: 'never',
  protocol: aPolicy({ protocol: { 'ttft-probes': 1, 'warmup-requests': 2 } }).protocol,
  nonce: () => 'nonce',
  signal: new AbortController().signal,
  ...overrides,
})

/** Servers of our own, which write down when they are started anew. */
export const someStarted = (
  diary: string[],
  label: string,
  overrides: Partial<StartedServers> = {},
): StartedServers => ({
  urls: [],
  facts: () => [],
  newFallbacks: () => [],
  pids: async () => [],
  restart: async () => {
    diary.push(`restart ${label}`)
  },
  trouble: () => null,
  stop: async () => {},
  ...overrides,
})

/** A journal in memory. */
export class FakeJournal {
  readonly lines: JournalLine[] = []
  append = async (line: JournalLine): Promise<void> => {
    this.lines.push(line)
  }
}
