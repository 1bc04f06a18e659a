/** The turn of a program agent: one run of it, with its calls as they were seen from outside. */
import { accountOf, noAccount } from '../../core/programs/account.ts'
import type { TaskOf } from '../../model/plan.ts'
import type { ProgramRun } from '../../ports/agent-programs.ts'
import type { Rig } from '../bench-rig.ts'
import { serverOf } from './own-call.ts'
import type { Seat, Taken } from './turn.ts'

const noCall =
  'The program made no LLM call to the address in OLLAMA_HOST, OLLAMA_BASE_URL or OPENAI_BASE_URL.'

/** A program that failed has no account worth reading: what broke it is told first. */
function failureBefore({ failure, calls }: ProgramRun): string | null {
  if (failure !== null) return failure
  return calls.length === 0 ? noCall : null
}

/** Runs the program once. Rejects only when the job is aborted. */
export async function programTurn(rig: Rig, seat: Seat, task: TaskOf<'program'>): Promise<Taken> {
  const { stage, index, agent } = seat
  const run = await rig.programs.run(
    {
      name: agent.name,
      task,
      checkout: rig.checkouts[stage.subject],
      server: serverOf(rig, stage, agent).url,
      model: stage.variant.model,
      options: agent.options,
    },
    rig.signal,
  )
  const { startedMs, endedMs, facts, calls } = run
  const failure = failureBefore(run)
  const isWhole = failure === null && calls.every((record) => record.failure === null)
  const account =
    task.metrics && isWhole ? accountOf(run.metrics, { livedMs: endedMs - startedMs, calls }) : noAccount
  return {
    calls: calls.map((record, place) => ({
      agent: index,
      fresh: false,
      stage: account.stages[place] ?? null,
      record,
      answer: null,
    })),
    turn: {
      agent: index,
      startedMs,
      endedMs,
      steps: account.steps,
      ingested: null,
      program: facts,
      failure: failure ?? account.failure,
    },
  }
}
