/** The turn of a workflow agent (TR111 2.2): read files, ask for an analysis of them, ask for a report of that. */
import { clampContext } from '../../core/expected-context.ts'
import { dataSummary } from '../../core/workflow/data-summary.ts'
import { ingestedOf, nothingRead } from '../../core/workflow/ingested.ts'
import {
  analysisPrompt,
  reportHeadings,
  reportPrompt,
  type WorkflowPrompt,
} from '../../core/workflow/prompts.ts'
import { characterRoom, cutText } from '../../core/workflow/text-room.ts'
import { describeProblem, MachineError } from '../../errors.ts'
import type { TaskOf } from '../../model/plan.ts'
import type { Call, Ingested, Turn } from '../../model/run.ts'
import type { Rig } from '../bench-rig.ts'
import { messagesOf } from '../prompt.ts'
import { ownCall } from './own-call.ts'
import type { Seat, Taken } from './turn.ts'

/** The room for data in the context that the server gives this agent, which may be more than was asked for. */
function roomFor({ environment }: Rig, { stage, agent }: Seat): number {
  const { num_ctx: asked } = agent.options
  const models = environment.servers[stage.subject][agent.server]?.models ?? []
  const model = models.find(({ name }) => name === stage.variant.model)
  return characterRoom(asked === undefined || !model ? asked : clampContext(asked, model))
}

interface Ingest {
  readonly summary: string
  readonly ingested: Ingested | null
  readonly failure: string | null
}

/** What the folder does wrong breaks this trial, not the job: another cell's folder may be as it should. */
async function ingest(rig: Rig, seat: Seat, task: TaskOf<'workflow'>): Promise<Ingest> {
  try {
    const documents = await rig.documents.read(task, rig.checkouts[seat.stage.subject], rig.signal)
    const ingested = ingestedOf(documents)
    if (ingested.files === 0)
      return { summary: '', ingested, failure: describeProblem(nothingRead(task.folder, ingested)) }
    return { summary: dataSummary(documents, roomFor(rig, seat)), ingested, failure: null }
  } catch (error) {
    rig.signal.throwIfAborted()
    if (!(error instanceof MachineError)) throw error
    return { summary: '', ingested: null, failure: error.message }
  }
}

interface Asked {
  readonly call: Call
  /** Empty where the model said nothing, or the call failed. */
  readonly text: string
}

async function ask(
  rig: Rig,
  seat: Seat,
  { stage, prompt, headings }: { stage: string; prompt: WorkflowPrompt; headings: readonly string[] },
): Promise<Asked> {
  let text = ''
  const call = await ownCall(rig, seat, {
    messages: messagesOf(prompt, rig.nonce()),
    fresh: true,
    stage,
    headings,
    onText: (said) => {
      text = said
    },
  })
  return { call, text }
}

/**
 * Takes the turn. It ends with a folder that cannot be read, which is its failure, or with a call that fails, which has
 * its own. A step that broke is in the record with the time that it took. Rejects only when the job is aborted.
 */
export async function workflowTurn(rig: Rig, seat: Seat, task: TaskOf<'workflow'>): Promise<Taken> {
  await rig.documents.makeReady()
  const { clock } = rig
  const startedMs = clock.nowMs()
  const steps: Turn['steps'] = []
  const calls: Call[] = []
  const step = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const beganMs = clock.nowMs()
    const done = await work()
    steps.push({ name, ms: clock.nowMs() - beganMs })
    return done
  }
  const asked = async (stage: string, prompt: WorkflowPrompt, headings: readonly string[]) => {
    const { call, text } = await step(stage, () => ask(rig, seat, { stage, prompt, headings }))
    calls.push(call)
    return { text, isAnswered: call.record.failure === null }
  }
  const { summary, ingested, failure } = await step('ingest', () => ingest(rig, seat, task))
  if (failure === null) {
    const analysis = await asked('analysis', analysisPrompt(summary), [])
    const text = cutText(analysis.text, roomFor(rig, seat))
    if (analysis.isAnswered) await asked('report', reportPrompt(text), reportHeadings)
  }
  const turn = {
    agent: seat.index,
    startedMs,
    endedMs: clock.nowMs(),
    steps,
    ingested,
    program: null,
    failure,
  }
  return { calls, turn }
}
