/** An agent's turn, by what its task is. */
import type { Rig } from '../bench-rig.ts'
import { chatTurn } from './chat-turn.ts'
import { programTurn } from './program-turn.ts'
import type { Seat, Stage, Taken } from './turn.ts'
import { workflowTurn } from './workflow-turn.ts'

/** The agent of that number in its place. */
export function seatAt(stage: Stage, index: number): Seat {
  const agent = stage.variant.agents[index]
  if (!agent) throw new RangeError(`no agent ${index}`)
  return { stage, index, agent }
}

/** Takes the turn. Rejects with MachineError where nothing of it can be had, and when the job is aborted. */
export function takeTurn(rig: Rig, seat: Seat): Promise<Taken> {
  const { task } = seat.agent
  switch (task.kind) {
    case 'chat':
      return chatTurn(rig, seat, task)
    case 'workflow':
      return workflowTurn(rig, seat, task)
    case 'program':
      return programTurn(rig, seat, task)
    default:
      return task satisfies never
  }
}

/** Whether something of the turn broke, so that what follows would measure the wreck. */
export const isBroken = ({ calls, turn }: Taken): boolean =>
  (turn !== null && turn.failure !== null) || calls.some(({ record }) => record.failure !== null)

/** Numbers of all agents of a stage. */
export const seatsOf = (stage: Stage): readonly Seat[] =>
  stage.variant.agents.map((_, index) => seatAt(stage, index))
