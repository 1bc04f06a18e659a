/** The story, top to bottom: policy → plan → measure → summarize → compare → judge. Knows no adapter. */
import { assembleRun } from './core/assemble-run.ts'
import { baselineNotes, baselineProblems } from './core/baseline-fit.ts'
import { clampingNotes } from './core/clamping.ts'
import { deriveSamples } from './core/derive/samples.ts'
import { summarizeSamples } from './core/derive/summaries.ts'
import { judgeRun } from './core/judge/judge-run.ts'
import { planRun } from './core/plan/plan-run.ts'
import { reloadsByDesign } from './core/validity.ts'
import { InputError } from './errors.ts'
import type { Rig } from './measure/bench-rig.ts'
import { nonceMaker } from './measure/prompt.ts'
import { runSession } from './measure/session.ts'
import { type Survey, surveyServers } from './measure/survey.ts'
import type { Baseline } from './model/baseline.ts'
import type { Environment, HostFacts } from './model/environment.ts'
import type { Plan, SubjectName } from './model/plan.ts'
import type { Agents, LoadedPolicy } from './model/policy.ts'
import { type Run, type RunHeader, runSchemaVersion } from './model/run.ts'
import type { Verdict } from './model/verdict.ts'
import type { Clock } from './ports/clock.ts'
import type { InferenceServer } from './ports/inference-server.ts'
import type { LagMeter } from './ports/lag-meter.ts'
import type { Progress } from './ports/progress.ts'
import type { ResultStore } from './ports/result-store.ts'

/** What to measure and judge. */
export interface GateRequest {
  readonly policy: LoadedPolicy
  /** Agents of each subject; base is null where nothing is measured beside head. */
  readonly agents: { readonly head: Agents; readonly base: Agents | null }
  readonly baseline: Baseline | null
  /** `pair` measures base in the same session. */
  readonly against: RunHeader['against']
  /** Measures this model on base instead of the policy's. */
  readonly baseModel: string | null
  readonly seed: number
}

/** The world that the story runs in. */
export interface World {
  readonly servers: Readonly<Record<SubjectName, readonly InferenceServer[]>>
  readonly clock: Clock
  readonly lag: LagMeter
  readonly store: ResultStore
  readonly progress: Progress
  readonly machine: string
  readonly host: HostFacts
  readonly tool: Environment['tool']
  readonly signal: AbortSignal
}

const environmentOf = ({ engine, servers }: Survey, { machine, tool, host }: World): Environment => ({
  engine,
  machine,
  tool,
  host,
  servers: { head: [...servers.head], base: [...servers.base] },
})

function checkBaseline({ baseline, policy }: GateRequest, environment: Environment): void {
  const problems = baseline ? baselineProblems(baseline, policy.policy.name, environment) : []
  if (problems.length > 0) throw new InputError(problems)
}

const controlNote =
  'Base and head are the same servers, model and options: this is an A/A control, which tells about the machine and not about a change.'

const isControl = ({ servers }: World, { cells }: Plan): boolean =>
  servers.base.length > 0 &&
  servers.base.every(({ url }, index) => url === servers.head[index]?.url) &&
  cells.every(({ head, base }) => JSON.stringify(head) === JSON.stringify(base))

const reloadNotes = ({ cells }: Plan): readonly string[] =>
  cells
    .filter(({ head }) => reloadsByDesign(head))
    .map(
      ({ id }) =>
        `In ${id} agents with different runner options share a server, which loads the model at every turn: its warm figures contain loads.`,
    )

function headerOf(request: GateRequest, world: World, environment: Environment, plan: Plan): RunHeader {
  const facts = environment.servers.head.flatMap(({ models }) => models)
  return {
    schemaVersion: runSchemaVersion,
    startedAt: world.clock.wallTime(),
    startedMs: world.clock.nowMs(),
    against: request.against,
    policy: request.policy,
    plan,
    environment,
    notes: [
      ...(isControl(world, plan) ? [controlNote] : []),
      ...reloadNotes(plan),
      ...clampingNotes(plan.cells, facts),
      ...(request.baseline ? baselineNotes(request.baseline, environment) : []),
    ],
  }
}

/** Everything before the first request: servers, models, baseline and plan. Throws InputError or MachineError. */
async function prepareRun(request: GateRequest, world: World): Promise<RunHeader> {
  const survey = await surveyServers({
    policy: request.policy.policy,
    servers: world.servers,
    baseModel: request.baseModel,
    signal: world.signal,
  })
  const environment = environmentOf(survey, world)
  checkBaseline(request, environment)
  const plan = planRun({
    loaded: request.policy,
    agents: request.agents,
    servers: {
      head: world.servers.head.length,
      base: request.agents.base ? world.servers.base.length : null,
    },
    models: { head: survey.models.head, base: request.agents.base ? survey.models.base : null },
    seed: request.seed,
  })
  return headerOf(request, world, environment, plan)
}

/** Judges a run as it stands and stores run and verdict. */
export async function judgeAndStore(
  run: Run,
  baseline: Baseline | null,
  store: ResultStore,
): Promise<Verdict> {
  const verdict = judgeRun(run, baseline)
  await store.saveRun({ ...run, figures: summarizeSamples(deriveSamples(run)) })
  await store.saveVerdict(verdict)
  return verdict
}

/**
 * Runs the gate: surveys, plans, measures into the journal, and judges what the journal holds. An abort ends it with
 * what was measured so far. Throws InputError or MachineError while nothing has been measured yet.
 */
export async function runGate(request: GateRequest, world: World): Promise<{ run: Run; verdict: Verdict }> {
  const header = await prepareRun(request, world)
  const { protocol } = request.policy.policy
  world.progress({ kind: 'planned', plan: header.plan, budgetMs: protocol['budget-minutes'] * 60_000 })
  for (const text of header.notes) world.progress({ kind: 'note', text })
  const rig: Rig = {
    servers: world.servers,
    clock: world.clock,
    lag: world.lag,
    protocol,
    nonce: nonceMaker(`${header.startedAt}/${header.plan.seed}`),
    signal: world.signal,
  }
  await runSession({ header, rig, journal: world.store, progress: world.progress })
  const run = assembleRun(await world.store.readJournal())
  return { run, verdict: await judgeAndStore(run, request.baseline, world.store) }
}
