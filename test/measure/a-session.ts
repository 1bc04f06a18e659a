/** A whole session in memory: what is planned, on which servers, and what came of it. */
import type { Rig } from '../../src/measure/bench-rig.ts'
import { runSession } from '../../src/measure/session.ts'
import type { EarlierWork } from '../../src/measure/session-state.ts'
import type { Cell, CellAgent, Plan, SubjectName, Visit } from '../../src/model/plan.ts'
import type { Ended, Trial } from '../../src/model/run.ts'
import type { Progress } from '../../src/ports/progress.ts'
import { aGpu } from '../model/a-machine.ts'
import { aCell, aGpuSpan, anEnvironment, aPolicy, aRunHeader, aVisit } from '../model/a-run.ts'
import {
  aRig,
  FakeClock,
  FakeJournal,
  type FakeServer,
  type FakeServerOptions,
  someInstruments,
  someServers,
} from './a-rig.ts'

/** An agent that asks for all layers, so that a server never has to guess. */
export const agent: CellAgent = {
  name: 'a',
  options: { num_ctx: 1024, num_predict: 16, num_gpu: 99 },
  serverDefaults: false,
  server: 0,
  task: { kind: 'chat', system: null, prompt: null, headings: [] },
}

/** One agent on one server. */
export const single: Cell = aCell({
  workload: 'single-agent',
  head: { model: 'tiny:latest', agents: [agent] },
})

/** The same with a base that is like head. */
export const paired: Cell = { ...single, base: single.head }

/** Two agents, each on a server of its own. */
export const pairOfAgents: Cell = aCell({
  head: { model: 'tiny:latest', agents: [agent, { ...agent, server: 1 }] },
})

/** Rounds of head alone, or of both in this order. */
export const rounds = (
  number: number,
  subjects: readonly SubjectName[] = ['head'],
  cellId = 'cell',
): Visit[] =>
  Array.from({ length: number }, (_, round) =>
    subjects.map((subject) => aVisit({ cellId, subject, round })),
  ).flat()

export const planOf = (cells: Cell | readonly Cell[], visits: readonly Visit[]): Plan => ({
  seed: 1,
  cells: [cells].flat(),
  visits: [...visits],
})

/** The protocol of `aRig`, changed as a policy writes it. */
export const protocolOf = (overrides: Record<string, unknown>): Rig['protocol'] =>
  aPolicy({ protocol: { 'ttft-probes': 1, 'warmup-requests': 2, ...overrides } }).protocol

export interface Scene {
  readonly plan: Plan
  readonly servers?: readonly FakeServerOptions[]
  readonly rig?: Partial<Rig>
  readonly earlier?: EarlierWork
  /** Visits while which the GPU slows down for its heat; none is watched where nobody asks. */
  readonly isHot?: (visit: Visit) => boolean
  readonly onProgress?: (event: Parameters<Progress>[0], servers: readonly FakeServer[]) => void
}

export interface Outcome {
  readonly journal: FakeJournal
  readonly servers: readonly FakeServer[]
  readonly trials: readonly Trial[]
  readonly ended: Ended | undefined
}

/** A GPU that is watched: hot while the visit that goes on is. */
const aWatchedGpu = (isHot: () => boolean): Partial<Rig> => ({
  environment: anEnvironment({ gpu: aGpu() }),
  instruments: someInstruments({
    watch: {
      lap: () => [aGpuSpan({ slowdowns: isHot() ? { 'hw-thermal': 1 } : {} })],
      trouble: () => null,
      stop: async () => {},
    },
  }),
})

/** Runs a session to its end; rejects as it does. `journal` is where its lines go. */
export async function measure(scene: Scene, journal = new FakeJournal()): Promise<Outcome> {
  const { plan, earlier = null, isHot, onProgress } = scene
  const clock = new FakeClock()
  const servers = someServers(clock, scene.servers ?? [{}])
  let visiting: Visit | null = null
  const gpu = isHot ? aWatchedGpu(() => visiting !== null && isHot(visiting)) : {}
  await runSession({
    header: aRunHeader({ plan }),
    earlier,
    rig: aRig(clock, { head: servers, base: servers }, { ...gpu, ...scene.rig }),
    journal,
    progress: (event) => {
      if (event.kind === 'visiting') visiting = event.visit
      onProgress?.(event, servers)
    },
  })
  const trials = journal.lines.flatMap((line) => (line.kind === 'trial' ? [line.trial] : []))
  const ended = journal.lines.flatMap((line) => (line.kind === 'ended' ? [line.ended] : []))[0]
  return { journal, servers, trials, ended }
}

/** Which visits were made, e.g. "1-base". */
export const visitsOf = (trials: readonly Trial[]): readonly string[] =>
  trials.map(({ visit }) => `${visit.round}-${visit.subject}`)
