/** The turn of a program agent. */
import { MachineError } from '../../errors.ts'
import type { TaskOf } from '../../model/plan.ts'
import type { Rig } from '../bench-rig.ts'
import type { Seat, Taken } from './turn.ts'

export async function programTurn(_rig: Rig, _seat: Seat, _task: TaskOf<'program'>): Promise<Taken> {
  throw new MachineError([{ what: 'not yet' }])
}
