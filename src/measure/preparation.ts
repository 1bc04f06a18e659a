/** Before a trial: the right model with the right options in memory, warmed up, and proof of where it sits. */

import { MachineError } from '../errors.ts'
import type { CellAgent } from '../model/plan.ts'
import type { Residency } from '../model/run.ts'
import type { InferenceServer } from '../ports/inference-server.ts'
import type { Rig } from './bench-rig.ts'
import { messagesFor } from './prompt.ts'
import { serverOf } from './turns/own-call.ts'
import type { Stage } from './turns/turn.ts'

/** What a server was last warmed up with, and by which set-up of all servers; by URL, as long as the session lives. */
interface Warmth {
  readonly own: string
  readonly stage: string
}

export type WarmState = Map<string, Warmth>

interface Seat {
  readonly server: InferenceServer
  readonly agent: CellAgent
  readonly index: number
}

/** The agents with their servers, one for each server and set of options. */
function seatsOf(rig: Rig, stage: Stage): readonly Seat[] {
  const seats = stage.variant.agents.map((agent, index) => ({
    server: serverOf(rig, stage, agent),
    agent,
    index,
  }))
  return seats.filter(
    (seat, i) => seats.findIndex((other) => setup([other], stage) === setup([seat], stage)) === i,
  )
}

const setup = (seats: readonly Seat[], { variant }: Stage): string =>
  JSON.stringify(seats.map(({ server, agent }) => [server.url, variant.model, agent.options]))

/** The same set-up behind other addresses is the same; only what is loaded counts. */
const stageSetup = ({ variant }: Stage): string =>
  JSON.stringify([variant.model, variant.agents.map(({ server, options }) => [server, options])])

/** Without a number of layers a server keeps whatever runner it has, of any number of layers (OLLAMA section 1). */
const takesAnyRunner = ({ agent }: Seat): boolean => (agent.options.num_gpu ?? -1) < 0

/**
 * Unloads the variant's model from each of its servers. Nothing counts as warm after that: base may be the same server
 * under another address, behind a proxy.
 */
export async function makeCold(rig: Rig, stage: Stage, warm: WarmState): Promise<void> {
  for (const { server } of seatsOf(rig, stage)) await server.unload(stage.variant.model, rig.signal)
  warm.clear()
}

/** Discarded requests; a failing one is left for the trial to report, where it is recorded. */
async function warmUp(rig: Rig, stage: Stage, { server, agent, index }: Seat): Promise<void> {
  for (let i = 0; i < rig.protocol['warmup-requests']; i++) {
    const record = await server.chat(
      {
        model: stage.variant.model,
        messages: messagesFor(agent, index, rig.nonce()),
        options: { ...agent.options, num_predict: Math.min(8, agent.options.num_predict ?? 8) },
        mayLoad: false,
      },
      rig.signal,
    )
    if (record.failure) return
  }
}

/** Another set-up may have been loaded behind another address of the same server: then nothing of it is warm. */
function forgetOthers(warm: WarmState, stage: string): void {
  for (const [url, warmth] of warm) if (warmth.stage !== stage) warm.delete(url)
}

/** A server that was restarted, or that somebody else used, no longer has what this job had loaded there. */
async function hasLost(rig: Rig, { variant }: Stage, server: InferenceServer): Promise<boolean> {
  const loaded = await server.loaded(rig.signal)
  return !loaded.some(({ name }) => name === variant.model)
}

/**
 * Loads sequentially, and warms up each server whose set-up differs from what it last had, or that has lost it: their
 * URLs are what comes back. The load is asked for every time: it costs a server next to nothing when the model is there,
 * and something else may have changed it meanwhile. Throws MachineError when a load fails.
 */
export async function prepare(rig: Rig, stage: Stage, warm: WarmState): Promise<readonly string[]> {
  const seats = seatsOf(rig, stage)
  const whole = stageSetup(stage)
  const lost: string[] = []
  forgetOthers(warm, whole)
  for (const [url, group] of Map.groupBy(seats, ({ server }) => server.url)) {
    const own = setup(group, stage)
    const [first] = group
    const wasWarm = warm.get(url)?.own === own
    const isLost = wasWarm && first !== undefined && (await hasLost(rig, stage, first.server))
    if (isLost) lost.push(url)
    for (const seat of group) {
      if (!wasWarm && takesAnyRunner(seat)) await seat.server.unload(stage.variant.model, rig.signal)
      await seat.server.load(stage.variant.model, seat.agent.options, rig.signal)
      if (!wasWarm || isLost) await warmUp(rig, stage, seat)
    }
    warm.set(url, { own, stage: whole })
  }
  return lost
}

/**
 * Throws MachineError when a server of the stage is no longer the version that the job began with: somebody upgraded
 * it meanwhile, or another server took over its port.
 */
export async function checkVersions(rig: Rig, stage: Stage): Promise<void> {
  const servers = new Set(seatsOf(rig, stage).map(({ server }) => server))
  for (const server of servers) {
    const before = rig.environment.servers[stage.subject].find(({ url }) => url === server.url)?.version
    const now = await server.version(rig.signal)
    if (before !== undefined && now !== before)
      throw new MachineError([
        {
          what: `${server.url} was version ${before} when the job began, and is ${now} now.`,
          fix: 'Measure again, and let nobody upgrade it meanwhile.',
        },
      ])
  }
}

/** Where the variant's model sits on each of its servers; a server that does not list it is left out. */
export async function readResidency(rig: Rig, stage: Stage): Promise<readonly Residency[]> {
  const numbers = [...new Set(stage.variant.agents.map(({ server }) => server))]
  const lists = await Promise.all(
    numbers.map(async (number) => {
      const server = rig.servers[stage.subject][number]
      if (!server) throw new MachineError([{ what: `${stage.subject} has no server number ${number + 1}.` }])
      const loaded = await server.loaded(rig.signal)
      return loaded
        .filter(({ name }) => name === stage.variant.model)
        .map(({ name, ...sizes }) => ({ server: number, model: name, ...sizes }))
    }),
  )
  return lists.flat()
}
