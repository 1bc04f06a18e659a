/** The parts of a trial: cold start, one-token probes, turns alone or all at once, repeats, a queue, a long load. */
import { reloadsByDesign } from '../core/validity/server-rules.ts'
import type { Call, Leg, LegKind } from '../model/run.ts'
import type { Rig } from './bench-rig.ts'
import { messagesFor } from './prompt.ts'
import { ownCall } from './turns/own-call.ts'
import { isBroken, seatsOf, takeTurn } from './turns/take-turn.ts'
import type { Seat, Stage, Taken } from './turns/turn.ts'

const legOf = (kind: LegKind, taken: readonly Taken[]): Leg => ({
  kind,
  calls: taken.flatMap(({ calls }) => [...calls]),
  turns: taken.flatMap(({ turn }) => (turn ? [turn] : [])),
})

/**
 * All of them to their end, and then what the first one that broke says: a worker that is left behind would go on asking
 * while the next trial is measured.
 */
async function allEnded(workers: readonly Promise<readonly Taken[]>[]): Promise<readonly Taken[]> {
  const ends = await Promise.allSettled(workers)
  const broken = ends.find((end) => end.status === 'rejected')
  if (broken) throw broken.reason
  return ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : []))
}

/** Nobody reads the gaps of calls at once, and those of an hour would fill the memory and every file. */
const withoutGaps = ({ calls, turn }: Taken): Taken => ({
  turn,
  calls: calls.map((call) => ({ ...call, record: { ...call.record, chunkGapsUs: [] } })),
})

/** Turn after turn of every agent at once, for as long as `isOpen` says; nobody goes on after something broke. */
async function untilClosed(rig: Rig, stage: Stage, isOpen: () => boolean): Promise<readonly Taken[]> {
  let isWreck = false
  const worker = async (seat: Seat): Promise<readonly Taken[]> => {
    const all: Taken[] = []
    while (!isWreck && isOpen()) {
      const taken = await takeTurn(rig, seat).catch((error: unknown) => {
        isWreck = true
        throw error
      })
      all.push(withoutGaps(taken))
      isWreck ||= isBroken(taken)
    }
    return all
  }
  return allEnded(seatsOf(stage).map(worker))
}

/** A call of one token, for the time to it. */
function probe(rig: Rig, seat: Seat, mayLoad = false): Promise<Call> {
  const { agent, index } = seat
  return ownCall(rig, seat, {
    messages: messagesFor(agent, index, rig.nonce()),
    fresh: true,
    options: { ...agent.options, num_predict: 1 },
    mayLoad,
    headings: null,
  })
}

/** Repeats what gives one thing; ends after a broken one, since what follows would measure the wreck. */
async function inTurn(count: number, take: () => Promise<Taken>): Promise<readonly Taken[]> {
  const all: Taken[] = []
  for (let i = 0; i < count; i++) {
    const taken = await take()
    all.push(taken)
    if (isBroken(taken)) break
  }
  return all
}

/** The first agent of each server, which is the one whose call loads the model there. */
const loaders = (stage: Stage): readonly Seat[] => {
  const seats = seatsOf(stage)
  return seats.filter(
    ({ agent, index }) => seats.findIndex((other) => other.agent.server === agent.server) === index,
  )
}

/** One call on each server without the model, one server after the other: two loads at once race for memory. */
export async function coldLeg(rig: Rig, stage: Stage): Promise<Leg> {
  const calls: Call[] = []
  for (const seat of loaders(stage)) calls.push(await probe(rig, seat, true))
  return { kind: 'cold', calls, turns: [] }
}

/**
 * On a server that loads the model for each agent anew, a call that nobody counts does so before the agent is measured
 * alone: with a load in it that figure would be no warm one, and agents at once would seem faster than alone. The call is
 * kept where it broke, for the trial to report.
 */
async function loadFor(rig: Rig, seat: Seat): Promise<readonly Taken[]> {
  if (!reloadsByDesign(seat.stage.variant)) return []
  const call = await probe(rig, seat, true)
  return call.record.failure === null ? [] : [{ calls: [call], turn: null }]
}

/** One-token calls of each agent alone, for TTFT. Agents of several calls tell theirs in their turns. */
export async function probeLeg(rig: Rig, stage: Stage): Promise<Leg> {
  const taken: Taken[] = []
  for (const seat of seatsOf(stage).filter(({ agent }) => agent.task.kind === 'chat'))
    taken.push(
      ...(await loadFor(rig, seat)),
      ...(await inTurn(rig.protocol['ttft-probes'], async () => ({
        calls: [await probe(rig, seat)],
        turn: null,
      }))),
    )
  return legOf('probe', taken)
}

/** Turns of each agent alone, one agent after the other. */
export async function soloLeg(rig: Rig, stage: Stage): Promise<Leg> {
  const taken: Taken[] = []
  for (const seat of seatsOf(stage))
    taken.push(
      ...(await loadFor(rig, seat)),
      ...(await inTurn(rig.protocol.requests, () => takeTurn(rig, seat))),
    )
  return legOf('solo', taken)
}

/** All agents from one barrier: every turn begins in the same round of the event loop. */
export async function concurrentLeg(rig: Rig, stage: Stage): Promise<Leg> {
  const agents = seatsOf(stage).map((seat) => inTurn(rig.protocol.requests, () => takeTurn(rig, seat)))
  return legOf('concurrent', await allEnded(agents))
}

/** Without a nonce, so that every server and every session is asked the same. */
const sameNonce = '0000000000'

/** The same request of each agent again, at temperature 0: whether it is answered the same (appendix Z.2). */
export async function repeatLeg(rig: Rig, stage: Stage): Promise<Leg> {
  const taken: Taken[] = []
  for (const seat of seatsOf(stage).filter(({ agent }) => agent.task.kind === 'chat')) {
    const { agent, index } = seat
    taken.push(
      ...(await inTurn(rig.protocol['exact-repeats'], async () => ({
        calls: [
          await ownCall(rig, seat, {
            messages: messagesFor(agent, index, sameNonce),
            fresh: false,
            options: { seed: 42, ...agent.options, temperature: 0 },
            headings: [],
          }),
        ],
        turn: null,
      }))),
    )
  }
  return legOf('repeat', taken)
}

/** A queue of requests that all agents work off, each taking the next one as soon as it is free (appendix F.6). */
export async function batchLeg(rig: Rig, stage: Stage): Promise<Leg> {
  let left = rig.protocol['batch-requests']
  const takeNext = (): boolean => {
    left -= 1
    return left >= 0
  }
  return legOf('batch', await untilClosed(rig, stage, takeNext))
}

/** Turn after turn of all agents until the time is over; a turn that began in time is ended (risk R11). */
export async function sustainedLeg(rig: Rig, stage: Stage): Promise<Leg> {
  const { clock, protocol } = rig
  const untilMs = clock.nowMs() + protocol['sustain-minutes'] * 60_000
  return legOf('sustained', await untilClosed(rig, stage, () => clock.nowMs() < untilMs))
}
