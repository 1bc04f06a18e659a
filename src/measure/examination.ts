/** Everything before the first request: who answers, what the machine is, what is planned, and whether it may begin. */
import { baselineNotes, baselineProblems } from '../core/baseline-fit.ts'
import { clampingNotes } from '../core/clamping.ts'
import { gpusInUse } from '../core/gpu-in-use.ts'
import { planRun } from '../core/plan/plan-run.ts'
import { judgePreflight } from '../core/preflight/judge-preflight.ts'
import type { PreflightFacts, WritableFact } from '../core/preflight/preflight-facts.ts'
import { preflightNotes } from '../core/preflight/preflight-outcome.ts'
import type { Unfinished } from '../core/resume.ts'
import { InputError } from '../errors.ts'
import type { Baseline } from '../model/baseline.ts'
import type { Environment } from '../model/environment.ts'
import type { GpuFacts } from '../model/gpu.ts'
import type { Plan } from '../model/plan.ts'
import type { Agents, LoadedPolicy } from '../model/policy.ts'
import type { PreflightLine } from '../model/preflight.ts'
import type { PublishedFigures } from '../model/published.ts'
import { type RunHeader, runSchemaVersion } from '../model/run.ts'
import { allServers } from './bench-rig.ts'
import { type Survey, surveyServers } from './survey.ts'
import { onGpus, readStrangers } from './watching.ts'
import type { World } from './world.ts'

/** What to measure and judge. */
export interface GateRequest {
  readonly policy: LoadedPolicy
  /** Agents of each subject; base is null where nothing is measured beside head. */
  readonly agents: { readonly head: Agents; readonly base: Agents | null }
  readonly baseline: Baseline | null
  /** What was published of the policy's cells; null where it names nothing. */
  readonly published: PublishedFigures | null
  /** `pair` measures base in the same session. */
  readonly against: RunHeader['against']
  /** Measures this model on base instead of the policy's. */
  readonly baseModel: string | null
  readonly seed: number
  /** A journal to go on with; null to begin. */
  readonly earlier: Unfinished | null
}

const elsewhere: GpuFacts = {
  tool: 'none',
  state: 'unknown',
  detail: 'The servers are on another host, whose GPU nobody asked.',
  driver: null,
  devices: [],
}

const onCpu: GpuFacts = {
  tool: 'none',
  state: 'absent',
  detail: 'The embedded engine computes on the CPU.',
  driver: null,
  devices: [],
}

async function gpuFacts({ engine, servers }: Survey, { gpu, signal }: World): Promise<GpuFacts> {
  if (engine === 'embedded') return onCpu
  const all = [...servers.head, ...servers.base]
  if (all.some(({ location }) => location !== 'this-host')) return elsewhere
  const facts = await gpu.facts(signal)
  return { ...facts, devices: [...gpusInUse(facts.devices, all)] }
}

async function environmentOf(survey: Survey, world: World): Promise<Environment> {
  const { engine, servers } = survey
  const [host, gpu] = await Promise.all([world.host.facts(), gpuFacts(survey, world)])
  const { machine, tool } = world
  return { engine, machine, tool, host, gpu, servers: { head: [...servers.head], base: [...servers.base] } }
}

const controlNote =
  'Base and head are the same servers, model and options: this is an A/A control, which tells about the machine and not about a change.'

const isControl = ({ servers, checkouts }: World, { cells }: Plan): boolean =>
  servers.base.length > 0 &&
  checkouts.base === checkouts.head &&
  servers.base.every(({ url }, index) => url === servers.head[index]?.url) &&
  cells.every(({ head, base }) => JSON.stringify(head) === JSON.stringify(base))

function notesOf(
  request: GateRequest,
  world: World,
  environment: Environment,
  plan: Plan,
): readonly string[] {
  const facts = environment.servers.head.flatMap(({ models }) => models)
  return [
    ...(isControl(world, plan) ? [controlNote] : []),
    ...clampingNotes(plan.cells, facts),
    ...(request.baseline ? baselineNotes(request.baseline, environment, request.policy) : []),
  ]
}

const planOf = ({ policy, agents, seed, earlier }: GateRequest, survey: Survey, { servers }: World): Plan =>
  planRun({
    loaded: policy,
    agents,
    servers: { head: servers.head.length, base: agents.base ? servers.base.length : null },
    models: { head: survey.models.head, base: agents.base ? survey.models.base : null },
    seed: earlier?.header.plan.seed ?? seed,
  })

/** Where a job writes, and whether it may. */
export const writablePlaces = ({
  host,
  folder,
  stateFolder,
}: Pick<World, 'host' | 'folder' | 'stateFolder'>): Promise<readonly WritableFact[]> =>
  Promise.all(
    [
      { purpose: 'results', path: folder },
      { purpose: 'the state of this machine', path: stateFolder },
    ].map(async (place) => ({ ...place, isWritable: await host.isWritable(place.path) })),
  )

/** What the machine says of itself. */
async function lookAround(
  { policy }: GateRequest,
  world: World,
  { environment, plan }: { readonly environment: Environment; readonly plan: Plan },
): Promise<PreflightFacts> {
  const { gpu, host, signal, folder, started } = world
  const isWatched = environment.gpu.state === 'present'
  const [gpuReadings, gpuProcesses, freeBytes, writable, loadedModels] = await Promise.all([
    isWatched ? gpu.readings(signal) : null,
    isWatched ? readStrangers({ ...world, environment }) : null,
    host.freeBytes(folder),
    writablePlaces(world),
    Promise.all(
      allServers(world).map(async (server) => ({ url: server.url, models: await server.loaded(signal) })),
    ),
  ])
  return {
    environment,
    policy,
    plan,
    gpuReadings: gpuReadings && onGpus(gpuReadings, environment.gpu),
    gpuProcesses,
    loadedModels,
    freeBytes,
    writable,
    wallTime: world.clock.wallTime(),
    orphans: world.orphans,
    fallbacks: [...(started.head?.facts() ?? []), ...(started.base?.facts() ?? [])].map(
      ({ url, fallbacks }) => ({ url, lines: fallbacks }),
    ),
    warmTtftMs: [],
    resultFolder: folder,
  }
}

/** A job that may begin, or that `preflight` says may not; `facts` are what that was judged from. */
export interface Examination {
  readonly header: RunHeader
  readonly facts: PreflightFacts
  readonly preflight: readonly PreflightLine[]
}

/**
 * Asks servers and machine, plans, and looks around. Throws MachineError when servers do not answer, and InputError for
 * models, baselines and matrices that do not fit.
 */
export async function examine(request: GateRequest, world: World): Promise<Examination> {
  const survey = await surveyServers({ ...request, ...world, policy: request.policy.policy })
  const environment = await environmentOf(survey, world)
  const { baseline, policy } = request
  const problems = baseline ? baselineProblems(baseline, policy.policy.name, environment) : []
  if (problems.length > 0) throw new InputError(problems)
  const plan = planOf(request, survey, world)
  const facts = await lookAround(request, world, { environment, plan })
  const preflight = judgePreflight(facts)
  const header: RunHeader = {
    schemaVersion: runSchemaVersion,
    startedAt: world.clock.wallTime(),
    startedMs: world.clock.nowMs(),
    against: request.against,
    policy,
    published: request.published,
    plan,
    environment,
    preflight: [...preflight],
    notes: [...notesOf(request, world, environment, plan), ...preflightNotes(preflight)],
    job: world.job,
  }
  return { header, facts, preflight }
}

/** The same with the programs as they are once they are built, which may be others than a baseline knows. */
export function withPrograms(
  { header, facts, preflight }: Examination,
  programs: Environment['programs'],
  { request, world }: { readonly request: GateRequest; readonly world: World },
): Examination {
  if (programs === undefined) return { header, facts, preflight }
  const environment = { ...header.environment, programs }
  const notes = [...notesOf(request, world, environment, header.plan), ...preflightNotes(preflight)]
  return { header: { ...header, environment, notes }, facts: { ...facts, environment }, preflight }
}
