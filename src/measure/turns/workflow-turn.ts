/** The turn of a workflow agent. */
import { MachineError } from '../../errors.ts'
import type { TaskOf } from '../../model/plan.ts'
import type { Rig } from '../bench-rig.ts'
import type { Seat, Taken } from './turn.ts'

export async function workflowTurn(_rig: Rig, _seat: Seat, _task: TaskOf<'workflow'>): Promise<Taken> {
  throw new MachineError([{ what: 'not yet' }])
}
