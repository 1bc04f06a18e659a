/** The turn of an agent that asks one thing: one call. */
import type { TaskOf } from '../../model/plan.ts'
import type { Rig } from '../bench-rig.ts'
import { messagesFor } from '../prompt.ts'
import { ownCall } from './own-call.ts'
import type { Seat, Taken } from './turn.ts'

export async function chatTurn(rig: Rig, seat: Seat, { headings }: TaskOf<'chat'>): Promise<Taken> {
  const messages = messagesFor(seat.agent, seat.index, rig.nonce())
  const call = await ownCall(rig, seat, { messages, fresh: true, headings })
  return { calls: [call], turn: null }
}
