/** The parts of a trial: cold start, one-token probes, solo generations, and all agents at once. */

import { MachineError } from '../errors.ts'
import type { CellAgent, SubjectName, Variant } from '../model/plan.ts'
import type { Call, Leg } from '../model/run.ts'
import type { InferenceServer } from '../ports/inference-server.ts'
import type { Rig } from './bench-rig.ts'
import { messagesFor } from './prompt.ts'

/** Where a leg runs: a subject's variant of a cell on that subject's servers. */
export interface Stage {
  readonly subject: SubjectName
  readonly variant: Variant
}

/** The server that an agent is dealt to. Throws MachineError when the plan names one that is not there. */
export function serverOf(rig: Rig, { subject }: Stage, agent: CellAgent): InferenceServer {
  const server = rig.servers[subject][agent.server]
  if (!server) throw new MachineError([{ what: `${subject} has no server number ${agent.server + 1}.` }])
  return server
}

interface CallShape {
  readonly stage: Stage
  readonly index: number
  readonly oneToken?: boolean
  readonly mayLoad?: boolean
}

async function call(rig: Rig, { stage, index, oneToken = false, mayLoad = false }: CallShape): Promise<Call> {
  const agent = agentAt(stage, index)
  const record = await serverOf(rig, stage, agent).chat(
    {
      model: stage.variant.model,
      messages: messagesFor(agent, index, rig.nonce()),
      options: oneToken ? { ...agent.options, num_predict: 1 } : agent.options,
      mayLoad,
    },
    rig.signal,
  )
  return { agent: index, fresh: true, record }
}

function agentAt({ variant }: Stage, index: number): CellAgent {
  const agent = variant.agents[index]
  if (!agent) throw new RangeError(`no agent ${index}`)
  return agent
}

/** One agent's calls in turn; stops after a failed one, since what follows would measure the wreck. */
async function inTurn(rig: Rig, shape: CallShape, count: number): Promise<Call[]> {
  const calls: Call[] = []
  for (let i = 0; i < count; i++) {
    const done = await call(rig, shape)
    calls.push(done)
    if (done.record.failure) break
  }
  return calls
}

const indexes = ({ variant }: Stage): readonly number[] => variant.agents.map((_, index) => index)

/** The first agent of each server, which is the one whose call loads the model there. */
const loaders = (stage: Stage): readonly number[] =>
  indexes(stage).filter((index) => {
    const { server } = agentAt(stage, index)
    return stage.variant.agents.findIndex((agent) => agent.server === server) === index
  })

/** One call on each server without the model, one server after the other: two loads at once race for memory. */
export async function coldLeg(rig: Rig, stage: Stage): Promise<Leg> {
  const calls: Call[] = []
  for (const index of loaders(stage))
    calls.push(await call(rig, { stage, index, oneToken: true, mayLoad: true }))
  return { kind: 'cold', calls }
}

/** One-token calls of each agent alone, for TTFT. */
export async function probeLeg(rig: Rig, stage: Stage): Promise<Leg> {
  const calls: Call[] = []
  for (const index of indexes(stage))
    calls.push(...(await inTurn(rig, { stage, index, oneToken: true }, rig.protocol['ttft-probes'])))
  return { kind: 'probe', calls }
}

/** Full generations of each agent alone, in turn. */
export async function soloLeg(rig: Rig, stage: Stage): Promise<Leg> {
  const calls: Call[] = []
  for (const index of indexes(stage))
    calls.push(...(await inTurn(rig, { stage, index }, rig.protocol.requests)))
  return { kind: 'solo', calls }
}

/** All agents from one barrier: every first request is written in the same turn of the event loop. */
export async function concurrentLeg(rig: Rig, stage: Stage): Promise<Leg> {
  const agents = indexes(stage).map((index) => inTurn(rig, { stage, index }, rig.protocol.requests))
  return { kind: 'concurrent', calls: (await Promise.all(agents)).flat() }
}
