/** One call of our own for an agent: its messages to its server, its answer reduced to facts. */
import { answerFacts } from '../../core/quality/answer-facts.ts'
import { MachineError } from '../../errors.ts'
import type { Options } from '../../model/options.ts'
import type { CellAgent } from '../../model/plan.ts'
import type { AnswerFacts, Call } from '../../model/run.ts'
import type { ChatMessage, InferenceServer } from '../../ports/inference-server.ts'
import type { Rig } from '../bench-rig.ts'
import type { Seat, Stage } from './turn.ts'

/** The server that an agent is dealt to. Throws MachineError when the plan names one that is not there. */
export function serverOf(
  { servers }: Pick<Rig, 'servers'>,
  { subject }: Stage,
  agent: CellAgent,
): InferenceServer {
  const server = servers[subject][agent.server]
  if (!server) throw new MachineError([{ what: `${subject} has no server number ${agent.server + 1}.` }])
  return server
}

/** What is asked. `fresh` says that the messages hold a nonce that no server has seen; `stage` as in the record. */
export interface Question {
  readonly messages: readonly ChatMessage[]
  readonly fresh: boolean
  readonly options?: Options
  readonly stage?: string
  readonly mayLoad?: boolean
  /** Headings that the answer must have; empty for none. Null where nobody cares for the answer. */
  readonly headings: readonly string[] | null
  readonly onText?: (text: string) => void
}

/** Asks, and puts the call on record. Rejects only when the job is aborted. */
export async function ownCall(rig: Rig, { stage, index, agent }: Seat, question: Question): Promise<Call> {
  const { messages, fresh, headings, options = agent.options, mayLoad = false, onText } = question
  let answer: AnswerFacts | null = null
  const record = await serverOf(rig, stage, agent).chat(
    {
      model: stage.variant.model,
      messages,
      options,
      mayLoad,
      ...(headings === null
        ? {}
        : {
            onAnswer: ({ text, sha256 }) => {
              answer = { ...answerFacts(text, headings), sha256 }
              onText?.(text)
            },
          }),
    },
    rig.signal,
  )
  return { agent: index, fresh, stage: question.stage ?? null, record, answer }
}
