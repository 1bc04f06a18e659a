/** External agents, as the story needs them: programs that call a server by themselves. */
import type { ProgramFile } from '../model/environment.ts'
import type { Options } from '../model/options.ts'
import type { TaskOf } from '../model/plan.ts'
import type { RequestRecord } from '../model/request-record.ts'
import type { ProgramFacts } from '../model/run.ts'

/** One run of a program. `server` is the URL of the server that it is to use, `checkout` the folder that it runs in. */
export interface ProgramCall {
  readonly name: string
  readonly task: TaskOf<'program'>
  readonly checkout: string
  readonly server: string
  readonly model: string
  readonly options: Options
}

/**
 * What was seen of it. `calls` are its LLM calls in the order of their writes, as the recording proxy between it and the
 * server saw them. `metrics` is the text of its metrics.json; null where it was not asked for, or wrote none. `failure` says
 * what went wrong with the program itself (not with a call): exit code, time-out, a missing tool.
 */
export interface ProgramRun {
  readonly startedMs: number
  readonly endedMs: number
  readonly facts: ProgramFacts
  readonly calls: readonly RequestRecord[]
  readonly metrics: string | null
  readonly failure: string | null
}

/** Starts programs without a shell, in an environment without secrets; ends all that they leave behind. */
export interface AgentPrograms {
  /**
   * Runs the set-up command of a program in a checkout, once for each of both, however often it is asked. Gives the file
   * that its command runs then; null where that is none of the checkout. Throws MachineError with the last words of a
   * set-up that fails or takes longer than its budget, and for a program that is not there.
   */
  setUp(task: TaskOf<'program'>, checkout: string, signal: AbortSignal): Promise<ProgramFile | null>
  /** Runs the program to its end. Never rejects for what the program does; an abort ends it and rejects. */
  run(call: ProgramCall, signal: AbortSignal): Promise<ProgramRun>
}
