/** The story, top to bottom: policy → plan → measure → summarize → compare → judge. Knows no adapter. */
import { assembleRun } from './core/assemble-run.ts'
import { judgeRun } from './core/judge/judge-run.ts'
import { preflightProblems } from './core/preflight/preflight-outcome.ts'
import { lastMomentMs, resumeDifferences, spentMs, type Unfinished } from './core/resume.ts'
import { InputError, MachineError } from './errors.ts'
import type { Rig } from './measure/bench-rig.ts'
import { type Examination, examine, type GateRequest, withPrograms } from './measure/examination.ts'
import { setUpPrograms } from './measure/program-setup.ts'
import { nonceMaker } from './measure/prompt.ts'
import { runSession } from './measure/session.ts'
import type { EarlierWork } from './measure/session-state.ts'
import type { World } from './measure/world.ts'
import type { Baseline } from './model/baseline.ts'
import { count, formatMinutes } from './model/number-format.ts'
import type { Run, RunHeader } from './model/run.ts'
import type { Verdict } from './model/verdict.ts'
import type { Clock } from './ports/clock.ts'
import type { GpuWatch } from './ports/gpu-probe.ts'
import type { ResultStore } from './ports/result-store.ts'

/** Judges a run as it stands and stores run and verdict. */
export async function judgeAndStore(
  run: Run,
  baseline: Baseline | null,
  store: ResultStore,
): Promise<Verdict> {
  const verdict = judgeRun(run, baseline)
  await store.saveRun({ ...run, figures: verdict.figures })
  await store.saveVerdict(verdict)
  return verdict
}

/** Another order, which somebody asked for: the plan itself goes on with the seed that it has. */
const seedDifferences = ({ header }: Unfinished, seed: number): readonly string[] =>
  header.plan.seed === seed ? [] : [`its seed is ${header.plan.seed}, not ${seed}`]

/** Throws InputError with every difference when the journal is of another measurement than this one. */
function checkSameRun(earlier: Unfinished, now: RunHeader, seed: number): void {
  const differences = [...seedDifferences(earlier, seed), ...resumeDifferences(earlier.header, now)]
  if (differences.length === 0) return
  throw new InputError([
    {
      what: `The results folder holds an unfinished run of ${earlier.header.startedAt} with ${count(earlier.trials.length, 'trial')}, which this job cannot go on with: ${differences.join('; ')}.`,
      fix: 'Begin anew in another folder (out), or with `fresh: true` (--fresh on the command line), which keeps it as journal.earlier.jsonl.',
    },
  ])
}

/** The earlier work with the pause that ends now. */
function goOnWith(earlier: Unfinished, now: RunHeader, clock: Clock): EarlierWork {
  const atMs = clock.nowMs()
  const told = [earlier.header, ...earlier.resumed].flatMap(({ notes }) => notes)
  const pause = {
    at: clock.wallTime(),
    atMs,
    pausedMs: Math.max(0, atMs - lastMomentMs(earlier)),
    repaired: earlier.repaired,
    notes: now.notes.filter((note) => !told.includes(note)),
  }
  return {
    trials: earlier.trials,
    resumed: [...earlier.resumed, pause],
    spentMs: spentMs({ ...earlier, startedMs: earlier.header.startedMs }),
  }
}

function checkMayBegin({ preflight }: Examination): void {
  const problems = preflightProblems(preflight)
  if (problems.length > 0) throw new MachineError(problems)
}

/** Tells what begins, or what goes on. */
function announce(header: RunHeader, { progress }: World, work: EarlierWork | null): void {
  const { protocol } = header.policy.policy
  progress({ kind: 'planned', plan: header.plan, budgetMs: protocol['budget-minutes'] * 60_000 })
  for (const text of header.notes) progress({ kind: 'note', text })
  const pause = work?.resumed.at(-1)
  if (!work || !pause) return
  const torn = pause.repaired ? ' Its last line was torn, and is measured again.' : ''
  const text = `Going on with the run of ${header.startedAt}: ${work.trials.length} of ${count(header.plan.visits.length, 'trial')} are there, after a pause of ${formatMinutes(pause.pausedMs / 60_000)}.${torn}`
  progress({ kind: 'note', text })
}

/** No GPU of this machine takes part where it is absent, broken, or elsewhere. */
const watchOf = ({ environment, policy }: RunHeader, { gpu }: World): GpuWatch | null =>
  environment.gpu.state === 'present' && environment.engine !== 'embedded'
    ? gpu.watch(policy.policy.protocol.watch['interval-seconds'] * 1000)
    : null

/** What measuring works with; `watch` is null where nothing of the GPU is watched. */
export function rigOf(header: RunHeader, world: World, watch: GpuWatch | null): Rig {
  const { policy } = header.policy
  const { servers, started, clock, gpu, host, lag, programs, documents, checkouts, signal } = world
  return {
    servers,
    started,
    environment: header.environment,
    instruments: { gpu, watch, host, lag },
    clock,
    programs,
    documents,
    checkouts,
    protocol: policy.protocol,
    restart: policy.servers.restart,
    nonce: nonceMaker(`${clock.wallTime()}/${header.plan.seed}`),
    signal,
  }
}

/**
 * Runs the gate: examines, plans, measures into the journal, and judges what the journal holds. An abort ends it with
 * what was measured so far. Throws InputError or MachineError while nothing has been measured yet.
 */
export async function runGate(
  request: GateRequest,
  world: World,
  store: ResultStore,
): Promise<{ run: Run; verdict: Verdict }> {
  const found = await examine(request, world)
  checkMayBegin(found)
  const examination = withPrograms(found, await setUpPrograms(world, found.header.plan), { request, world })
  const { earlier } = request
  if (earlier) checkSameRun(earlier, examination.header, request.seed)
  const header = earlier?.header ?? examination.header
  const work = earlier && goOnWith(earlier, examination.header, world.clock)
  announce({ ...examination.header, startedAt: header.startedAt }, world, work)
  const watch = watchOf(examination.header, world)
  try {
    const rig = rigOf(examination.header, world, watch)
    await runSession({ header, earlier: work, rig, journal: store, progress: world.progress })
  } finally {
    await watch?.stop()
  }
  const run = assembleRun(await store.readJournal())
  return { run, verdict: await judgeAndStore(run, request.baseline, store) }
}
