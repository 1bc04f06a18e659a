/** One Ollama server that we start: until it answers, and to its end. Chooses no port. */
import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { MachineError, messageOf } from '../../errors.ts'
import type { StartedFacts } from '../../ports/started-servers.ts'
import type { OllamaBinary } from './ollama-binary.ts'
import { type EnvironmentSource, pinnedSettings, serverEnvironment } from './ollama-environment.ts'
import { emptyLog, fallbacksIn, libraryIn, type OllamaLog, readLogLine, withFallbacks } from './ollama-log.ts'
import { launchOllama, type OllamaProcess } from './ollama-process.ts'
import { deathProblem, silenceProblem } from './ollama-start-problems.ts'
import { askPort } from './port-answer.ts'
import type { ProcessRow } from './process-table.ts'
import { forgetServer, registerServer } from './registry-entries.ts'
import { ServerLog } from './server-log.ts'
import { settingsInForce } from './server-settings.ts'

/** What a server is started from. */
export interface ServerPlan {
  readonly binary: OllamaBinary
  readonly label: string
  readonly port: number
  readonly modelStore: string | null
  readonly environment: EnvironmentSource
  readonly logFolder: string
  readonly stateFolder: string
  /** How long it may take until it answers. */
  readonly readyMs: number
  /** Whether an end must be quick, since the job itself was told to end. */
  readonly isHurried: () => boolean
  readonly onNote: (text: string) => void
}

/** One life of it, from a start to an end. `isAsked` says whether that is an end that we asked for. */
interface Life {
  readonly process: OllamaProcess
  readonly entry: string | null
  log: OllamaLog
  isAsked: boolean
}

/** Somebody else took its port before it could. */
export class PortTaken extends Error {}

/** GPU discovery comes before the first answer and may take half a minute; the connection waits in the backlog. */
const attemptMs = 30_000
const pollMs = 50

/** A server of ours. It is made without being started. */
export class OllamaServer {
  readonly url: string
  readonly #plan: ServerPlan
  readonly #file: ServerLog
  #life: Life | null = null
  #newFallbacks: readonly string[] = []
  #isClosed = false

  /** Makes its log file. Throws MachineError when that cannot be. */
  constructor(plan: ServerPlan) {
    this.#plan = plan
    this.url = `http://127.0.0.1:${plan.port}`
    const path = join(plan.logFolder, `server-${plan.label}-${plan.port}.log`)
    try {
      this.#file = new ServerLog(path)
    } catch (cause) {
      const what = `The log of a server cannot be written to ${path}: ${messageOf(cause)}.`
      throw new MachineError([{ what, fix: 'Make room there, or name another folder for the results.' }], {
        cause,
      })
    }
  }

  /** All its processes among those that run; `rows` is null where the system does not tell. */
  async pidsAmong(rows: readonly ProcessRow[] | null): Promise<readonly number[]> {
    return (await this.#life?.process.membersAmong(rows)) ?? []
  }

  /**
   * Resolves when it answers. Throws PortTaken, MachineError with its last words, or the signal's reason; then nothing
   * of it is left.
   */
  async start(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const life = await this.#launch()
    this.#life = life
    try {
      await this.#answers(life, signal)
    } catch (error) {
      await this.end()
      signal.throwIfAborted()
      throw error
    }
  }

  /** Ends it with its children, and says so when some of them do not end. Never rejects; it can be started again. */
  async end(): Promise<void> {
    const life = this.#life
    if (life === null) return
    life.isAsked = true
    const left = await life.process.end(this.#plan.isHurried)
    this.#read()
    if (left.length === 0) {
      if (life.entry !== null) forgetServer(life.entry)
      return
    }
    const which = `${left.length === 1 ? 'Process' : 'Processes'} ${left.join(', ')}`
    this.#plan.onNote(`${which} of ${this.#name()} did not end, even by SIGKILL.`)
  }

  /** Nothing more is read from its log after that. With `keepLog` false the file goes too. */
  close({ keepLog }: { readonly keepLog: boolean }): void {
    if (this.#isClosed) return
    this.#read()
    this.#isClosed = true
    this.#file.close()
    if (!keepLog) rmSync(this.#file.path, { force: true })
  }

  facts(): StartedFacts {
    const log = this.#read()
    return {
      url: this.url,
      clientVersion: this.#plan.binary.version,
      settings: settingsInForce(pinnedSettings(this.#plan.environment), log.settings),
      library: libraryIn(log),
      fallbacks: fallbacksIn(log),
    }
  }

  /** What its log has told of a fallback since the last call, in all its lives. */
  newFallbacks(): readonly string[] {
    this.#read()
    const lines = this.#newFallbacks
    this.#newFallbacks = []
    return lines.map((line) => `${this.url}: ${line}`)
  }

  /** Null while it runs, and after an end that we asked for. */
  trouble(): string | null {
    const { lastWords } = this.#read()
    const ending = this.#life?.process.ending() ?? null
    if (ending === null || this.#life?.isAsked) return null
    const words = lastWords.slice(-3).join(' / ')
    return `${this.#name()} ${ending}, which nobody asked for${words === '' ? '' : `; its last words: ${words}`}.`
  }

  #name(): string {
    return `The Ollama server for ${this.#plan.label} on port ${this.#plan.port}`
  }

  async #launch(): Promise<Life> {
    const { binary, port, modelStore, environment } = this.#plan
    const mark = randomUUID()
    const env = serverEnvironment(environment, { host: `127.0.0.1:${port}`, modelStore, mark })
    try {
      const process = await launchOllama({ file: binary.file, env, logFd: this.#file.fd })
      return { process, entry: this.#register(process.pid, mark), log: emptyLog, isAsked: false }
    } catch (cause) {
      const what = `${this.#name()} could not be started: ${messageOf(cause)}.`
      throw new MachineError([{ what }], { cause })
    }
  }

  #register(pid: number, mark: string): string | null {
    const { binary, port, stateFolder, onNote } = this.#plan
    try {
      return registerServer(stateFolder, { pid, mark, port, binary: binary.file })
    } catch (error) {
      const why = `${this.#name()} is not entered in ${stateFolder} (${messageOf(error)})`
      onNote(`${why}: were this job killed, nobody would know of it.`)
      return null
    }
  }

  /** All that the log has told by now. */
  #read(): OllamaLog {
    if (this.#life === null) return emptyLog
    if (this.#isClosed) return this.#life.log
    const isOver = this.#life.process.ending() !== null
    const lines = isOver ? this.#file.lastLines() : this.#file.newLines()
    this.#newFallbacks = withFallbacks(this.#newFallbacks, lines)
    this.#life.log = lines.reduce(readLogLine, this.#life.log)
    return this.#life.log
  }

  /** Only a process of ours that itself says that it listens is asked: else another server might answer for it. */
  async #answers({ process }: Life, signal: AbortSignal): Promise<void> {
    const { port, readyMs } = this.#plan
    const endMs = performance.now() + readyMs
    const giveUp = AbortSignal.any([signal, process.over])
    for (;;) {
      const ending = process.ending()
      const log = this.#read()
      signal.throwIfAborted()
      if (ending !== null && log.addressInUse) throw new PortTaken()
      if (ending !== null) throw new MachineError([deathProblem(this.#name(), ending, log)])
      const leftMs = endMs - performance.now()
      if (leftMs <= 0) throw new MachineError([silenceProblem(this.#name(), readyMs, log)])
      if (log.listening?.address.endsWith(`:${port}`)) {
        const { kind } = await askPort(port, Math.min(attemptMs, leftMs), giveUp)
        if (kind === 'ollama' && process.ending() === null) return
      }
      await wait(pollMs)
    }
  }
}
