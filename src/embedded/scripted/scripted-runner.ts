/** Plays the answers of a script: tokens at their moments. Knows no HTTP and no residency. */
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Piece, Runner, Task } from '../engine.ts'
import { type AnswerPlan, planAnswer } from './answer-plan.ts'
import { type FaultsAt, faultsAt } from './fault.ts'
import { createPace, type Pace } from './pace.ts'
import { countTokens, createPromptCache, type PromptCache } from './prompt-cache.ts'
import type { Script } from './script.ts'
import { withStreamFaults } from './stream-faults.ts'
import { type Circumstances, createTiming, type Timing } from './timing.ts'

/** What a runner plays, and what /api/ps says of it. `startMs` is when the engine began, on the monotonic clock. */
export interface Stage {
  readonly script: Script
  readonly seed: number
  readonly startMs: number
  readonly parallel: number
  readonly sizeBytes: number
  readonly sizeVramBytes: number
  readonly contextLength: number
}

interface Play {
  readonly task: Task
  readonly plan: AnswerPlan
  readonly timing: Timing
  readonly faults: FaultsAt
  readonly pace: Pace
}

const wordOf = (index: number): string => ` w${String(index % 1000).padStart(3, '0')}`

/** The runner of a script. Durations that it reports are the planned ones, so that a seed gives the same figures again. */
export class ScriptedRunner implements Runner {
  readonly sizeBytes: number
  readonly sizeVramBytes: number
  readonly contextLength: number
  readonly #stage: Stage
  readonly #cache: PromptCache
  #running = 0

  constructor(stage: Stage) {
    this.#stage = stage
    this.#cache = createPromptCache(stage.parallel)
    this.sizeBytes = stage.sizeBytes
    this.sizeVramBytes = stage.sizeVramBytes
    this.contextLength = stage.contextLength
  }

  async *generate(task: Task, signal: AbortSignal): AsyncGenerator<Piece, void, undefined> {
    const { script, seed } = this.#stage
    const faults = faultsAt(script.faults, task.number, seed)
    const wish = {
      numPredict: task.options.numPredict,
      replyTokens: script.replyTokens,
      contextLength: this.contextLength,
    }
    const timing = createTiming(script, task.number, seed)
    const play: Play = { task, plan: planAnswer(wish, faults), timing, faults, pace: createPace(signal) }
    this.#running += 1
    try {
      yield* withStreamFaults(this.#play(play), faults)
    } finally {
      this.#running -= 1
    }
  }

  async unload(): Promise<void> {
    await sleep(this.#stage.script.unloadMs)
  }

  #now(): Circumstances {
    return { running: this.#running, second: (performance.now() - this.#stage.startMs) / 1000 }
  }

  async *#play({ task, plan, timing, faults, pace }: Play): AsyncGenerator<Piece, void, undefined> {
    const prefillMs = timing.prefillMs(this.#cache.admit(task.prompt), this.#now())
    await pace.wait(prefillMs + (faults.find('delayed-headers')?.ms ?? 0))
    const stall = faults.find('stall')
    let evalMs = 0
    for (let token = 0; token < plan.tokens; token += 1) {
      if (stall?.afterTokens === token) await pace.wait(stall.ms)
      if (token > 0) {
        const intervalMs = timing.intervalMs(this.#now())
        evalMs += intervalMs
        await pace.wait(intervalMs)
      }
      yield { kind: token < plan.thinkingTokens ? 'thinking' : 'text', text: wordOf(token) }
    }
    yield {
      kind: 'end',
      doneReason: plan.doneReason,
      figures: {
        promptTokens: countTokens(task.prompt),
        promptEvalNs: prefillMs * 1e6,
        outputTokens: plan.tokens,
        evalNs: evalMs * 1e6,
        context: Array.from({ length: countTokens(task.prompt) + plan.tokens }, (_, i) => i + 1),
      },
    }
  }
}
